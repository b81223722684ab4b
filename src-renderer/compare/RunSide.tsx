/** Every run that could be compared, newest first: found by a text, chosen by a click. */
import { useState } from 'react';
import { useStore } from 'zustand';
import { figureOf, figureName } from '#engine/runs/index.ts';
import { headline, metricName } from '#engine/metrics/names.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { isActive } from '#engine/protocol/runState.ts';
import { formatY } from '../charts/curveOption.ts';
import { addChosenRuns, removeChosenRuns } from '../state/chosenRuns.ts';
import { runList } from '../state/runList.ts';
import { viewStore } from '../state/view.ts';
import { Icon } from '../ui/Icon.tsx';
import { VirtualList } from '../ui/VirtualList.tsx';
import { highlights } from './compareStore.ts';
import { RunDot } from './RunDot.tsx';
import { useRunRows } from './useCompared.ts';

const ROW_HEIGHT = 40;

export function RunSide() {
  const rows = useRunRows();
  const [text, setText] = useState('');
  const chosen = useStore(viewStore, ({ chosenRuns }) => chosenRuns);
  const baseline = useStore(viewStore, ({ baselineRun }) => baselineRun);
  const failure = useStore(runList.store, (list) => list.failure);
  const found = foundRuns(rows, text);
  return (
    <aside className="compare-side panel" aria-label="Runs to compare">
      <label className="compare-search">
        <Icon name="search" size={14} />
        <input
          type="search"
          placeholder="Find a run"
          aria-label="Find a run"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {found.length === 0 ? (
        <p className="empty">
          {failure ??
            (rows.length === 0
              ? 'Runs are listed here once a network was trained.'
              : 'No run has this in its name, project or tags.')}
        </p>
      ) : (
        <VirtualList items={found} keyOf={({ id }) => id} rowHeight={ROW_HEIGHT}>
          {(run, tabIndex) => {
            const isChosen = chosen.includes(run.id);
            return (
              <button
                type="button"
                role="checkbox"
                aria-checked={isChosen}
                tabIndex={tabIndex}
                className="side-run"
                onClick={() => (isChosen ? removeChosenRuns : addChosenRuns)([run.id])}
                {...(isChosen ? highlights(run.id) : {})}
              >
                <span className="side-check" data-checked={isChosen}>
                  {isChosen && <Icon name="check" size={12} />}
                </span>
                <RunDot run={run} />
                <span className="side-run-text">
                  <b className="ellipsis">{run.name}</b>
                  <small className="ellipsis">{sentenceOf(run)}</small>
                </span>
                {baseline === run.id && <Icon name="starFilled" size={12} className="side-star" />}
              </button>
            );
          }}
        </VirtualList>
      )}
    </aside>
  );
}

/** By name, project or tag. */
export function foundRuns(rows: readonly RunRow[], text: string): readonly RunRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter(({ name, projectName, tags }) =>
    [name, projectName, ...tags].some((each) => each.toLowerCase().includes(wanted)),
  );
}

/** The figure it is known by, or how it stands. */
function sentenceOf(run: RunRow): string {
  const { progress, bests, last } = run;
  if (isActive(progress.state))
    return `Training, epoch ${progress.epoch} of ${progress.totalEpochs}`;
  const values = last?.validation?.values ?? last?.train?.values ?? {};
  const key =
    headline(values) ??
    headline(Object.fromEntries(Object.keys(bests?.validation ?? {}).map((each) => [each, 0])));
  const figure = key === null ? undefined : figureOf(run, figureName(key));
  if (key === null || figure === undefined) return `Stopped at epoch ${progress.epoch}`;
  return `${metricName(key).label} ${formatY(figure, key, true)}`;
}
