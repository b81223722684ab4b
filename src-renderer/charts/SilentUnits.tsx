/**
 * How many of a layer's units are silent, in a card's figures row; what was counted is in the tooltip.
 * Renders when the words change, not with every frame. Null where it is not counted.
 */
import { useCallback, useSyncExternalStore } from 'react';
import { live } from '../state/live.ts';
import { isRunOfDocument } from '../state/runOfDocument.ts';
import { silenceText } from './silenceText.ts';

export function SilentUnits({ id }: { readonly id: string }) {
  const words = useSyncExternalStore(
    useCallback((changed) => live.subscribe(id, changed), [id]),
    () => {
      const text = isRunOfDocument() ? silenceText(live.frame, id) : null;
      return text ? [text.tone, text.short, text.long].join('|') : '';
    },
  );
  const [tone = '', short, long] = words.split('|');
  if (words === '') return null;
  return (
    <span className={tone === 'plain' ? undefined : `${tone} silent-units`} title={long}>
      {short}
    </span>
  );
}
