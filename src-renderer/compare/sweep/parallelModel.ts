/**
 * Parallel coordinates: an axis for each setting that differs and one for the figure that decides, each value
 * as a share of its axis from below. Axes of positive numbers over two decades or more are logarithmic, as are
 * those of doublings and the like; words
 * stand in order, and what a run has not stands below the axis. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import {
  figureOf,
  figureWords,
  isNumeric,
  SEED_SETTING,
  settingDifferences,
  settingText,
  type FigureName,
} from '#engine/runs/index.ts';
import { figureLabel } from '#engine/runs/report/index.ts';
import { logTicks, niceTicks } from '#engine/runs/ticks.ts';
import { figureKey, isLowerBetter } from '../judged.ts';

export interface ParallelAxis {
  /** A setting's path, or the figure's name. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'linear' | 'logarithmic' | 'words';
  /** By run; `MISSING` where it has none. */
  readonly places: readonly number[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** A place of the axis in words. */
  readonly wordsAt: (place: number) => string;
}

export const MISSING = -0.12;
/** Of so many axes each has room. */
const MOST_AXES = 10;
const DECADES = 2;

export type Brushes = Readonly<Record<string, readonly [number, number]>>;

export function parallelAxes(
  rows: readonly RunRow[],
  figure: FigureName,
  ignored: readonly string[] = [],
): readonly ParallelAxis[] {
  const differing = settingDifferences(rows, { ignored }).filter(
    ({ path }) => path !== SEED_SETTING,
  );
  // Of networks of several kinds those settings that most of them have.
  const had = (path: string): number =>
    rows.filter(({ settings }) => own(settings, path) !== undefined).length;
  const shown = new Set(
    differing
      .map(({ path }) => path)
      .toSorted((a, b) => had(b) - had(a))
      .slice(0, MOST_AXES),
  );
  const settings = differing
    .filter(({ path }) => shown.has(path))
    .map(({ name, path }) =>
      axisOf(
        path,
        name,
        rows.map(({ settings }) => own(settings, path)),
      ),
    );
  return [...settings, figureAxis(figure, rows)];
}

export function axisOf(
  id: string,
  title: string,
  values: readonly (JsonValue | undefined)[],
): ParallelAxis {
  if (isNumeric(values)) {
    const numbers = values.map((value) => (typeof value === 'number' ? value : NaN));
    return numberAxis(id, title, numbers, (value) => settingText(Number(value.toPrecision(4))));
  }
  const words = [...new Set(values.map((value) => (value === undefined ? '' : settingText(value))))]
    .filter((word) => word !== '')
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const placeOf = (i: number): number => (words.length < 2 ? 0.5 : i / (words.length - 1));
  const ticks = words.map((text, i) => ({ at: placeOf(i), text }));
  return {
    ...{ id, title, kind: 'words', ticks },
    places: values.map((value) =>
      value === undefined ? MISSING : placeOf(words.indexOf(settingText(value))),
    ),
    wordsAt: (place) =>
      words[Math.round(Math.min(1, Math.max(0, place)) * (words.length - 1))] ?? '',
  };
}

/** More is above, as in any chart. */
export function figureAxisUp(figure: FigureName, rows: readonly RunRow[]): ParallelAxis {
  const numbers = rows.map((row) => figureOf(row, figure) ?? NaN);
  return numberAxis(figureKey(figure), figureLabel(figure), numbers, (value) =>
    figureWords(figure.key, value),
  );
}

/** The better end is above. */
function figureAxis(figure: FigureName, rows: readonly RunRow[]): ParallelAxis {
  const axis = figureAxisUp(figure, rows);
  if (!isLowerBetter(figure)) return axis;
  const turned = (place: number): number => (place === MISSING ? MISSING : 1 - place);
  return {
    ...axis,
    places: axis.places.map(turned),
    ticks: axis.ticks.map(({ at, text }) => ({ at: 1 - at, text })),
    wordsAt: (place) => axis.wordsAt(1 - place),
  };
}

