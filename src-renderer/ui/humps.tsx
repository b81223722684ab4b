import { Fragment, type ReactNode } from 'react';
import { humpsOf, hyphenPlace } from '#engine/drawing/textWidth.ts';

/** `CrossEntropyLoss` as it may be broken into lines where there is little room. */
export function humps(type: string): ReactNode {
  return joined(humpsOf(type));
}

const SOFT_HYPHEN = '\u00ad';

/** The same on a small card, where a long word alone may be too wide: it is parted with a hyphen, not anywhere. */
export function hyphenatedHumps(type: string): ReactNode {
  return joined(
    humpsOf(type).map((part) => {
      const at = hyphenPlace(part);
      return at === null ? part : `${part.slice(0, at)}${SOFT_HYPHEN}${part.slice(at)}`;
    }),
  );
}

const joined = (parts: readonly string[]): ReactNode =>
  parts.map((part, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
