/** Which run is asked, and with which of its weights. */
import { useStore } from 'zustand';
import type { RunCheckpoint, RunSummary } from '#engine/protocol/run.ts';
import { formatInteger } from '#renderer/ui/format.ts';
import { Select } from '#renderer/ui/Select.tsx';
import '#renderer/ui/form.css';
import { trying } from '../services.ts';

const NAMES: Readonly<Record<RunCheckpoint['which'], string>> = {
  best: 'Best',
  last: 'Last',
  kept: 'Kept',
};
const ORDER: readonly RunCheckpoint['which'][] = ['best', 'last', 'kept'];
const valueOf = ({ which, step }: RunCheckpoint): string =>
  which === 'kept' ? String(step) : which;

export function RunChoice({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { runId, which, subject } = useStore(trying.store);
  const checkpoints = (subject?.checkpoints ?? [])
    .toSorted((a, b) => ORDER.indexOf(a.which) - ORDER.indexOf(b.which) || b.step - a.step)
    .map((each) => ({
      value: valueOf(each),
      label: `${NAMES[each.which]}, step ${formatInteger(each.step)}`,
    }));
  const weights = String(which ?? checkpoints[0]?.value ?? '');
  return (
    <div className="form try-run">
      <span className="form-label">Run</span>
      <div className="form-control">
        <Select
          small
          label="Run that is tried"
          value={runId ?? ''}
          options={runs.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => void trying.show(id)}
        />
      </div>
      {checkpoints.length > 0 && (
        <>
          <span className="form-label">Weights</span>
          <div className="form-control">
            <Select
              small
              label="Weights that are tried"
              value={weights}
              options={checkpoints}
              onChange={(value) =>
                void trying.show(
                  runId,
                  value === 'best' || value === 'last' ? value : Number(value),
                )
              }
            />
          </div>
        </>
      )}
    </div>
  );
}
