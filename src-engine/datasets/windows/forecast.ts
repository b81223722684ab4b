/** The last window of each series of another table, as a run made its own; and what is answered, in its own numbers. */
import { inputError } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import type { CsvRows } from '../csv/rows.ts';
import { isMissing, parseMoment, parseNumber } from '../table/values.ts';
import { isGapIn } from './cut.ts';
import { seriesColumns, type WindowReading, writeWindow } from './reading.ts';
import { scaleOf, type SeriesScale } from './scaling.ts';
import { type Series, seriesOf } from './series.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface LastWindows {
  /** Of each series: its group, and the row of the table that it ends with. */
  readonly ends: readonly { readonly name: string; readonly row: number }[];
  /** One sample after another. */
  readonly values: Float32Array;
  /** Of one sample. */
  readonly size: number;
  /** Answers of a series as numbers of the table. */
  readonly inOwnNumbers: (series: number, answers: Float32Array) => readonly number[];
  readonly notes: readonly string[];
}

/** Throws InputError where a column is missing, a cell is no number, or no series is long enough. */
export function lastWindows(csv: CsvRows, reading: WindowReading): LastWindows {
  const { inputs, window, layout, group, time, missing } = reading;
  const names = seriesColumns(reading);
  const needed = names.map((name) => csv.names.indexOf(name));
  // What is only wanted need not be there: it is what is asked for.
  const columns = names.map((name, i) =>
    inputs.includes(name) || (needed[i] ?? -1) >= 0
      ? numbersOf(csv, columnOf(csv, name))
      : new Float64Array(csv.rows.length).fill(NaN),
  );
  const groups = group === null ? null : columnOf(csv, group);
  const cellOf = (row: number, column: number): string => (csv.rows[row]?.[column] ?? '').trim();
  const { series, untimed, ungrouped } = seriesOf(
    {
      ...{ rowCount: csv.rows.length, columns },
      time: time === null ? null : timesOf(csv, columnOf(csv, time)),
      ...(groups !== null && {
        groupOf: (row: number) => {
          const cell = cellOf(row, groups);
          if (isMissing(cell)) return null;
          // As a column of numbers names its groups.
          const number = parseNumber(cell, csv.decimalComma);
          const isKnown = own(reading.scales ?? {}, cell) !== undefined;
          return number === null || isKnown ? cell : String(number);
        },
      }),
    },
    missing,
  );
  const places = inputs.map((_, i) => i);
  const isWhole = ({ rows, columns: own }: Series): boolean =>
    rows.length >= window && !isGapIn(own, places, rows.length - window, rows.length);
  const whole = series.filter(isWhole);
  if (whole.length === 0) {
    throw inputError('windows.none', 'No series of this table ends with a complete window.', {
      path: csv.path,
      explanation: `The network takes the last ${window} rows of ${inputs.join(', ')}.`,
    });
  }
  const scales = whole.map((each) => scaleFor(each, reading));
  const size = window * inputs.length;
  const values = new Float32Array(whole.length * size);
  whole.forEach(({ rows, columns: own }, i) => {
    const start = rows.length - window;
    writeWindow(values, i * size, { window, layout, columns: inputs.length }, (column, row) => {
      const value = own[column]?.[start + row] ?? NaN;
      const { shift, scale } = scales[i] ?? { shift: [], scale: [] };
      return (value - (shift[column] ?? 0)) / (scale[column] ?? 1);
    });
  });
  const short = series.filter((each) => !isWhole(each)).map(({ name }) => name || 'the series');
  const isNew = ({ name }: Series): boolean =>
    reading.scales !== undefined && own(reading.scales, name) === undefined;
  const strange = whole.filter(isNew).map(({ name }) => name);
  return {
    ends: whole.map(({ name, rows }) => ({ name, row: rows.at(-1) ?? 0 })),
    ...{ values, size },
    inOwnNumbers: (at, answers) =>
      reading.predict === 'class' ? [...answers] : ownNumbers(answers, reading, scales[at]),
    notes: [
      ...(short.length > 0
        ? [
            `No forecast for ${listed(short)}: fewer than ${window} rows, or empty cells among them.`,
          ]
        : []),
      ...(strange.length > 0
        ? [`${listed(strange)} did not train: scaled by the rows that are given here.`]
        : []),
      ...(untimed > 0 ? [`${formatInteger(untimed)} rows without a time are left out.`] : []),
      ...(ungrouped > 0 ? [`${formatInteger(ungrouped)} rows without a group are left out.`] : []),
    ],
  };
}

/** A series that did not train is scaled by what is known of it. */
function scaleFor(series: Series, { scales }: WindowReading): SeriesScale | null {
  if (!scales) return null;
  return own(scales, series.name) ?? scaleOf(series, series.rows.keys());
}

function ownNumbers(
  answers: Float32Array,
  reading: WindowReading,
  scale: SeriesScale | null | undefined,
): readonly number[] {
  const { predict, targets, divisors } = reading;
  const steps = answers.length / divisors.length;
  const names = seriesColumns(reading);
  return Array.from(answers, (value, i) => {
    const target = Math.floor(i / steps);
    if (!scale || predict === 'remaining') return value * (divisors[target] ?? 1);
    const place = names.indexOf(targets[target] ?? '');
    return value * (scale.scale[place] ?? 1) + (scale.shift[place] ?? 0);
  });
}

function columnOf(csv: CsvRows, name: string): number {
  const found = csv.names.indexOf(name);
  if (found >= 0) return found;
  throw inputError(
    'csv.missing-column',
    `There is no column "${name}", which the network learned from.`,
    { path: csv.path, explanation: `Columns: ${csv.names.join(', ')}.` },
  );
}

function numbersOf(csv: CsvRows, column: number): Float64Array {
  return Float64Array.from(csv.rows, (cells, row) => {
    const cell = cells[column] ?? '';
    const value = isMissing(cell) ? NaN : parseNumber(cell, csv.decimalComma);
    if (value !== null) return value;
    throw inputError('csv.not-a-number', `"${cell}" is not a number.`, {
      path: csv.place(row, column),
    });
  });
}

function timesOf(csv: CsvRows, column: number): Float64Array {
  return Float64Array.from(csv.rows, (cells, row) => {
    const cell = cells[column] ?? '';
    if (isMissing(cell)) return NaN;
    const value = parseNumber(cell, csv.decimalComma) ?? parseMoment(cell);
    if (value !== null) return value;
    throw inputError('csv.no-time', `"${cell}" is neither a time nor a number.`, {
      path: csv.place(row, column),
    });
  });
}

const MOST_LISTED = 5;
const listed = (names: readonly string[]): string =>
  `${names.slice(0, MOST_LISTED).join(', ')}${names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : ''}`;
