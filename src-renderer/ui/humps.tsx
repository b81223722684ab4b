import { Fragment, type ReactNode } from 'react';
import { humpsOf } from '#engine/drawing/textWidth.ts';

/** `CrossEntropyLoss` as it may be broken into lines where there is little room. */
export function humps(type: string): ReactNode {
  return humpsOf(type).map((part, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
