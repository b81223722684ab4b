/**
 * Rows of another table as a run read its own: the features that it learned from, the same columns, words and
 * order; and the column that was its target, where a network takes that as an input.
 */
import { inputError } from '#engine/ir/problem.ts';
import type { TableReport } from '../define.ts';
import { applyRecipe, type Columns, type FittedRecipe, type RecipeInput } from '../recipe/apply.ts';
import type { StepColumn } from '../recipe/define.ts';
import { encodedWidth, writeFeature } from './features.ts';
import type { CsvRows } from '../csv/rows.ts';
import { isMissing, parseDate, parseMoment, parseNumber } from './values.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

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

export type FittedColumns = Pick<TableReport, 'columns' | 'features' | 'target' | 'recipe'>;

export function encodeRows(
  csv: CsvRows,
  fitted: FittedColumns,
  means: readonly number[] | null,
  withTarget = false,
): EncodedRows {
  const columns = recipeOf(fitted).inputs.map(
    (input) => [input.name, readColumn(csv, fitted, input)] as const,
  );
  const encoded = encodeColumns(fitted, new Map(columns), means);
  const { width, values: all, unknown } = encoded;
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
      `${formatInteger(count)} rows have a word in ${name} that did not occur in training; it counts as an empty cell.`,
  );
  if (left > 0)
    notes.push(
      `${formatInteger(left)} of ${formatInteger(csv.rows.length)} rows get no prediction: they have empty cells.`,
    );
  const ofRows = target && Float32Array.from(rows, (row) => target[row] ?? NaN);
  return { width, values, ...(ofRows && { target: ofRows }), rows, notes };
}

export interface EncodedColumns {
  readonly width: number;
  /** Row-major; NaN where a cell is empty and takes no mean. */
  readonly values: Float32Array;
  /** By feature: in how many rows it has a word that training did not have. */
  readonly unknown: ReadonlyMap<string, number>;
}

/** Columns of the file, as the recipe begins with them, to features. */
export function encodeColumns(
  fitted: Pick<FittedColumns, 'features' | 'recipe'>,
  columns: Columns,
  means: readonly number[] | null,
): EncodedColumns {
  const { features } = fitted;
  const made = applyRecipe(recipeOf(fitted), columns);
  const width = features.reduce((sum, feature) => sum + encodedWidth(feature), 0);
  const rowCount = [...columns.values()][0]?.values.length ?? 0;
  const values = new Float32Array(rowCount * width);
  const unknown = new Map<string, number>();
  let slot = 0;
  for (const feature of features) {
    const column = made.get(feature.name);
    if (!column) throw new Error(`the recipe gives no ${feature.name}`);
    const positions = new Map(feature.categories?.map((word, i) => [word, i]));
    const places =
      column.kind === 'words' ? column.words.map((word) => positions.get(word) ?? NaN) : null;
    for (const [row, at] of column.values.entries()) {
      const value = places ? (places[at] ?? NaN) : at;
      if (Number.isNaN(value) && !Number.isNaN(at)) {
        unknown.set(feature.name, (unknown.get(feature.name) ?? 0) + 1);
      }
      writeFeature(feature, value, values, row * width + slot);
    }
    slot += encodedWidth(feature);
  }
  if (means) {
    for (let at = 0; at < values.length; at++) {
      if (Number.isNaN(values[at])) values[at] = means[at % width] ?? 0;
    }
  }
  return { width, values, unknown };
}

/** Without a recipe features are the columns themselves. */
export function recipeOf({
  recipe,
  features,
}: Pick<FittedColumns, 'recipe' | 'features'>): FittedRecipe {
  if (recipe) return recipe;
  const inputs = features.map(({ name, index, kind, categories }) => ({
    ...{ name, index, kind: kind === 'categories' ? ('words' as const) : kind },
    ...(categories && { words: categories }),
  }));
  return { inputs, steps: [] };
}

/** A column of cells as recipes begin with. Throws InputError for a cell that is not of the column's kind. */
function readColumn(
  csv: CsvRows,
  fitted: FittedColumns,
  { name, index, kind }: RecipeInput,
): StepColumn {
  const column = columnOf(csv, fitted, name, index);
  const cells = csv.rows.map((row) => (row[column] ?? '').trim());
  if (kind === 'words') {
    const places = new Map<string, number>();
    const values = Float64Array.from(cells, (cell) => {
      if (isMissing(cell)) return NaN;
      const at = places.get(cell) ?? places.size;
      places.set(cell, at);
      return at;
    });
    return { kind, values, words: [...places.keys()] };
  }
  const read = (parse: (cell: string) => number | null): Float64Array =>
    Float64Array.from(cells, (cell, row) => {
      const value = isMissing(cell) ? NaN : parse(cell);
      if (value !== null) return value;
      throw inputError(
        'csv.not-a-number',
        `"${csv.rows[row]?.[column] ?? ''}" is not a ${kind}, as ${name} was in training.`,
        { path: csv.place(row, column) },
      );
    });
  return kind === 'number'
    ? { kind, values: read((cell) => parseNumber(cell, csv.decimalComma)) }
    : { kind, values: read(parseDate), seconds: read(parseMoment) };
}

/** One per row, NaN where the cell is empty. */
function targetValues(
  csv: CsvRows,
  fitted: Pick<TableReport, 'columns' | 'target'>,
): readonly number[] {
  const { target } = fitted;
  if (!target) return csv.rows.map(() => NaN);
  if (target.columns) {
    throw inputError('csv.target-several', 'Several target columns cannot be an input as well.', {
      path: csv.place(0, target.index),
      explanation: 'Name one target column, or take them as features.',
    });
  }
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
        : `The table has ${formatInteger(width)} columns and no names, the training data had ${formatInteger(columns.length)}.`,
    },
  );
}