function numberAxis(
  id: string,
  title: string,
  numbers: readonly number[],
  words: (value: number) => string,
): ParallelAxis {
  const told = numbers.filter(Number.isFinite);
  const [low, high] = [Math.min(...told), Math.max(...told)];
  const distinct = [...new Set(told)].toSorted((a, b) => a - b);
  const logarithmic = low > 0 && (high / low >= 10 ** DECADES || isGeometric(distinct));
  const scale = (value: number): number => (logarithmic ? Math.log10(value) : value);
  const [from, size] = [scale(low), scale(high) - scale(low)];
  const place = (value: number): number => (size > 0 ? (scale(value) - from) / size : 0.5);
  const valueAt = (at: number): number =>
    logarithmic ? 10 ** (from + at * size) : from + at * size;
  // Of a few values each is a tick; of many round numbers are.
  const ticks =
    distinct.length <= 6
      ? distinct
      : logarithmic
        ? logTicks(low, high, 6)
        : niceTicks(low, high, 5);
  return {
    ...{ id, title, kind: logarithmic ? 'logarithmic' : 'linear' },
    places: numbers.map((value) => (Number.isFinite(value) ? place(value) : MISSING)),
    ticks: shortTicks(ticks.map(words)).map((text, i) => ({ at: place(ticks[i] ?? NaN), text })),
    wordsAt: (at) => (told.length === 0 ? '' : words(Number(numberOf(valueAt(at))))),
  };
}

/** Those that do not stand on each other, the outermost first; `least` as a share of the axis. */
export function ticksApart(ticks: ParallelAxis['ticks'], least: number): ParallelAxis['ticks'] {
  const ordered = ticks.toSorted((a, b) => a.at - b.at);
  const [low, high] = [ordered[0], ordered.at(-1)];
  const kept = [low, high].flatMap((tick) => tick ?? []);
  for (const tick of ordered) {
    if (kept.every(({ at }) => Math.abs(at - tick.at) >= least)) kept.push(tick);
  }
  const isOne = low && high && high.at - low.at < least;
  return isOne ? [low] : kept.toSorted((a, b) => a.at - b.at);
}

/** `95.00%`, `90.00%` are `95%`, `90%`: decimals that none of them needs are left out. */
function shortTicks(texts: readonly string[]): readonly string[] {
  const needless = /\.0+(?=%?$)/;
  return texts.every((text) => needless.test(text) || !text.includes('.'))
    ? texts.map((text) => text.replace(needless, ''))
    : texts;
}

/** Three numbers or more, each as many times the one before: 8, 16, 32. Whoever chose them counted in times. */
function isGeometric(ascending: readonly number[]): boolean {
  const ratios = ascending.slice(1).map((value, i) => value / (ascending[i] ?? NaN));
  const [first = NaN] = ratios;
  return ratios.length > 1 && ratios.every((ratio) => Math.abs(ratio / first - 1) < 0.01);
}

/** No more digits than a brush can mean. */
const numberOf = (value: number): string => value.toPrecision(3);

/** Whether each run lies within every part that is kept. */
export function keptBy(axes: readonly ParallelAxis[], brushes: Brushes): readonly boolean[] {
  const count = axes[0]?.places.length ?? 0;
  return Array.from({ length: count }, (_, run) =>
    axes.every(({ id, places }) => {
      const brush = own(brushes, id);
      const place = places[run] ?? NaN;
      return !brush || (place >= brush[0] - 1e-9 && place <= brush[1] + 1e-9);
    }),
  );
}

/** What a brush keeps, in words: `0.001 to 0.1`. */
export const brushWords = (axis: ParallelAxis, [low, high]: readonly [number, number]): string => {
  const [a, b] = [axis.wordsAt(low), axis.wordsAt(high)];
  return a === b ? a : `${a} to ${b}`;
};
