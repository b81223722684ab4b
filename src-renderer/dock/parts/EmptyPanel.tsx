/** One quiet sentence where the content would start, and the button that brings it. */
import { useShownRun, useStep } from '#renderer/state/runView.ts';
import { TrainButton } from '#renderer/training/TrainButton.tsx';
import { emptyWords } from '../emptyState.ts';

export function EmptyPanel({ what }: { readonly what: string }) {
  const step = useStep();
  const state = useShownRun((run) => run?.progress.state ?? null);
  const { sentence, train } = emptyWords(state, what, step);
  return (
    <div className="empty">
      <p>{sentence}</p>
      {train && <TrainButton />}
    </div>
  );
}
