/** What the compared runs were set to: only what differs, unless all of it is asked for. */
import { useStore } from 'zustand';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { outcomeOf, settingText, type SettingDifference } from '#engine/runs/index.ts';
import { viewStore } from '#renderer/state/view.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import { formatCount } from '#renderer/ui/format.ts';
import { Icon } from '#renderer/ui/Icon.tsx';
import { Menu } from '#renderer/ui/Menu.tsx';
import { settingHumps } from '#renderer/ui/humps.tsx';
import { Switch } from '#renderer/ui/Switch.tsx';
import type { Compared } from '../compared.ts';
import { compareStore } from '../compareStore.ts';
import { defineSection } from '../defineSection.ts';
import { figureClass, tableClass } from '../figureClass.ts';
import { GroupRow, RunHeads } from '../RunHeads.tsx';
import { runLabels } from '../runLabels.ts';
import { comparisonNotes, isChanged, settingTable } from './settingRows.ts';
import '../tables.css';

function useTable({ runs }: Pick<Compared, 'runs'>) {
  const ignored = useStore(viewStore, ({ ignoredSettings }) => ignoredSettings);
  const differencesOnly = useStore(compareStore, (state) => state.differencesOnly);
  return { ignored, differencesOnly, table: settingTable(runs, { ignored, differencesOnly }) };
}

function Settings(compared: Compared) {
  const { runs, baseline } = compared;
  const { table, differencesOnly } = useTable(compared);
  const { graph, training, different, count } = table;
  const notes = comparisonNotes(runs, runLabels(runs.map(({ name }) => name)), baseline);
  const outcome = outcomeOfTwo(compared);
  return (
    <>
      <table className={tableClass(runs.length)}>
        <RunHeads {...compared} title="Setting" />
        <tbody>
          {graph.length > 0 && <GroupRow runs={runs} title="Graph" />}
          <Rows rows={graph} {...compared} />
          {training.length > 0 && <GroupRow runs={runs} title="Training" />}
          <Rows rows={training} {...compared} />
          {differencesOnly && (
            <GroupRow
              runs={runs}
              title={
                different === 0
                  ? `No setting differs; ${formatCount(count, 'setting')} are the same in all.`
                  : `Same in all: ${formatCount(count - different, 'setting')}`
              }
            />
          )}
        </tbody>
      </table>
      {(outcome !== null || notes.length > 0) && (
        <ul className="compare-notes">
          {outcome !== null && (
            <li>
              <Icon name="info" size={14} />
              {outcome}
            </li>
          )}
          {notes.map((note) => (
            <li key={note}>
              <Icon name="warning" size={14} />
              {note}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Of two runs there is one sentence to say; against the baseline, else against the earlier one. */
function outcomeOfTwo({ runs, baseline }: Compared): string | null {
  const [a, b] = runs;
  if (!a || !b || runs.length > 2) return null;
  const before = baseline ?? (a.createdAt <= b.createdAt ? a : b);
  return outcomeOf(before, before === a ? b : a).text;
}

function Rows({
  rows,
  runs,
  baseline,
}: Compared & { readonly rows: readonly SettingDifference[] }) {
  const base = runs.findIndex((run) => run === baseline);
  return rows.map((row) => (
    <tr key={row.path}>
      <th scope="row" className="mono" title={row.path}>
        {settingHumps(row.name)}
        <IconButton
          small
          icon="close"
          iconSize={12}
          className="ignore"
          label={`Ignore ${row.name}`}
          tip="Ignore this setting in comparisons"
          onClick={() => ignore([...viewStore.getState().ignoredSettings, row.path])}
        />
      </th>
      {row.values.map((value, i) => {
        const text = cellText(row.path, value, runs[i]);
        return (
          <td
            key={runs[i]?.id}
            className={`${figureClass(text)}${isChanged(row, i, base) ? ' changed' : ''}`}
            title={cellTitle(row.path, value, runs[i])}
          >
            {text}
          </td>
        );
      })}
    </tr>
  ));
}

/** Nothing where the run has no such setting; what is off says so. */
const cellText = (
  path: string,
  value: JsonValue | null,
  run: Compared['runs'][number] | undefined,
) => settingText(value ?? own(run?.settings, path));

/** What may be cut off; and how the run itself calls the node. */
function cellTitle(
  path: string,
  value: JsonValue | null,
  run: Compared['runs'][number] | undefined,
): string | undefined {
  const end = path.indexOf('.');
  const node = end < 0 ? path : path.slice(0, end);
  const called = own(run?.called, node);
  const parts = [
    ...(Array.isArray(value) || typeof value === 'string' ? [settingText(value)] : []),
    ...(called === undefined ? [] : [`${called}${path.slice(node.length)} in this run`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

const ignore = (paths: readonly string[]): void =>
  viewStore.setState({ ignoredSettings: [...new Set(paths)] });

function Tools(compared: Compared) {
  const { table, ignored, differencesOnly } = useTable(compared);
  return (
    <>
      <span>
        {table.different} of {table.count} differ
      </span>
      <label className="switch-field">
        <Switch
          checked={differencesOnly}
          label="Differences only"
          onChange={(on) => compareStore.setState({ differencesOnly: on })}
        />
        <span>Differences</span>
      </label>
      {ignored.length > 0 && (
        <Menu
          align="end"
          entries={[
            { kind: 'label', title: 'Ignored in comparisons' },
            ...ignored.map((path) => ({
              kind: 'item' as const,
              id: path,
              title: path,
              aside: 'show again',
              run: () => ignore(ignored.filter((each) => each !== path)),
            })),
          ]}
        >
          <button type="button" className="tool-button">
            {ignored.length} ignored
          </button>
        </Menu>
      )}
    </>
  );
}

export default defineSection({
  id: 'settings',
  label: 'Settings',
  icon: 'table',
  order: 30,
  columns: 3,
  height: 322,
  Component: Settings,
  tools: Tools,
});
