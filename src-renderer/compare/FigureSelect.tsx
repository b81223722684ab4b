/** What the compared runs are judged by. */
import { useStore } from 'zustand';
import type { RunRow } from '#engine/protocol/run.ts';
import { Select } from '../ui/Select.tsx';
import { figureIn, figureKey, figuresOf, judgedStore } from './judged.ts';

export function FigureSelect({ runs }: { readonly runs: readonly RunRow[] }) {
  const chosen = useStore(judgedStore, ({ figure }) => figure);
  const figure = figureIn(runs, chosen);
  if (figure === null) return null;
  return (
    <Select
      small
      label="Judged by"
      value={figureKey(figure)}
      options={figuresOf(runs)}
      onChange={(value) => judgedStore.setState({ figure: value, brushes: {} })}
    />
  );
}
