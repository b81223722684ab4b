/** One quiet sentence where the content would start, and the button that brings it. */
import { useStore } from 'zustand';
import { runStore } from '#renderer/state/runs.ts';
import { TrainButton } from '#renderer/training/TrainButton.tsx';
import { emptyWords } from '../emptyState.ts';

export function EmptyPanel({ what }: { readonly what: string }) {
  const sentence = useStore(runStore, (state) => emptyWords(state, what).sentence);
  const train = useStore(runStore, (state) => emptyWords(state, what).train);
  return (
    <div className="empty">
      <p>{sentence}</p>
      {train && <TrainButton />}
    </div>
  );
}
