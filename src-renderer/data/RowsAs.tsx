/** What the rows of a table are: samples each, steps of a series, texts, pictures. */
import { Select } from '../ui/Select.tsx';
import type { ChosenData } from './chosenData.ts';
import { takeSource } from './takeData.ts';
import { useDatasets } from './useDatasets.ts';
import { keptOptions, waysToRead } from './waysToRead.ts';

export function RowsAs({ data }: { readonly data: ChosenData }) {
  const datasets = useDatasets();
  const ways = waysToRead(data.source, datasets);
  if (ways.length < 2) return null;
  return (
    <div className="data-rows-as">
      <span>Rows are</span>
      <Select
        small
        label="What rows are"
        value={data.source}
        options={ways.map(({ source, label }) => ({ value: source, label }))}
        onChange={(source) => takeSource(source, keptOptions(data, source, datasets))}
      />
    </div>
  );
}
