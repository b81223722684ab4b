/**
 * The inside of two runs at the same place: the same step, or the same epoch where their batches are of
 * different sizes; and the same node, through the match of their graphs. Pure.
 */
import type { NodePair } from '#engine/runs/index.ts';
import type { GradientRow } from '#renderer/state/gradientRows.ts';

export type Alignment = 'step' | 'epoch';

/** What a run needs to say of itself to be aligned. */
export interface AlignedRun {
  readonly stepsPerEpoch: number;
  readonly lastStep: number;
}

/** In units of the alignment. */
export function placeOf(step: number, run: AlignedRun, align: Alignment): number {
  return align === 'step' ? step : step / Math.max(1, run.stepsPerEpoch);
}

/** The last step up to a place. */
export function stepAt(place: number, run: AlignedRun, align: Alignment): number {
  const step = align === 'step' ? place : place * Math.max(1, run.stepsPerEpoch);
  // 0.3 of 10 steps is 3, not 2.9999.
  return Math.min(run.lastStep, Math.floor(step + 1e-6));
}

/** Up to where there is something of either. */
export function lengthOf(runs: readonly AlignedRun[], align: Alignment): number {
  return Math.max(0, ...runs.map((run) => placeOf(run.lastStep, run, align)));
}

/** A node in both runs, or in one alone. */
export interface AlignedNode {
  readonly key: string;
  /** Its id in each; null where that run has no such node. */
  readonly base: string | null;
  readonly other: string | null;
}

/** In the order of the baseline; what only the other has stands behind what it comes after there. */
export function alignNodes(
  base: readonly string[],
  other: readonly string[],
  pairs: readonly NodePair[],
): readonly AlignedNode[] {
  const after = new Map(pairs.map((pair) => [pair.before.id, pair.after.id]));
  const before = new Map(pairs.map((pair) => [pair.after.id, pair.before.id]));
  const others = new Set(other);
  const list: AlignedNode[] = base.map((id) => {
    const match = after.get(id);
    return { key: id, base: id, other: match !== undefined && others.has(match) ? match : null };
  });
  const known = new Set(list.map((each) => each.other));
  other.forEach((id, i) => {
    if (known.has(id)) return;
    const own = before.get(id);
    const [beforeIt] = [other[i - 1]];
    const at = list.findIndex((each) => each.other !== null && each.other === beforeIt);
    const node = { key: `+${id}`, base: null, other: id };
    list.splice(own === undefined && at < 0 && i > 0 ? list.length : at + 1, 0, node);
    known.add(id);
  });
  return list;
}

/**
 * A strip of `bins` rows over the whole length that both runs share: of each bin the last row up to it, a
 * column for each node. NaN where the run has no such node, or is over.
 */
export function stripCells(
  rows: readonly GradientRow[],
  columns: readonly number[],
  bins: number,
  stepOfBin: (bin: number) => number,
): Float32Array {
  const cells = new Float32Array(bins * columns.length).fill(Number.NaN);
  const last = rows.at(-1)?.step ?? -1;
  let at = 0;
  for (let bin = 0; bin < bins; bin++) {
    const step = stepOfBin(bin);
    if (step > last && bin > 0 && stepOfBin(bin - 1) >= last) continue;
    while ((rows[at + 1]?.step ?? Infinity) <= step) at += 1;
    const row = rows[at];
    if (!row || row.step > step) continue;
    columns.forEach((column, i) => {
      if (column >= 0) cells[bin * columns.length + i] = row.logNorm[column] ?? Number.NaN;
    });
  }
  return cells;
}
