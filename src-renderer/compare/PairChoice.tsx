/** Which run the baseline is compared with in a section for two; nothing where there is no choice. */
import { Select } from '../ui/Select.tsx';
import type { Compared } from './compared.ts';
import { pairStore, usePair } from './pair.ts';

export function PairChoice(compared: Compared) {
  const pair = usePair(compared);
  if (!pair || compared.runs.length < 3) return null;
  return (
    <Select
      small
      label="Compared with the baseline"
      value={pair.other.id}
      options={compared.runs
        .filter((run) => run !== pair.base)
        .map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(other) => pairStore.setState({ other })}
    />
  );
}
