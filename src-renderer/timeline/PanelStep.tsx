/** The step that a panel shows, in its row of tools: every panel says it, in the past in the accent colour. */
import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { SnapshotKind } from '#engine/protocol/run.ts';
import { live } from '../state/live.ts';
import { runs, runStore, shownRun } from '../state/runs.ts';
import { timeline } from '../state/timeline.ts';
import { formatInteger } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import '../dock/tools.css';

/** Of what is on show of a kind, which may be some steps older than the clock. */
export function PanelStep({ kind }: { readonly kind: SnapshotKind }) {
  const step = useSyncExternalStore(
    (changed) => live.subscribeKind(kind, changed),
    () => live.shown(kind)?.step ?? null,
  );
  return <StepText step={step} />;
}

/** Of the curves: the clock's, or the newest of the run. */
export function CurveStep() {
  const clock = useStore(timeline.store, (state) => state.step);
  const newest = useStore(runStore, (state) => shownRun(state)?.progress.step ?? null);
  const has = runs.session() !== null;
  return <StepText step={clock === 'live' ? (has ? newest : null) : clock} />;
}

function StepText({ step }: { readonly step: number | null }) {
  const past = useStore(timeline.store, (state) => state.step !== 'live');
  if (step === null) return null;
  return (
    <span className={past ? 'panel-step past' : 'panel-step'} title="The step shown here">
      <span className="wide-only">step </span>
      <Icon name="clock" size={12} className="narrow-only" />
      {formatInteger(step)}
    </span>
  );
}
