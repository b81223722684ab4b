/** The status bar while the Data view is in front: what is wrong, how much there is, what statistics are made from. */
import { useStore } from 'zustand';
import { formatDuration } from '../ui/format.ts';
import { useChosenData } from './chosenData.ts';
import { kindOf } from './kinds.ts';
import { profiles } from './services.ts';

export function DataStatus() {
  const data = useChosenData();
  const { value, source, isReading, tookMs } = useStore(profiles.store);
  const kind = value && kindOf(value);
  if (!data || !value || !kind || source !== data.source) {
    return (
      <>
        <span role="status">{isReading ? 'Reading the data' : ''}</span>
        <span className="grow" />
      </>
    );
  }
  return (
    <>
      <kind.Status data={data} profile={value} />
      <span className="grow" />
      <span role="status">
        {isReading ? 'Reading the data' : `Read in ${formatDuration(tookMs)}`}
      </span>
    </>
  );
}
