/** From a table to windows over its series: what is known, and what is wanted. Where they lie is cut.ts's. */
import { inputError } from '#engine/ir/problem.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import type { DataColumn, DataTable, RowFacts } from '../define.ts';
import { byNumberOrWord } from '../table/columns.ts';
import type { FilledColumn, RawTable } from '../table/rawTable.ts';
import { type LoadingHost, type RowSource, tableOfRows } from '../shared/streamRows.ts';
import { labelField, targetField } from '../shared/table.ts';
import { type WindowColumns, windowColumns } from './columns.ts';
import { cutWindows, type CutWindows, targetRows, type Window, type WindowShape } from './cut.ts';
import { historyField } from './fields.ts';
import type { WindowOptions } from './options.ts';
import { outlineOf } from './outline.ts';
import { type WindowReading, writeWindow } from './reading.ts';
import { moments, scaleOf, type SeriesScale } from './scaling.ts';
import { type Series, seriesOf } from './series.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Groups that a note names. */
const MOST_NAMED = 5;

export async function loadWindows(
  raw: RawTable,
  options: WindowOptions,
  host: LoadingHost = {},
): Promise<DataTable> {
  const { fitting } = host;
  const chosen = await windowColumns(raw, options);
  const { predict, inputs, targets, time, group } = chosen;
  const columns = [...new Map([...inputs, ...targets].map((each) => [each.index, each])).values()];
  const placeOf = ({ index }: FilledColumn): number =>
    columns.findIndex((each) => each.index === index);
  const shape: WindowShape = {
    ...{ predict, window: options.window, horizon: options.horizon, stride: options.stride },
    inputs: inputs.map(placeOf),
    targets: targets.map(placeOf),
  };
  const table = {
    ...{ rowCount: raw.rowCount, time: time?.values ?? null },
    columns: columns.map(({ values }) => values),
    ...(group && { groupOf: namesOf(group) }),
  };
  const found = seriesOf(table, options.missing);
  const cut = cutWindows(found.series, shape);
  const { windows } = cut;
  if (windows.length === 0) throw noWindows(raw, shape, cut);
  const wanted = wantedOf(cut.windows, shape, { options, chosen });
  const facts = factsOf(windows, shape, found.series, group !== null);
  const train = fitting
    ? splitRows(
        { count: windows.length, columns: wanted.plain, rowFacts: facts },
        fitting.split,
        fitting.seed,
      ).train
    : Int32Array.from(windows, (_, i) => i);
  const scales = options.scaling === 'series' ? scalesOf(windows, shape, train) : null;
  const source = historyOf(windows, shape, options.layout, scales);
  const scaled = wanted.scaled(train, scales, options.scaling === 'target');
  const notes = [
    ...chosen.notes,
    ...notesOf(cut, shape, found, group?.name ?? null),
    ...(options.scaling === 'series' && found.series.length > 1 && predict !== 'class'
      ? [
          'Each series is scaled by itself: errors are in deviations of a series, forecasts in its own numbers.',
        ]
      : []),
    ...raw.notes,
  ];
  const reading: WindowReading = {
    kind: 'windows',
    ...{ columns: raw.names, window: options.window, horizon: options.horizon, predict },
    inputs: inputs.map(({ name }) => name),
    targets: targets.map(({ name }) => name),
    ...{ time: time?.name ?? null, group: group?.name ?? null },
    ...{ layout: options.layout, missing: options.missing, divisors: scaled.divisors },
    ...(wanted.classes && { classes: wanted.classes }),
    ...(scales && { scales: Object.fromEntries(scales) }),
  };
  const tooLarge = (bytes: number): Error =>
    inputError(
      'windows.too-large',
      `${formatInteger(windows.length)} windows of ${formatInteger(options.window)} rows and ${formatInteger(inputs.length)} columns are ${(bytes / 2 ** 30).toFixed(1)} GiB.`,
      { path: raw.path, explanation: 'At most 2 GiB are taken: make the stride larger.' },
    );
  const samples = { source, held: [scaled.column], notes, rowFacts: facts };
  const { table: made, order } = await tableOfRows(samples, host, tooLarge);
  const inOrder = Array.from(order, (row) => windows[row]).filter((window) => window !== undefined);
  const outline = outlineOf(found.series, inOrder, shape, {
    names: columns.map(({ name }) => name),
    scalings: columns.map((_, place) =>
      scalingText(place, { shape, divisors: scaled.divisors, isByItself: scales !== null }),
    ),
    hasDates: time?.kind === 'number' && time.isDate,
  });
  return { ...made, reading, outline };
}

