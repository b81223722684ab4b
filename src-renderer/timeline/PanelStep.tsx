/** The step that a panel shows, in its row of tools: every panel says it, in the past in the accent colour. */
import type { SnapshotKind } from '#engine/protocol/run.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { useShownRun, useStep } from '../state/runView.ts';
import { formatInteger } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import '../dock/tools.css';

/** Of what is on show of a kind, which may be some steps older than the clock. */
export function PanelStep({ kind }: { readonly kind: SnapshotKind }) {
  return <StepText step={useSnapshot(kind)?.step ?? null} />;
}

/** Of the curves: the clock's, or the newest of the run. */
export function CurveStep() {
  const clock = useStep();
  const newest = useShownRun((run) => run?.progress.step ?? null);
  return <StepText step={clock === 'live' ? newest : clock} />;
}

function StepText({ step }: { readonly step: number | null }) {
  const past = useStep() !== 'live';
  if (step === null) return null;
  return (
    <span className={past ? 'panel-step past' : 'panel-step'} title="The step shown here">
      <span className="wide-only">step </span>
      <Icon name="clock" size={12} className="narrow-only" />
      {formatInteger(step)}
    </span>
  );
}
