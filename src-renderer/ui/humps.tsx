import { Fragment, type ReactNode } from 'react';
import { evenBreak } from '#engine/drawing/cardTitle.ts';
import { humpsOf, hyphenPlace } from '#engine/drawing/textWidth.ts';

/** `CrossEntropyLoss` as it may be broken into lines where there is little room. */
export function humps(type: string): ReactNode {
  return joined(humpsOf(type));
}

/** `norm_middle.runningStats`: at its points, and within the words. */
export function settingHumps(name: string): ReactNode {
  return joined(name.split(/(?<=[._])/).flatMap(humpsOf));
}

const SOFT_HYPHEN = '\u00ad';

/**
 * The same on a small card, where a long word alone may be too wide: it is parted with a hyphen, not anywhere.
 * A `br` stands where two lines come out as even as they can; style decides whether it breaks there.
 */
export function cardHumps(type: string): ReactNode {
  const parts = humpsOf(type);
  const hyphenated = parts.map((part) => {
    const at = hyphenPlace(part);
    return at === null ? part : `${part.slice(0, at)}${SOFT_HYPHEN}${part.slice(at)}`;
  });
  return joined(hyphenated, evenBreak(parts));
}

function joined(parts: readonly string[], lineAt = parts.length): ReactNode {
  return parts.map((part, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {i === lineAt && <br />}
      {part}
    </Fragment>
  ));
}