/** What is done to a column before a network gets it, by the source alone. */
function scalingText(
  place: number,
  how: {
    readonly shape: WindowShape;
    readonly divisors: readonly number[];
    readonly isByItself: boolean;
  },
): string {
  if (how.isByItself) return 'each series by itself';
  const target = how.shape.targets.indexOf(place);
  const divisor = how.divisors[target] ?? 1;
  const isNumber = how.shape.predict === 'next' || how.shape.predict === 'horizon';
  return target < 0 || !isNumber || divisor === 1
    ? ''
    : `divided by ${Number(divisor.toPrecision(4))} where it is wanted`;
}

function namesOf(group: FilledColumn): (row: number) => string | null {
  const { values } = group;
  return (row) => {
    const value = values[row] ?? NaN;
    if (Number.isNaN(value)) return null;
    return group.kind === 'text' ? (group.categories[value] ?? null) : String(value);
  };
}

/** When what a window tells begins and ends, and which series it is of. */
function factsOf(
  windows: readonly Window[],
  shape: WindowShape,
  all: readonly Series[],
  isGrouped: boolean,
): RowFacts {
  const number = new Map(all.map((series, i) => [series, i]));
  const at = ({ series, start }: Window, end: 'from' | 'to'): number =>
    series.times[targetRows(shape, start)[end]] ?? NaN;
  return {
    ...(isGrouped && {
      group: Int32Array.from(windows, ({ series }) => number.get(series) ?? -1),
    }),
    time: Float64Array.from(windows, (window) => at(window, 'to')),
    from: Float64Array.from(windows, (window) => at(window, 'from')),
  };
}

/** By group; of the rows that training windows cover, what they are to tell included. */
function scalesOf(
  windows: readonly Window[],
  shape: WindowShape,
  train: Int32Array,
): ReadonlyMap<string, SeriesScale> {
  const rows = new Map<Series, Set<number>>();
  for (const place of train) {
    const window = windows[place];
    if (!window) continue;
    const { series, start } = window;
    const own = rows.get(series) ?? new Set<number>();
    rows.set(series, own);
    for (let row = start; row < start + shape.window; row++) own.add(row);
    const { from, to } = targetRows(shape, start);
    for (let row = from; row <= to; row++) own.add(row);
  }
  // A series that does not train is scaled by its own first window: what is known where it begins.
  for (const { series, start } of windows) {
    if (rows.has(series)) continue;
    rows.set(series, new Set(Array.from({ length: shape.window }, (_, i) => start + i)));
  }
  return new Map([...rows].map(([series, own]) => [series.name, scaleOf(series, own)]));
}

function historyOf(
  windows: readonly Window[],
  { window, inputs }: WindowShape,
  layout: WindowOptions['layout'],
  scales: ReadonlyMap<string, SeriesScale> | null,
): RowSource {
  const field = historyField(window, inputs.length, layout);
  const size = window * inputs.length;
  const shape = { window, layout, columns: inputs.length };
  const read = (first: number, count: number): Promise<Float32Array> => {
    const stored = new Float32Array(count * size);
    for (let i = 0; i < count; i++) {
      const found = windows[first + i];
      if (!found) continue;
      const { series, start } = found;
      const scale = scales?.get(series.name);
      writeWindow(stored, i * size, shape, (column, row) => {
        const place = inputs[column] ?? 0;
        const value = series.columns[place]?.[start + row] ?? NaN;
        return scale ? (value - (scale.shift[place] ?? 0)) / (scale.scale[place] ?? 1) : value;
      });
    }
    return Promise.resolve(stored);
  };
  return { field, dtype: 'f32', count: windows.length, read };
}

interface Wanted {
  /** Before it is scaled: classes, for splits that go by them. */
  readonly plain: readonly DataColumn[];
  readonly classes?: readonly string[];
  scaled(
    train: Int32Array,
    scales: ReadonlyMap<string, SeriesScale> | null,
    isDivided: boolean,
  ): { readonly column: DataColumn; readonly divisors: readonly number[] };
}

