/** What the columns of a table are for: the one to predict, and those it learns from. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { TableReport } from '#engine/protocol/dataContract.ts';
import { Section } from '../ui/Section.tsx';
import { Select } from '../ui/Select.tsx';
import { ignoredColumns, withIgnored } from './ignoredColumns.ts';
import './TableColumns.css';

/** Options of the source that this section sets, so that its form leaves them out. */
export const COLUMN_OPTIONS = new Set(['target', 'targetKind', 'ignore']);
/** What the reader says of a column that the option names. */
const IGNORED = 'it is ignored';
/** More are chosen by name in the settings. */
const MOST_SHOWN = 200;

export interface TableColumnsProps {
  readonly report: TableReport;
  readonly options: Readonly<Record<string, JsonValue>>;
  readonly onChange: (options: Readonly<Record<string, JsonValue>>, label: string) => void;
}

/** No column has a line break in its name and nothing else. */
const AUTOMATIC = '\n';

const TASKS = [
  { value: 'auto', label: 'Automatic' },
  { value: 'classification', label: 'Classes' },
  { value: 'regression', label: 'Numbers' },
  { value: 'none', label: 'No target' },
];

export function TableColumns({ report, options, onChange }: TableColumnsProps) {
  const { columns, target } = report;
  const chosen = typeof options['target'] === 'string' ? options['target'] : '';
  const task = typeof options['targetKind'] === 'string' ? options['targetKind'] : 'auto';
  const ignore = typeof options['ignore'] === 'string' ? options['ignore'] : '';
  const ignored = ignoredColumns(ignore, columns);
  const reasons = new Map(report.leftOut.map(({ name, reason }) => [name, reason]));
  // Not the features, of which a recipe makes several of one column.
  const learned = columns.filter(
    (name, index) => name !== target?.name && !ignored.has(index) && !reasons.has(name),
  );
  const guess = target?.guessed === undefined ? '' : ` (${target.name})`;
  const names = columns.slice(0, MOST_SHOWN);
  const known = chosen === '' || names.includes(chosen);
  return (
    <Section
      id="columns"
      title="Columns"
      fact={`${learned.length} of ${columns.length} learned from`}
    >
      <div className="form">
        <span className="form-label">Target</span>
        <Select
          label="Target column"
          value={chosen === '' ? AUTOMATIC : chosen}
          options={[
            { value: AUTOMATIC, label: `Automatic${guess}` },
            ...(known ? names : [chosen, ...names]).map((name) => ({ value: name, label: name })),
          ]}
          onChange={(name) =>
            onChange({ target: name === AUTOMATIC ? '' : name }, 'Set target column')
          }
        />
        <span className="form-label">Predict</span>
        <Select
          label="What to predict"
          value={task}
          options={TASKS}
          onChange={(next) => onChange({ targetKind: next }, 'Set what to predict')}
        />
      </div>
      {target?.guessed !== undefined && (
        <p className="warn inspector-doc">
          Nobody chose a target: {target.name} is taken, {target.guessed}.
        </p>
      )}
      <ul className="table-columns" aria-label="Columns to learn from">
        {names.map((name, index) => {
          if (name === target?.name) return null;
          // Left out by the reader: a tick would change nothing.
          const reason = ignored.has(index) ? undefined : reasons.get(name);
          const isLeftOut = reason !== undefined && reason !== IGNORED;
          return (
            <li key={name}>
              <label>
                <input
                  type="checkbox"
                  checked={!ignored.has(index) && !isLeftOut}
                  disabled={isLeftOut}
                  onChange={({ target: box }) =>
                    onChange(
                      { ignore: withIgnored(ignore, columns, index, !box.checked) },
                      box.checked ? `Learn from ${name}` : `Ignore ${name}`,
                    )
                  }
                />
                <span className="ellipsis">{name}</span>
              </label>
              {isLeftOut && (
                <span className="t3 ellipsis" title={reason}>
                  {reason}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {columns.length > MOST_SHOWN && (
        <p className="t3 inspector-doc">
          {columns.length - MOST_SHOWN} more columns. All are learned from unless they are left out.
        </p>
      )}
    </Section>
  );
}
