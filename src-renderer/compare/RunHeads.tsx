/** The head of a table with a column for each run: its colour, its short name, and which one is the baseline. */
import type { Compared } from './compared.ts';
import { compareStore, highlights } from './compareStore.ts';
import { RunDot } from './RunDot.tsx';
import { runLabels } from './runLabels.ts';
import { useStore } from 'zustand';

export function RunHeads({ runs, baseline, title }: Compared & { readonly title: string }) {
  const labels = runLabels(runs.map(({ name }) => name));
  const highlighted = useStore(compareStore, (state) => state.highlighted);
  return (
    <thead>
      <tr>
        <th scope="col">{title}</th>
        {runs.map((run, i) => (
          <th
            key={run.id}
            scope="col"
            className="num"
            title={run.name}
            data-highlighted={highlighted === run.id || undefined}
            {...highlights(run.id)}
          >
            <RunDot run={run} />
            {labels[i]}
            {run === baseline && <span className="base"> base</span>}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A line between rows that says what the next ones are. */
export function GroupRow({ runs, title }: Pick<Compared, 'runs'> & { readonly title: string }) {
  return (
    <tr className="group">
      <th scope="colgroup" colSpan={runs.length + 1}>
        {title}
      </th>
    </tr>
  );
}
