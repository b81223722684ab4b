/**
 * What is shown of series and the windows over them: lines thin enough to be drawn, where windows begin. No part of
 * what trains.
 */
import { cutWindows, targetRows, type Window, type WindowShape } from './cut.ts';
import type { Series } from './series.ts';

export interface SeriesOutline {
  readonly kind: 'series';
  readonly predict: WindowShape['predict'];
  readonly window: number;
  /** What a window is to tell, counted from its first step. */
  readonly wanted: { readonly from: number; readonly to: number };
  readonly columns: readonly {
    readonly name: string;
    readonly use: 'input' | 'target' | 'both';
    readonly scaling: string;
    readonly mean: number;
    readonly standardDeviation: number;
    readonly min: number;
    readonly max: number;
  }[];
  readonly series: readonly OutlinedSeries[];
  readonly seriesCount: number;
  /** Windows of one series overlap. */
  readonly isOverlapping: boolean;
  /** Of each window: which series it is of, and its first step there. */
  readonly windows: { readonly series: Int32Array; readonly start: Int32Array };
  readonly hasDates: boolean;
}

interface OutlinedSeries {
  readonly name: string;
  readonly steps: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly lines: readonly Line[];
}

interface Line {
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
}

const MOST_SERIES = 12;
const MOST_COLUMNS = 12;
/** Of a line: two for each stretch. */
export const STEPS_SHOWN = 600;

export function outlineOf(
  all: readonly Series[],
  windows: readonly Window[],
  shape: WindowShape,
  about: {
    readonly names: readonly string[];
    readonly scalings: readonly string[];
    readonly hasDates: boolean;
  },
): SeriesOutline {
  const number = new Map(all.map((series, i) => [series, i]));
  const isNumberTarget = shape.predict === 'next' || shape.predict === 'horizon';
  const places = about.names.flatMap((_, place) =>
    shape.inputs.includes(place) || isNumberTarget ? [place] : [],
  );
  const shown = places.slice(0, MOST_COLUMNS);
  return {
    ...{ kind: 'series', predict: shape.predict, window: shape.window },
    wanted: targetRows(shape, 0),
    columns: shown.map((place) => {
      const isInput = shape.inputs.includes(place);
      const isTarget = isNumberTarget && shape.targets.includes(place);
      return {
        name: about.names[place] ?? '',
        use: isInput && isTarget ? 'both' : isTarget ? 'target' : 'input',
        scaling: about.scalings[place] ?? '',
        ...momentsOf(all.map(({ columns }) => columns[place] ?? new Float64Array(0))),
      };
    }),
    series: all.slice(0, MOST_SERIES).map(({ name, rows, times, columns }) => ({
      ...{ name, steps: rows.length, firstTime: times[0] ?? 0, lastTime: times.at(-1) ?? 0 },
      lines: shown.map((place) => thinned(columns[place] ?? new Float64Array(0))),
    })),
    seriesCount: all.length,
    isOverlapping: shape.stride < shape.window && windows.length > 1,
    windows: {
      series: Int32Array.from(windows, ({ series }) => number.get(series) ?? -1),
      start: Int32Array.from(windows, ({ start }) => start),
    },
    hasDates: about.hasDates,
  };
}

/** Of samples that are a piece of a series each: what is known, and what follows. */
export function outlineOfPieces(
  history: Float32Array,
  target: Float32Array,
  count: number,
): SeriesOutline {
  const [window, horizon] = [history.length / count, target.length / count];
  const shape: WindowShape = {
    ...{ predict: 'next', window, horizon, stride: window + horizon, inputs: [0], targets: [0] },
  };
  const pieces = Array.from({ length: Math.min(count, MOST_SERIES) }, (_, row): Series => {
    const values = Float64Array.from([
      ...history.subarray(row * window, (row + 1) * window),
      ...target.subarray(row * horizon, (row + 1) * horizon),
    ]);
    const places = Int32Array.from(values.keys());
    return { name: '', rows: places, times: Float64Array.from(places), columns: [values] };
  });
  const { windows } = cutWindows(pieces, shape);
  const about = { names: ['value'], scalings: [''], hasDates: false };
  const outline = outlineOf(pieces, windows, shape, about);
  return {
    ...{ ...outline, seriesCount: count, isOverlapping: false },
    columns: outline.columns.map((column) => ({ ...column, ...momentsOf([history, target]) })),
    windows: {
      series: Int32Array.from({ length: count }, (_, row) => row),
      start: new Int32Array(count),
    },
  };
}

/** The smallest and the largest of each stretch, in their order; a stretch of gaps is a gap. */
function thinned(values: Float64Array): Line {
  const at: number[] = [];
  const kept: (number | null)[] = [];
  const keep = (place: number): void => {
    const value = values[place] ?? NaN;
    at.push(place);
    kept.push(Number.isFinite(value) ? value : null);
  };
  if (values.length <= STEPS_SHOWN) {
    for (const place of values.keys()) keep(place);
    return { at, values: kept };
  }
  const stretches = STEPS_SHOWN / 2;
  for (let i = 0; i < stretches; i++) {
    const from = Math.floor((i * values.length) / stretches);
    const end = Math.floor(((i + 1) * values.length) / stretches);
    let [low, high] = [-1, -1];
    for (let place = from; place < end; place++) {
      const value = values[place] ?? NaN;
      if (!Number.isFinite(value)) continue;
      if (low < 0 || value < (values[low] ?? 0)) low = place;
      if (high < 0 || value > (values[high] ?? 0)) high = place;
    }
    if (low < 0) keep(from);
    else for (const place of low === high ? [low] : [low, high].sort((a, b) => a - b)) keep(place);
  }
  return { at, values: kept };
}

/** Of all finite numbers, in two passes; of none zeros. */
function momentsOf(all: readonly (Float64Array | Float32Array)[]) {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const values of all) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      count += 1;
      sum += value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  if (count === 0) return { mean: 0, standardDeviation: 0, min: 0, max: 0 };
  const mean = sum / count;
  let squares = 0;
  for (const values of all) {
    for (const value of values) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  return { mean, standardDeviation: Math.sqrt(squares / count), min, max };
}
