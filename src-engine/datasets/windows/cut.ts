/** Where windows lie in series: places alone, no values but the gaps. */
import type { Series } from './series.ts';

export interface WindowShape {
  readonly window: number;
  readonly horizon: number;
  readonly stride: number;
  /** Rows after the window that it takes: `next` and `horizon` need what comes, the others do not. */
  readonly predict: 'next' | 'horizon' | 'remaining' | 'class';
  /** Of the columns of a series: those that go in, and those that are wanted. */
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
}

export interface Window {
  readonly series: Series;
  /** First row of the window in the series. */
  readonly start: number;
}

export interface CutWindows {
  readonly windows: readonly Window[];
  /** Groups with fewer rows than one window needs. */
  readonly tooShort: readonly { readonly name: string; readonly rows: number }[];
  /** Windows with an empty cell. */
  readonly withGaps: number;
}

/** Rows that one window needs, what it is to tell included. */
export const rowsNeeded = ({ window, horizon, predict }: WindowShape): number =>
  predict === 'next' || predict === 'horizon' ? window + horizon : window;

/** Of the series, from the first to the last row that what the window is to tell is read from. */
export function targetRows({ window, horizon, predict }: WindowShape, start: number) {
  const last = start + window - 1;
  if (predict === 'next') return { from: last + 1, to: last + horizon };
  const at = predict === 'horizon' ? last + horizon : last;
  return { from: at, to: at };
}

export function cutWindows(all: readonly Series[], shape: WindowShape): CutWindows {
  const needed = rowsNeeded(shape);
  const windows: Window[] = [];
  const tooShort: { readonly name: string; readonly rows: number }[] = [];
  let withGaps = 0;
  for (const series of all) {
    const count = series.rows.length;
    if (count < needed) {
      tooShort.push({ name: series.name, rows: count });
      continue;
    }
    for (let start = 0; start + needed <= count; start += shape.stride) {
      if (hasGap(series, shape, start)) withGaps += 1;
      else windows.push({ series, start });
    }
  }
  return { windows, tooShort, withGaps };
}

export function hasGap({ columns }: Series, shape: WindowShape, start: number): boolean {
  const { from, to } = targetRows(shape, start);
  return (
    isGapIn(columns, shape.inputs, start, start + shape.window) ||
    isGapIn(columns, shape.targets, from, to + 1)
  );
}

export const isGapIn = (
  columns: Series['columns'],
  places: readonly number[],
  from: number,
  end: number,
): boolean =>
  places.some((place) => columns[place]?.subarray(from, end).some(Number.isNaN) ?? true);
