/**
 * Runs as the lines of a table: under the values of the columns that they are grouped by, one within the
 * other, groups in the order of their first runs. What is folded away has no lines. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import { type Spread, spreadOf } from '#engine/runs/index.ts';
import { stateLook } from './cellText.ts';
import { DASH, type RunColumn, STATUS } from './columns.ts';
import { childrenOf } from './lineage.ts';

export interface GroupLine {
  readonly kind: 'group';
  /** The values that lead to it: what folding remembers. */
  readonly key: string;
  readonly column: RunColumn;
  readonly label: string;
  readonly depth: number;
  readonly isOpen: boolean;
  /** All of them, however deep. */
  readonly runs: readonly RunRow[];
}
export interface RunLine {
  readonly kind: 'run';
  readonly key: string;
  readonly depth: number;
  readonly run: RunRow;
  /** It stands below the one that it began with. */
  readonly isChild: boolean;
}
export type Line = GroupLine | RunLine;

export function linesOf(
  rows: readonly RunRow[],
  groups: readonly RunColumn[],
  folded: ReadonlySet<string>,
  lineage = false,
): readonly Line[] {
  const lines: Line[] = [];
  const add = (runs: readonly RunRow[], depth: number, above: string): void => {
    const column = groups[depth];
    if (!column) {
      for (const line of lineage ? descended(runs, depth) : plain(runs, depth)) lines.push(line);
      return;
    }
    for (const [value, members] of byValue(runs, column)) {
      const key = `${above}${column.id}=${value};`;
      const isOpen = !folded.has(key);
      const [first] = members;
      const label = first ? column.text(first) : DASH;
      lines.push({ kind: 'group', key, column, label, depth, isOpen, runs: members });
      if (isOpen) add(members, depth + 1, key);
    }
  };
  add(rows, 0, '');
  return lines;
}

const lineOf = (run: RunRow, depth: number, isChild: boolean): RunLine => ({
  ...{ kind: 'run', key: run.id, depth, run, isChild },
});

const plain = (runs: readonly RunRow[], depth: number): readonly RunLine[] =>
  runs.map((run) => lineOf(run, depth, false));

/** Those that began with none of these in their order, each with what came of it below. */
function descended(runs: readonly RunRow[], depth: number): readonly RunLine[] {
  const ids = new Set(runs.map(({ id }) => id));
  const children = childrenOf(runs);
  const lines: RunLine[] = [];
  const add = (run: RunRow, at: number): void => {
    // Deleted as it is added: of two that name each other neither comes twice.
    if (!ids.delete(run.id)) return;
    lines.push(lineOf(run, at, at > depth));
    for (const child of children.get(run.id) ?? []) add(child, at + 1);
  };
  const all = new Set(ids);
  for (const run of runs) if (!run.parent || !all.has(run.parent.run)) add(run, depth);
  for (const run of runs) add(run, depth);
  return lines;
}

function byValue(
  runs: readonly RunRow[],
  column: RunColumn,
): ReadonlyMap<string, readonly RunRow[]> {
  const found = new Map<string, RunRow[]>();
  for (const run of runs) {
    const value = JSON.stringify(column.value(run) ?? null);
    const members = found.get(value);
    if (members) members.push(run);
    else found.set(value, [run]);
  }
  return found;
}

export interface GroupFigure {
  readonly text: string;
  /** How far its runs lie apart, as a standard deviation; null where they do not, or nobody asks. */
  readonly deviation: string | null;
  /** Where the text leaves something out. */
  readonly whole?: string;
}

const NOTHING: GroupFigure = { text: '', deviation: null };

/** What a group shows in a column: mean and deviation, the sum, or what all of its runs have in common. */
export function groupFigure(runs: readonly RunRow[], column: RunColumn): GroupFigure {
  if (column.id === STATUS) return { ...NOTHING, ...statusOf(runs) };
  const values = runs.flatMap((run) => column.value(run) ?? []);
  if (column.of === 'common') {
    const [first] = runs;
    const isShown = values.length > 0 && isCommon(values, runs.length);
    return isShown && first ? { ...NOTHING, text: column.text(first) } : NOTHING;
  }
  const spread = spreadIn(values);
  if (!spread) return NOTHING;
  const { mean, n, deviation } = spread;
  if (column.of === 'sum') return { ...NOTHING, text: column.write(mean * n) };
  return {
    text: column.write(mean),
    deviation: deviation > 0 ? shortly(column.write(deviation)) : null,
  };
}

/** Beside its mean, which says the unit: `.231`, `5.02`. */
const shortly = (deviation: string): string => deviation.replace(/%$/, '').replace(/^0\./, '.');

const spreadIn = (values: readonly JsonValue[]): Spread | null =>
  spreadOf(values.filter((value): value is number => Number.isFinite(value)));

/** Of a column of numbers; undefined where none of the runs has one. */
export function groupMean(runs: readonly RunRow[], column: RunColumn): number | undefined {
  return spreadIn(runs.flatMap((run) => column.value(run) ?? []))?.mean;
}

/** `8 finished, 2 failed`, `8 finished, 3 others`, those first that most are; of one kind the word alone. */
function statusOf(runs: readonly RunRow[]): Pick<GroupFigure, 'text' | 'whole'> {
  const counts = new Map<string, number>();
  for (const { progress } of runs) {
    const { label } = stateLook(progress.state);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const [most, ...others] = sorted.map(([label, count]) => `${count} ${label.toLowerCase()}`);
  if (sorted.length <= 1) return { text: sorted[0]?.[0] ?? '' };
  const whole = [most, ...others].join(', ');
  if (others.length === 1) return { text: whole, whole };
  return { text: `${most}, ${runs.length - (sorted[0]?.[1] ?? 0)} others`, whole };
}

function isCommon(values: readonly JsonValue[], count: number): boolean {
  const [first] = values;
  const text = JSON.stringify(first);
  return values.length === count && values.every((value) => JSON.stringify(value) === text);
}
