/**
 * Rows of another table as a run read its own: the features that it learned from, the same columns, words and
 * order; and the column that was its target, where a network takes that as an input.
 */
import { inputError } from '#engine/ir/problem.ts';
import type { TableReport } from '../define.ts';
import { encodedWidth, writeFeature } from './features.ts';
import type { CsvRows } from '../csv/rows.ts';
import { isMissing, parseDate, parseNumber } from './values.ts';

export interface EncodedRows {
  readonly width: number;
  /** Of the complete rows, one after another. */
  readonly values: Float32Array;
  /** Of the same rows: classes by their index, or numbers as they were scaled; where it was asked for. */
  readonly target?: Float32Array;
  /** Their places in the table; the others have empty cells, or words that are not known. */
  readonly rows: readonly number[];
  readonly notes: readonly string[];
}

export function encodeRows(
  csv: CsvRows,
  fitted: Pick<TableReport, 'columns' | 'features' | 'target'>,
  means: readonly number[] | null,
  withTarget = false,
): EncodedRows {
  const width = fitted.features.reduce((sum, feature) => sum + encodedWidth(feature), 0);
  const all = new Float32Array(csv.rows.length * width);
  const unknown = new Map<string, number>();
  let slot = 0;
  for (const feature of fitted.features) {
    const column = columnOf(csv, fitted, feature.name, feature.index);
    const positions = new Map(feature.categories?.map((word, i) => [word, i]));
    for (const [row, cells] of csv.rows.entries()) {
      const cell = cells[column] ?? '';
      const value = isMissing(cell) ? NaN : read(cell, row);
      if (Number.isNaN(value) && !isMissing(cell)) {
        unknown.set(feature.name, (unknown.get(feature.name) ?? 0) + 1);
      }
      writeFeature(feature, value, all, row * width + slot);
    }
    slot += encodedWidth(feature);

    function read(cell: string, row: number): number {
      if (feature.kind === 'categories') return positions.get(cell.trim()) ?? NaN;
      const value = feature.kind === 'date' ? parseDate(cell) : parseNumber(cell, csv.decimalComma);
      if (value !== null) return value;
      throw inputError(
        'csv.not-a-number',
        `"${cell}" is not a ${feature.kind}, as ${feature.name} was in training.`,
        {
          path: csv.place(row, column),
        },
      );
    }
  }
  if (means) {
    for (let at = 0; at < all.length; at++)
      if (Number.isNaN(all[at])) all[at] = means[at % width] ?? 0;
  }
  const target = withTarget ? targetValues(csv, fitted) : null;
  const rows = [...csv.rows.keys()].filter(
    (row) =>
      !all.subarray(row * width, (row + 1) * width).some(Number.isNaN) &&
      !Number.isNaN(target?.[row]),
  );
  const values = new Float32Array(rows.length * width);
  for (const [to, from] of rows.entries()) {
    values.set(all.subarray(from * width, (from + 1) * width), to * width);
  }
  const left = csv.rows.length - rows.length;
  const notes = [...unknown].map(
    ([name, count]) =>
      `${count} rows have a word in ${name} that did not occur in training; it counts as an empty cell.`,
  );
  if (left > 0)
    notes.push(`${left} of ${csv.rows.length} rows get no prediction: they have empty cells.`);
  const ofRows = target && Float32Array.from(rows, (row) => target[row] ?? NaN);
  return { width, values, ...(ofRows && { target: ofRows }), rows, notes };
}

/** One per row, NaN where the cell is empty. */
function targetValues(
  csv: CsvRows,
  fitted: Pick<TableReport, 'columns' | 'target'>,
): readonly number[] {
  const { target } = fitted;
  if (!target) return csv.rows.map(() => NaN);
  const column = columnOf(
    csv,
    { columns: fitted.columns, target: null },
    target.name,
    target.index,
  );
  const { classes, scale = 1 } = target;
  return csv.rows.map((cells, row) => {
    const cell = (cells[column] ?? '').trim();
    if (isMissing(cell)) return NaN;
    const index = classes?.indexOf(cell) ?? -1;
    if (index >= 0) return index;
    const value = classes ? null : parseNumber(cell, csv.decimalComma);
    if (value !== null) return value / scale;
    throw inputError(
      'csv.target-unknown',
      classes
        ? `"${cell}" is none of the classes of ${target.name} in training.`
        : `"${cell}" is not a number, as ${target.name} was in training.`,
      { path: csv.place(row, column) },
    );
  });
}

/** By name; of a table without names by place, with or without the column that is to be predicted. */
function columnOf(
  csv: CsvRows,
  { columns, target }: Pick<TableReport, 'columns' | 'target'>,
  name: string,
  index: number,
): number {
  const named = csv.names.indexOf(name);
  const width = csv.names.length;
  if (named >= 0 && (csv.hasHeader || width === columns.length)) return named;
  if (!csv.hasHeader && target && width === columns.length - 1) {
    return index > target.index ? index - 1 : index;
  }
  throw inputError(
    'csv.missing-column',
    `There is no column "${name}", which the network learned from.`,
    {
      path: csv.path,
      explanation: csv.hasHeader
        ? 'The names of the columns must be those of the training data; their order may differ.'
        : `The table has ${width} columns and no names, the training data had ${columns.length}.`,
    },
  );
}