/** What is wanted of each window: numbers of its targets, target by target, or a class. */
function wantedOf(
  windows: readonly Window[],
  shape: WindowShape,
  { options, chosen }: { readonly options: WindowOptions; readonly chosen: WindowColumns },
): Wanted {
  if (shape.predict === 'class') return classesOf(windows, shape, chosen);
  const isCounted = shape.predict === 'remaining';
  const each = isCounted ? [-1] : shape.targets;
  const steps = shape.predict === 'next' ? shape.horizon : 1;
  const width = each.length * steps;
  const valueOf = ({ series, start }: Window, place: number, step: number): number => {
    const { from } = targetRows(shape, start);
    if (!isCounted) return series.columns[place]?.[from + step] ?? NaN;
    const left = series.rows.length - 1 - from;
    return options.cap > 0 ? Math.min(left, options.cap) : left;
  };
  return {
    plain: [],
    scaled(train, scales, isDivided) {
      const divisors = each.map((place) => {
        if (!isDivided) return 1;
        const values = [...train].flatMap((row) => {
          const window = windows[row];
          return window
            ? Array.from({ length: steps }, (_, step) => valueOf(window, place, step))
            : [];
        });
        return moments(values).deviation;
      });
      const stored = new Float32Array(windows.length * width);
      windows.forEach((window, i) => {
        const scale = isCounted ? undefined : scales?.get(window.series.name);
        each.forEach((place, target) => {
          for (let step = 0; step < steps; step++) {
            const value = valueOf(window, place, step);
            stored[i * width + target * steps + step] = scale
              ? (value - (scale.shift[place] ?? 0)) / (scale.scale[place] ?? 1)
              : value / (divisors[target] ?? 1);
          }
        });
      });
      const [only, ...others] = divisors;
      const isOne = only !== undefined && others.every((other) => other === only);
      const field = targetField(width, rangeOf(stored));
      return {
        column: { field, stored, ...(isOne && only !== 1 && { dividedBy: only }) },
        divisors,
      };
    },
  };
}

function classesOf(
  windows: readonly Window[],
  shape: WindowShape,
  { targets: [column] }: WindowColumns,
): Wanted {
  const [place = 0] = shape.targets;
  const valueOf = ({ series, start }: Window): number =>
    series.columns[place]?.[targetRows(shape, start).to] ?? NaN;
  const distinct = [...new Set(windows.map(valueOf))];
  const nameOf = (value: number): string =>
    column?.kind === 'text' ? (column.categories[value] ?? '') : String(value);
  const classes = distinct.map(nameOf).sort(byNumberOrWord);
  const number = new Map(distinct.map((value) => [value, classes.indexOf(nameOf(value))]));
  const stored = Int32Array.from(windows, (window) => number.get(valueOf(window)) ?? 0);
  const labels: DataColumn = { field: labelField(classes), stored };
  return { plain: [labels], classes, scaled: () => ({ column: labels, divisors: [1] }) };
}

/** To six digits, as targets of tables have it. */
function rangeOf(values: Float32Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [Number(low.toPrecision(6)), Number(high.toPrecision(6))];
}

function notesOf(
  { windows, tooShort, withGaps }: CutWindows,
  shape: WindowShape,
  { series, untimed, ungrouped }: ReturnType<typeof seriesOf>,
  group: string | null,
): readonly string[] {
  const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`;
  return [
    group === null
      ? `${formatInteger(windows.length)} windows.`
      : `${formatInteger(windows.length)} windows of ${formatInteger(series.length - tooShort.length)} series, one for each ${group}.`,
    ...(tooShort.length > 0 ? [`Left out: ${shortText({ tooShort }, shape)}.`] : []),
    ...(withGaps > 0
      ? [`${formatInteger(withGaps)} windows are left out: they have empty cells.`]
      : []),
    ...(untimed > 0 ? [`${rows(untimed)} without a time left out.`] : []),
    ...(ungrouped > 0 ? [`${rows(ungrouped)} without a group left out.`] : []),
  ];
}

function shortText({ tooShort }: Pick<CutWindows, 'tooShort'>, shape: WindowShape): string {
  const needed =
    shape.window + (shape.predict === 'next' || shape.predict === 'horizon' ? shape.horizon : 0);
  const named = tooShort
    .slice(0, MOST_NAMED)
    .map(({ name, rows }) => `${name === '' ? 'the series' : name} (${rows})`);
  const more = tooShort.length - named.length;
  return `${formatInteger(tooShort.length)} series with fewer than the ${needed} rows of a window and its horizon: ${named.join(', ')}${more > 0 ? ` and ${formatInteger(more)} more` : ''}`;
}

function noWindows(raw: RawTable, shape: WindowShape, cut: CutWindows): Error {
  return inputError('windows.none', 'There is no complete window in this table.', {
    path: raw.path,
    explanation:
      cut.tooShort.length > 0
        ? `${shortText(cut, shape)}. Make the window or the horizon shorter.`
        : `All ${cut.withGaps} have empty cells: set the option "missing" to previous, or name other columns.`,
  });
}
