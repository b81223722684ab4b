/** The head of a table with a column for each run: its colour, its short name, and which one is the baseline. */
import type { RunRow } from '#engine/protocol/run.ts';
import type { Compared } from './compared.ts';
import { highlights, useIsHighlighted } from './compareStore.ts';
import { RunDot } from './RunDot.tsx';
import { runLabels } from './runLabels.ts';

export function RunHeads({ runs, baseline, title }: Compared & { readonly title: string }) {
  const labels = runLabels(runs.map(({ name }) => name));
  return (
    <thead>
      <tr>
        <th scope="col">{title}</th>
        {runs.map((run, i) => (
          <RunHead
            key={run.id}
            run={run}
            label={labels[i] ?? run.name}
            isBaseline={run === baseline}
          />
        ))}
      </tr>
    </thead>
  );
}

function RunHead(props: {
  readonly run: RunRow;
  readonly label: string;
  readonly isBaseline: boolean;
}) {
  const { run, label, isBaseline } = props;
  const isHighlighted = useIsHighlighted(run.id);
  return (
    <th
      scope="col"
      className="num"
      title={run.name}
      data-highlighted={isHighlighted || undefined}
      {...highlights(run.id)}
    >
      <RunDot run={run} />
      {label}
      {isBaseline && <span className="base"> base</span>}
    </th>
  );
}

/** A line between rows that says what the next ones are; without a title who draws it writes it there. */
export function GroupRow({ runs, title }: Pick<Compared, 'runs'> & { readonly title?: string }) {
  return (
    <tr className="group">
      <th scope="colgroup" colSpan={runs.length + 1}>
        {title}
      </th>
    </tr>
  );
}
