/** The status bar while sweeps are in front: how many trials of the one on show are over, and how they ended. */
import { useStore } from 'zustand';
import { formatInteger } from '../ui/format.ts';
import { shownOf, shownSweepStore } from './shownSweep.ts';
import { sweeps } from './sweepStore.ts';

export function SweepStatus() {
  const all = useStore(sweeps.store, (state) => state.sweeps);
  const id = useStore(shownSweepStore, (state) => state.id);
  const sweep = shownOf(all, id);
  if (!sweep) return <span className="grow" />;
  const { trials, plan } = sweep;
  const over = trials.filter(({ state }) => state !== 'running').length;
  const stopped = trials.filter(({ state }) => state === 'stopped').length;
  return (
    <>
      <span>
        <b>{formatInteger(over)}</b> of at most {formatInteger(plan.trials * plan.seeds)} trials
      </span>
      {stopped > 0 && (
        <span>
          <b>{formatInteger(stopped)}</b> stopped early
        </span>
      )}
      <span className="grow" />
    </>
  );
}
