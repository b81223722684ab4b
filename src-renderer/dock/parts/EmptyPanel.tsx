/** One quiet sentence where the content would start, and the button that brings it. */
import type { SnapshotKind } from '#engine/protocol/run.ts';
import { useIsOnItsWay } from '#renderer/charts/useLive.ts';
import { useShownRun, useStep } from '#renderer/state/runView.ts';
import { TrainButton } from '#renderer/training/TrainButton.tsx';
import { emptyWords } from '../emptyState.ts';

export function EmptyPanel(props: {
  readonly what: string;
  /** What the panel shows of the record; none where it draws points. */
  readonly kind?: SnapshotKind;
}) {
  const { what, kind } = props;
  const isOnItsWay = useIsOnItsWay(kind ?? 'telemetry') && kind !== undefined;
  const step = useStep();
  const state = useShownRun((run) => run?.progress.state ?? null);
  const { sentence, train } = emptyWords(state, what, step, isOnItsWay);
  return (
    <div className="empty">
      <p>{sentence}</p>
      {train && <TrainButton />}
    </div>
  );
}
