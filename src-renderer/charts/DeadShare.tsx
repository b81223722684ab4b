/**
 * The share of dead units in a card's figures row: plain up to a tenth, a warning above, danger above a
 * half. Renders when the words change, not with every frame. Null where it is not measured.
 */
import { useCallback, useSyncExternalStore } from 'react';
import { live } from '../state/live.ts';
import { isRunOfDocument } from '../state/runOfDocument.ts';
import { deadShareText } from './deadShareText.ts';

export function DeadShare({ id }: { readonly id: string }) {
  const words = useSyncExternalStore(
    useCallback((changed) => live.subscribe(id, changed), [id]),
    () => {
      const dead = isRunOfDocument() ? deadShareText(live.node(id)) : null;
      return dead ? `${dead.tone} ${dead.text}` : '';
    },
  );
  if (words === '') return null;
  const tone = words.slice(0, words.indexOf(' '));
  const text = words.slice(tone.length + 1);
  return <span className={tone === 'plain' ? undefined : `${tone} dead-share`}>{text}</span>;
}
