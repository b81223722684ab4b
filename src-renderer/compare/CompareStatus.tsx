/** The status bar while the Compare view is in front: how many runs it shows, and by which they are measured. */
import { formatInteger } from '../ui/format.ts';
import { useCompared } from './useCompared.ts';

export function CompareStatus() {
  const { runs, baseline } = useCompared();
  return (
    <>
      <span role="status">
        <b>{formatInteger(runs.length)}</b> {runs.length === 1 ? 'run' : 'runs'} compared
      </span>
      {baseline && <span>baseline {baseline.name}</span>}
      <span className="grow" />
    </>
  );
}
