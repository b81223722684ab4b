/** The runs that are compared, as chips in their order: each can be pinned, moved and taken out. */
import { useState, type DragEvent } from 'react';
import type { RunRow } from '#engine/protocol/run.ts';
import { chooseRuns, moveChosenRun, pinBaseline, removeChosenRuns } from '../state/chosenRuns.ts';
import { IconButton } from '../ui/Button.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import { highlights, useIsHighlighted } from './compareStore.ts';
import type { Compared } from './compared.ts';
import { RunDot } from './RunDot.tsx';

export function RunChips({ runs, baseline }: Compared) {
  return (
    <ul className="run-chips" aria-label="Compared runs">
      {runs.map((run) => (
        <RunChip key={run.id} run={run} runs={runs} isBaseline={run.id === baseline?.id} />
      ))}
    </ul>
  );
}

const DRAGGED = 'application/x-netloom-run';

function RunChip(props: {
  readonly run: RunRow;
  readonly runs: readonly RunRow[];
  readonly isBaseline: boolean;
}) {
  const { run, runs, isBaseline } = props;
  const [isTarget, setTarget] = useState(false);
  const isHighlighted = useIsHighlighted(run.id);
  const pin = (): void => pinBaseline(isBaseline ? null : run.id);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setTarget(false);
    const moved = event.dataTransfer.getData(DRAGGED);
    if (moved !== '') moveChosenRun(moved, runs.indexOf(run));
  };
  return (
    <li
      className={isTarget ? 'run-chip target' : 'run-chip'}
      data-highlighted={isHighlighted || undefined}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, run.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setTarget(true);
      }}
      onDragLeave={() => setTarget(false)}
      onDrop={drop}
      {...highlights(run.id)}
    >
      <Menu entries={() => chipMenu(run, runs, isBaseline)}>
        <button type="button" className="run-chip-name" title={run.name}>
          <RunDot run={run} />
          <span className="ellipsis">{run.name}</span>
        </button>
      </Menu>
      <IconButton
        small
        icon={isBaseline ? 'starFilled' : 'star'}
        iconSize={12}
        pressed={isBaseline}
        label={`Baseline: ${run.name}`}
        tip={isBaseline ? 'The others are measured against it' : 'Measure the others against it'}
        onClick={pin}
      />
      <IconButton
        small
        icon="close"
        iconSize={12}
        label={`Take ${run.name} out`}
        onClick={() => removeChosenRuns([run.id])}
      />
    </li>
  );
}

function chipMenu(run: RunRow, runs: readonly RunRow[], isBaseline: boolean): readonly MenuEntry[] {
  const at = runs.indexOf(run);
  const item = (id: string, title: string, act: () => void, disabled = false): MenuEntry => ({
    kind: 'item',
    id,
    title,
    disabled,
    run: act,
  });
  return [
    {
      kind: 'item',
      id: 'baseline',
      title: 'Baseline',
      checked: isBaseline,
      run: () => pinBaseline(isBaseline ? null : run.id),
    },
    { kind: 'line' },
    item('left', 'Move left', () => moveChosenRun(run.id, at - 1), at === 0),
    item('right', 'Move right', () => moveChosenRun(run.id, at + 1), at === runs.length - 1),
    { kind: 'line' },
    item('remove', 'Take out', () => removeChosenRuns([run.id])),
    item('others', 'Take the others out', () => chooseRuns([run.id]), runs.length < 2),
  ];
}
