/** One quiet sentence where the content would start, and the button that brings it. */
import { useStore } from 'zustand';
import { runStore } from '#renderer/state/runs.ts';
import { timeline } from '#renderer/state/timeline.ts';
import { TrainButton } from '#renderer/training/TrainButton.tsx';
import { emptyWords } from '../emptyState.ts';

export function EmptyPanel({ what }: { readonly what: string }) {
  const step = useStore(timeline.store, (clock) => clock.step);
  const sentence = useStore(runStore, (state) => emptyWords(state, what, step).sentence);
  const train = useStore(runStore, (state) => emptyWords(state, what, step).train);
  return (
    <div className="empty">
      <p>{sentence}</p>
      {train && <TrainButton />}
    </div>
  );
}
