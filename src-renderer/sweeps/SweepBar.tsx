/** Above the results of a sweep: how it stands, and what is done with what it found. */
import { useStore } from 'zustand';
import type { RunRow, SweepInfo } from '#engine/protocol/index.ts';
import { chooseRuns } from '../state/chosenRuns.ts';
import { showView } from '../state/frontView.ts';
import { viewStore } from '../state/view.ts';
import { changeTable } from '../runs/tableState.ts';
import { Button } from '../ui/Button.tsx';
import { formatCount, formatDuration } from '../ui/format.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { openBest } from './openBest.ts';
import { rankedRuns } from './sweepRows.ts';
import { STATES } from './SweepSide.tsx';
import { told } from './told.ts';

/** Compared where none were chosen: the best of them. */
const COMPARED = 8;

const ICONS = {
  running: 'play',
  paused: 'pause',
  finished: 'check',
} as const satisfies Record<SweepInfo['state'], IconName>;

export function SweepBar(props: { readonly sweep: SweepInfo; readonly rows: readonly RunRow[] }) {
  const { sweep, rows } = props;
  const chosen = useStore(viewStore, ({ chosenRuns }) => chosenRuns);
  const ranked = rankedRuns(sweep).filter((id) => rows.some((row) => row.id === id));
  const picked = chosen.filter((id) => rows.some((row) => row.id === id));
  const compared = picked.length > 1 ? picked : ranked.slice(0, COMPARED);
  const [best] = ranked;
  return (
    <div className="sweep-bar" role="toolbar" aria-label="Sweep">
      <p className="sweep-state" role="status">
        <strong data-state={sweep.state}>
          <Icon name={ICONS[sweep.state]} size={14} />
          {STATES[sweep.state]}
        </strong>
        <span>
          {summary(sweep)}. {sweep.reason}
        </span>
      </p>
      <Button
        onClick={() => {
          changeTable({ filter: `tag = ${JSON.stringify(sweep.plan.name)}` });
          showView('runs');
        }}
      >
        Show in Runs
      </Button>
      <Button
        disabled={best === undefined}
        onClick={() => best !== undefined && told(openBest(best))}
      >
        Open best in Design
      </Button>
      <Button
        variant="primary"
        icon="compare"
        disabled={compared.length < 2}
        onClick={() => {
          chooseRuns(compared);
          showView('compare');
        }}
      >
        Compare {Math.max(2, compared.length)}
      </Button>
    </div>
  );
}

function summary({ trials, elapsedMs }: SweepInfo): string {
  const count = (state: string): number => trials.filter((each) => each.state === state).length;
  const over = trials.length - count('running');
  const parts = [
    formatCount(over, 'trial'),
    ...(count('stopped') > 0 ? [`${count('stopped')} stopped early`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
    formatDuration(elapsedMs),
  ];
  return parts.join(', ');
}
