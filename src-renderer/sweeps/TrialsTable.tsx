/** The settings of a sweep that were tried, best first: what each came to, and whether it is to be compared. */
import { useStore } from 'zustand';
import { metricName } from '#engine/metrics/names.ts';
import type { RunRow, SweepInfo } from '#engine/protocol/index.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { isOfFolds, type SettingResult, type SweepTrial, valueText } from '#engine/search/index.ts';
import { compareStore, highlights } from '../compare/compareStore.ts';
import { figureClass } from '../compare/figureClass.ts';
import { RunDot } from '../compare/RunDot.tsx';
import { figureText } from '../runs/cellText.ts';
import { StatusCell } from '../runs/RunCells.tsx';
import { Sparkline } from '../runs/Sparkline.tsx';
import { addChosenRuns, removeChosenRuns } from '../state/chosenRuns.ts';
import { viewStore } from '../state/view.ts';
import { Icon } from '../ui/Icon.tsx';
import { formatDuration, formatInteger } from '../ui/format.ts';
import { openBest } from './openBest.ts';
import { parameterLabel, settingWords, shownResults } from './sweepRows.ts';
import { told } from './told.ts';
import '../compare/tables.css';
import '../compare/compare.css';
import '../runs/runs.view.css';

/** More rows than this nobody reads here; all of them are in Runs. */
const MOST_ROWS = 200;

export function TrialsTable(props: {
  readonly sweep: SweepInfo;
  readonly byId: ReadonlyMap<string, RunRow>;
}) {
  const { sweep, byId } = props;
  const { space, monitor, seeds } = sweep.plan;
  const { label } = metricName(monitor.key);
  const results = shownResults(sweep);
  const isOfSeeds = space.length === 0;
  const hasFolds = isOfFolds(sweep.trials);
  const rest = results.length - MOST_ROWS;
  return (
    <>
      <table className="compare-table sweep-trials">
        <thead>
          <tr>
            <th scope="col">Trial</th>
            <th scope="col">Status</th>
            <th scope="col">Curve</th>
            <th scope="col" className="num">
              Val {label} {monitor.better === 'higher' ? '↓' : '↑'}
            </th>
            {isOfSeeds && hasFolds && (
              <th scope="col" className="num">
                Fold
              </th>
            )}
            {isOfSeeds && (
              <th scope="col" className="num">
                Seed
              </th>
            )}
            {!isOfSeeds && seeds > 1 && (
              <th scope="col" className="num">
                {hasFolds ? 'Folds, range' : 'Seeds, range'}
              </th>
            )}
            {space.map(({ name }) => (
              <th scope="col" className="num" key={name} title={name}>
                {parameterLabel(name)}
              </th>
            ))}
            <th scope="col" className="num">
              Parameters
            </th>
            <th scope="col" className="num">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {results.slice(0, MOST_ROWS).map((result, i) => (
            <Setting
              key={isOfSeeds ? result.trials[0]?.number : result.setting}
              {...{ sweep, result, byId }}
              isBest={i === 0 && result.value !== null}
            />
          ))}
        </tbody>
      </table>
      {rest > 0 && <p className="sweep-note">{formatInteger(rest)} more are in Runs.</p>}
    </>
  );
}

function Setting(props: {
  readonly sweep: SweepInfo;
  readonly result: SettingResult;
  readonly byId: ReadonlyMap<string, RunRow>;
  readonly isBest: boolean;
}) {
  const { sweep, result, byId, isBest } = props;
  const { space, seeds, monitor } = sweep.plan;
  const { trials, value, bests, values, setting } = result;
  const rows = trials.flatMap(({ run }) => (run === null ? [] : (byId.get(run) ?? [])));
  const ids = rows.map(({ id }) => id);
  const chosen = useStore(
    viewStore,
    ({ chosenRuns }) => ids.length > 0 && ids.every((id) => chosenRuns.includes(id)),
  );
  const isHighlighted = useStore(compareStore, ({ highlighted }) =>
    ids.includes(highlighted ?? ''),
  );
  const [first] = rows;
  const isOfSeeds = space.length === 0;
  const number = seeds > 1 && !isOfSeeds ? setting + 1 : (trials[0]?.number ?? 0);
  const words = settingWords(sweep, { values });
  const text = (figure: number): string => figureText(monitor.key, figure);
  return (
    <tr
      aria-selected={chosen}
      data-highlighted={isHighlighted || undefined}
      {...(first ? highlights(first.id) : {})}
      onDoubleClick={() => first && told(openBest(first.id))}
    >
      <th scope="row">
        <button
          type="button"
          role="checkbox"
          aria-checked={chosen}
          aria-label={`Compare trial ${number}${words === '' ? '' : `: ${words}`}`}
          className="sweep-check"
          disabled={ids.length === 0}
          onClick={() => (chosen ? removeChosenRuns : addChosenRuns)(ids)}
        >
          <span className="side-check" data-checked={chosen}>
            {chosen && <Icon name="check" size={12} />}
          </span>
        </button>
        {first && <RunDot run={first} />}
        {number}
      </th>
      <td>
        <Status trials={trials} rows={rows} isLive={sweep.state === 'running'} />
      </td>
      <td>{first && <Sparkline run={first} />}</td>
      <td className={isBest ? 'num best' : 'num'}>{value === null ? '–' : text(value)}</td>
      {isOfSeeds && isOfFolds(trials) && <td className="num">{trials[0]?.fold}</td>}
      {isOfSeeds && <td className="num">{trials[0]?.seed}</td>}
      {!isOfSeeds && seeds > 1 && (
        <td className="num">
          {bests.length > 1
            ? `${text(Math.min(...bests))} to ${text(Math.max(...bests))}`
            : formatInteger(bests.length)}
        </td>
      )}
      {space.map(({ name }) => (
        <td
          key={name}
          className={figureClass(valueText(values, name))}
          title={valueText(values, name)}
        >
          {valueText(values, name)}
        </td>
      ))}
      <td className="num">{first ? formatInteger(first.parameters) : '–'}</td>
      <td className="num">
        {rows.length === 0
          ? '–'
          : formatDuration(rows.reduce((sum, { progress }) => sum + progress.elapsedMs, 0))}
      </td>
    </tr>
  );
}

/** Of one trial as its run says it, of several how many are over. */
function Status(props: {
  readonly trials: readonly SweepTrial[];
  readonly rows: readonly RunRow[];
  readonly isLive: boolean;
}) {
  const { trials, rows, isLive } = props;
  const over = trials.filter(({ state }) => state !== 'running');
  const failed = trials.find(({ state }) => state === 'failed');
  const active = rows.find(({ progress }) => isActive(progress.state));
  if (active) return <StatusCell run={active} />;
  if (failed) {
    return (
      <span className="run-status is-danger" title={failed.reason}>
        <Icon name="error" size={12} />
        Failed
      </span>
    );
  }
  if (over.length < trials.length) {
    return <span className="t3">{isLive ? 'Waits for its turn' : 'Cut off'}</span>;
  }
  const stopped = trials.find(({ state }) => state === 'stopped');
  if (stopped) {
    return (
      <span className="t3" title={stopped.reason}>
        Stopped at {formatInteger(stopped.reports.at(-1)?.epoch ?? 0)}
      </span>
    );
  }
  return <span>Finished</span>;
}
