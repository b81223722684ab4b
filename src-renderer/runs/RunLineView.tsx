/** One line of the table: a run, or a group of them. Drawn again only when something of it changes. */
import { memo } from 'react';
import { Icon } from '../ui/Icon.tsx';
import { formatCount } from '../ui/format.ts';
import { CURVE, type RunColumn, NAME } from './columns.ts';
import { type GroupLine, type Line, groupFigure } from './grouping.ts';
import { Cell, RunDot } from './RunCells.tsx';
import { GroupSparkline } from './Sparkline.tsx';

export interface LineProps {
  readonly line: Line;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly RunColumn[];
  /** Of a group: all, some or none of its runs. */
  readonly chosen: 'all' | 'some' | 'none';
  /** The keys are at it. */
  readonly isAt: boolean;
  /** The details are of it. */
  readonly isLookedAt: boolean;
  /** Columns in which it is the best, one a line (standOut.ts). */
  readonly best: string;
  readonly isRenaming: boolean;
  readonly isBaseline: boolean;
  readonly isTree: boolean;
}

export const RunLineView = memo(function RunLineView(props: LineProps) {
  const { line, index, top, columns, chosen, isAt, isTree } = props;
  const isGroup = line.kind === 'group';
  const best = props.best.split('\n');
  const classes = [
    ...['runs-line', isGroup ? 'group' : '', chosen === 'all' ? 'chosen' : ''],
    props.isLookedAt ? 'at' : '',
    !isGroup && line.run.archived ? 'archived' : '',
  ];
  return (
    <div
      role="row"
      className={classes.filter(Boolean).join(' ')}
      style={{ transform: `translateY(${top}px)` }}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={chosen === 'all'}
      {...(isTree ? { 'aria-level': line.depth + 1 } : {})}
      {...(isGroup ? { 'aria-expanded': line.isOpen } : {})}
      tabIndex={isAt ? 0 : -1}
    >
      <span role="gridcell" className="runs-cell box" aria-colindex={1}>
        <span className={`runs-box ${chosen}`} data-box>
          {chosen === 'all' && <Icon name="check" size={12} />}
          {chosen === 'some' && <Icon name="minus" size={12} />}
        </span>
      </span>
      {columns.map((column, i) => (
        <span
          key={column.id}
          role="gridcell"
          aria-colindex={i + 2}
          className={cellClass(column, best)}
          style={column.id === NAME ? { paddingLeft: 8 + line.depth * 16 } : undefined}
        >
          {isGroup ? (
            <GroupCell line={line} column={column} />
          ) : (
            <Cell
              run={line.run}
              column={column}
              isChild={line.isChild}
              isRenaming={props.isRenaming}
              isBaseline={props.isBaseline}
            />
          )}
        </span>
      ))}
    </div>
  );
});

function cellClass({ id, isNumber }: RunColumn, best: readonly string[]): string {
  if (id === NAME) return 'runs-cell name';
  if (!isNumber) return 'runs-cell';
  return best.includes(id) ? 'runs-cell number best' : 'runs-cell number';
}

function GroupCell({ line, column }: { readonly line: GroupLine; readonly column: RunColumn }) {
  if (column.id === CURVE) return <GroupSparkline line={line} />;
  if (column.id !== NAME) {
    const { text, deviation, whole } = groupFigure(line.runs, column);
    if (whole !== undefined) return <span title={whole}>{text}</span>;
    if (deviation === null) return text;
    const title = `Mean of ${formatCount(line.runs.length, 'run')}, and their standard deviation`;
    return (
      <span title={title}>
        {text} <small className="t3">±{deviation}</small>
      </span>
    );
  }
  return (
    <>
      <Icon name={line.isOpen ? 'chevronDown' : 'chevronRight'} size={12} />
      <RunDot slot={line.runs[0]?.colorSlot ?? 0} isGroup />
      <span className="ellipsis">
        <span className="t3">{line.column.label} </span>
        {line.label}
      </span>
      <small className="t3">{formatCount(line.runs.length, 'run')}</small>
    </>
  );
}
