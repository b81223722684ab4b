/**
 * Which steps of a run a strip of samples shows, and how large: the steps as on a logarithmic axis, since most
 * happens at the beginning, and always at the same ones, so that columns stay where they are while it trains. Pure.
 */

/** Px: between pictures, and the line of steps below them, as samples.css has them. */
const GAP = 2;
const FOOT = 16;
const CELL = { least: 24, most: 64 } as const;
/** So many of each are worth making the pictures smaller for. */
const WANTED = { rows: 5, columns: 7 } as const;

export interface StripShape {
  readonly cell: number;
  readonly rows: number;
  readonly columns: number;
}

/** In a space of so many px. */
export function stripShape({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): StripShape {
  const of = (px: number, count: number): number => Math.floor((px + GAP) / count) - GAP;
  const wanted = Math.min(of(height - FOOT, WANTED.rows), of(width, WANTED.columns));
  const cell = Math.max(CELL.least, Math.min(CELL.most, wanted));
  const fitting = (px: number): number => Math.max(1, Math.floor((px + GAP) / (cell + GAP)));
  return { cell, rows: fitting(height - FOOT), columns: fitting(width) };
}

/** Places of a decade, finest first. */
const DECADES = [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]] as const;

/**
 * At most so many of `steps` (ascending), the last one and `shown` always among them. Of more than fit the
 * earliest are left out.
 */
export function stripSteps(
  steps: readonly number[],
  shown: number,
  most: number,
): readonly number[] {
  const last = steps.at(-1);
  if (last === undefined) return [];
  const pickedBy = (decade: readonly number[]): readonly number[] => {
    const picked = new Set(
      [0, ...placesTo(last, decade)].map((at) => steps.find((step) => step >= at)),
    );
    picked.add(last);
    if (steps.includes(shown)) picked.add(shown);
    return [...picked].filter((step) => step !== undefined).toSorted((a, b) => a - b);
  };
  const all = DECADES.map(pickedBy);
  const fitting = all.find((picked) => picked.length <= most) ?? all.at(-1) ?? [];
  if (fitting.length <= most) return fitting;
  const kept = fitting.slice(-most);
  return kept.includes(shown) || !steps.includes(shown) ? kept : [shown, ...kept.slice(1)];
}

/** Px of a letter of a step's label, and between two of them. */
const LETTER = 6;
const APART = 4;

/** The steps whose labels stand beside each other without touching: the one on show first, then the latest. */
export function labelledSteps(
  steps: readonly number[],
  shown: number,
  cell: number,
  write: (step: number) => string,
): ReadonlySet<number> {
  const ends = (step: number) => {
    const middle = steps.indexOf(step) * (cell + GAP);
    const half = (write(step).length * LETTER + APART) / 2;
    return { left: middle - half, right: middle + half };
  };
  const taken = new Set<number>();
  for (const step of [...steps.filter((each) => each === shown), ...steps.toReversed()]) {
    const { left, right } = ends(step);
    const isFree = [...taken].every((other) => {
      const there = ends(other);
      return right <= there.left || left >= there.right;
    });
    if (isFree) taken.add(step);
  }
  return taken;
}

function placesTo(last: number, decade: readonly number[]): readonly number[] {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(2, last))));
  return Array.from({ length: decades }, (_, power) => decade.map((at) => at * 10 ** power))
    .flat()
    .filter((at) => at < last);
}
