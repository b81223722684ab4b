/**
 * A second table whose rows are the test split. It is read as `predict` reads rows: the columns, words and steps that
 * were fitted to the first table are applied to it, and nothing of it is learned from.
 */
import { inputError } from '#engine/ir/problem.ts';
import type { DataColumn, DataTable, RowFacts, TableReport, TableTarget } from '../define.ts';
import type { RecipeInput } from '../recipe/apply.ts';
import type { StepColumn } from '../recipe/define.ts';
import { filterRows, namedColumns } from '../recipe/fit.ts';
import { fillWithMeans } from '../shared/missing.ts';
import { rowRange, selectRows } from '../shared/rowNumbers.ts';
import { dataTable } from '../shared/table.ts';
import { PART } from '../core/splits/kinds.ts';
import { listed } from './columns.ts';
import { encodeColumns, recipeOf } from './encode.ts';
import type { RawTable } from './rawTable.ts';
import type { TableOptions } from './roles.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Cells that are held at once. */
const CHUNK_ROWS = 10_000;

/** The table with the rows of another one behind its own. Throws InputError for columns that this one has not. */
export async function withTestRows(
  table: DataTable,
  report: TableReport,
  raw: RawTable,
  options: Pick<TableOptions, 'recipe' | 'missing'>,
): Promise<DataTable> {
  refuseOtherColumns(raw, report);
  const inputs = await columnsOf(raw, recipeOf(report).inputs);
  const { width, values, unknown } = encodeColumns(report, inputs, null);
  const targets = report.target ? await allTargets(raw, report.target) : [];
  const keeps = await keptByFilters(raw, options.recipe, inputs);
  const isComplete = (row: number): boolean =>
    !values.subarray(row * width, (row + 1) * width).some(Number.isNaN);
  const rows = selectRows(
    rowRange(0, raw.rowCount),
    (row) =>
      keeps?.[row] !== 0 &&
      !targets.some((each) => Number.isNaN(each[row])) &&
      (options.missing === 'mean' || isComplete(row)),
  );
  if (rows.length === 0) {
    throw inputError('csv.no-test-rows', 'No row of the test file can be used.', {
      path: raw.path,
      explanation: 'All of them are filtered out, have no target, or have empty cells.',
    });
  }
  const [features, ...others] = table.columns;
  if (!features) throw new Error('a table without features');
  const joined = joinedFeatures(features, values, rows, width);
  const columns = others.map((column) => joinedTarget(column, targets, rows));
  const left = raw.rowCount - rows.length;
  const notes = [
    ...(table.notes ?? []),
    `The test split is ${formatInteger(rows.length)} rows of ${raw.path}.`,
    ...(left > 0
      ? [
          `${formatInteger(left)} of ${formatInteger(raw.rowCount)} rows of the test file are left out: filters, or empty cells.`,
        ]
      : []),
    ...[...unknown].map(
      ([name, count]) =>
        `${formatInteger(count)} rows of the test file have a word in ${name} that the other file has not; it counts as an empty cell.`,
    ),
  ];
  const { rowFacts, preview } = table;
  const all = dataTable([joined, ...columns], {
    ...{ testStart: table.count, notes, report },
    ...(rowFacts && { rowFacts: joinedFacts(rowFacts, rows.length) }),
  });
  return preview ? { ...all, preview } : all;
}

function refuseOtherColumns({ names, path }: RawTable, report: TableReport): void {
  const { target } = report;
  const wanted = recipeOf(report).inputs.map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const what = missing.length === 1 ? 'column' : 'columns';
    throw inputError('csv.test-columns', `The test file has no ${what} ${listed(missing)}.`, {
      path,
      explanation: `It needs the columns that the network learns from, called as in the other file. It has ${listed(names)}.`,
    });
  }
  const absent = target && targetsOf(target).find(({ name }) => !names.includes(name));
  if (!absent) return;
  throw inputError(
    'csv.test-columns',
    `The test file has no column ${absent.name}, which is to be predicted.`,
    {
      path,
      explanation:
        'What a prediction is to be compared with must be there. To predict rows without it, train first, then use "predict".',
    },
  );
}

async function columnsOf(
  raw: RawTable,
  inputs: readonly RecipeInput[],
): Promise<ReadonlyMap<string, StepColumn>> {
  const columns = new Map<string, StepColumn>();
  for (const { name, kind } of inputs) columns.set(name, await columnOf(raw, name, kind));
  return columns;
}

/** As the same column of the first table was read, whatever this one would be by itself. */
async function columnOf(
  raw: RawTable,
  name: string,
  kind: StepColumn['kind'],
): Promise<StepColumn> {
  const index = raw.names.indexOf(name);
  const column = await raw.column(index, raw.rowCount);
  if (column.kind === 'empty') {
    const values = new Float64Array(raw.rowCount).fill(NaN);
    return kind === 'words'
      ? { kind, values, words: [] }
      : kind === 'date'
        ? { kind, values, seconds: values }
        : { kind, values };
  }
  if (kind === 'words') {
    if (column.kind === 'text') return { kind, values: column.values, words: column.categories };
    return cellsAsWords(raw, index);
  }
  if (column.kind === 'number' && column.isDate === (kind === 'date')) {
    const { values } = column;
    if (kind === 'number') return { kind, values };
    return { kind, values, seconds: (await raw.moments(index)).values };
  }
  const row = column.values.findIndex((value) => !Number.isNaN(value));
  const cell = await raw.cell(row, index);
  throw inputError(
    'csv.test-columns',
    `"${cell}" is not a ${kind}, as ${name} is in the other file.`,
    {
      path: await raw.place(row, index),
    },
  );
}

/** Of words that all look like numbers here. */
async function cellsAsWords(raw: RawTable, index: number): Promise<StepColumn> {
  const { values: filled } = numbers(await raw.column(index, 1), raw.rowCount);
  const places = new Map<string, number>();
  const values = new Float64Array(raw.rowCount).fill(NaN);
  for (let from = 0; from < raw.rowCount; from += CHUNK_ROWS) {
    const some = [...rowRange(from, Math.min(CHUNK_ROWS, raw.rowCount - from))];
    const cells = await raw.cells(some);
    for (const [i, row] of some.entries()) {
      if (Number.isNaN(filled[row])) continue;
      const word = (cells[i]?.[index] ?? '').trim();
      const place = places.get(word) ?? places.size;
      places.set(word, place);
      values[row] = place;
    }
  }
  return { kind: 'words', values, words: [...places.keys()] };
}

/** As the other file has them, each by its own name; numbers where there are several. */
const targetsOf = (target: TableTarget): readonly OneTarget[] =>
  target.columns?.map(({ name }) => ({ ...target, name })) ?? [target];
type OneTarget = Pick<TableTarget, 'name' | 'classes' | 'scale' | 'labels'>;

async function allTargets(raw: RawTable, target: TableTarget): Promise<readonly Float64Array[]> {
  const found: Float64Array[] = [];
  for (const each of targetsOf(target)) found.push(await targetValues(raw, each));
  return found;
}

/** One for each row, NaN where it is empty: a class by its place, or a number as it was scaled. */
async function targetValues(
  raw: RawTable,
  { name, classes, scale = 1, labels }: OneTarget,
): Promise<Float64Array> {
  const index = raw.names.indexOf(name);
  if (!classes) {
    const column = await raw.column(index, 1);
    if (column.kind !== 'text') {
      const { values } = numbers(column, raw.rowCount);
      if (labels) await refuseNoLabel(raw, values, index);
      return labels ? values : values.map((value) => value / scale);
    }
    throw inputError('csv.target-unknown', `${name} holds words, and numbers in the other file.`, {
      path: await raw.place(0, index),
    });
  }
  const column = await columnOf(raw, name, 'words');
  const words = column.kind === 'words' ? column.words : [];
  const known = new Map(classes.map((word, place) => [word, place]));
  const places = words.map((word) => known.get(word) ?? placeOfNumber(word, known));
  const row = column.values.findIndex((at) => !Number.isNaN(at) && places[at] === undefined);
  if (row < 0) return column.values.map((at) => places[at] ?? NaN);
  const cell = words[column.values[row] ?? 0] ?? '';
  throw inputError('csv.target-unknown', `"${cell}" is none of the classes of ${name}.`, {
    path: await raw.place(row, index),
    explanation: `In the other file there are ${listed(classes)}.`,
  });
}

async function refuseNoLabel(raw: RawTable, values: Float64Array, index: number): Promise<void> {
  const row = values.findIndex((value) => !Number.isNaN(value) && value !== 0 && value !== 1);
  if (row < 0) return;
  const cell = await raw.cell(row, index);
  throw inputError(
    'csv.target-unknown',
    `"${cell}" is neither 0 nor 1, as all of ${raw.names[index] ?? ''} are in the other file.`,
    { path: await raw.place(row, index) },
  );
}

/** Classes that are numbers are called as JavaScript writes them: 1, not 1.0. */
const placeOfNumber = (word: string, known: ReadonlyMap<string, number>): number | undefined =>
  known.get(String(Number(word)));

const numbers = (
  column: Awaited<ReturnType<RawTable['column']>>,
  rowCount: number,
): { readonly values: Float64Array } =>
  column.kind === 'empty' ? { values: new Float64Array(rowCount).fill(NaN) } : column;

/** Null where there are no filters. They see columns that are no features, too. */
async function keptByFilters(
  raw: RawTable,
  recipe: TableOptions['recipe'],
  inputs: ReadonlyMap<string, StepColumn>,
): Promise<Uint8Array | null> {
  const columns = new Map(inputs);
  for (const name of namedColumns(recipe)) {
    const index = raw.names.indexOf(name);
    if (columns.has(name) || index < 0) continue;
    const column = await raw.column(index, raw.rowCount);
    if (column.kind === 'empty') continue;
    const kind = column.kind === 'text' ? 'words' : column.isDate ? 'date' : 'number';
    columns.set(name, await columnOf(raw, name, kind));
  }
  const table = { columns, unnamed: new Set(inputs.keys()), path: raw.path };
  return (await filterRows(recipe, table, raw.rowCount)).keeps;
}

/** Gaps of both are filled with the mean, for now of all rows: see shared/missing.ts. */
function joinedFeatures(
  column: DataColumn,
  values: Float32Array,
  rows: Int32Array,
  width: number,
): DataColumn {
  const { field, stored, missing } = column;
  const joined = new Float32Array(stored.length + rows.length * width);
  joined.set(stored);
  for (const at of missing ?? []) joined[at] = NaN;
  for (const [to, row] of rows.entries()) {
    joined.set(values.subarray(row * width, (row + 1) * width), stored.length + to * width);
  }
  return fillWithMeans({ field, stored: joined });
}

function joinedTarget(
  column: DataColumn,
  targets: readonly Float64Array[],
  rows: Int32Array,
): DataColumn {
  const { stored } = column;
  const width = targets.length;
  const joined = new (stored instanceof Int32Array ? Int32Array : Float32Array)(
    stored.length + rows.length * width,
  );
  joined.set(stored);
  for (const [to, row] of rows.entries()) {
    for (const [k, values] of targets.entries()) {
      joined[stored.length + to * width + k] = values[row] ?? 0;
    }
  }
  return { ...column, stored: joined };
}

/** Rows of the test file belong to no group of the other one, and count as one each. */
function joinedFacts({ group, time, from, part, weight }: RowFacts, count: number): RowFacts {
  const behind = <T extends Int32Array | Float64Array | Uint8Array | Float32Array>(
    own: T,
    joined: T,
    value: number,
  ): T => {
    joined.set(own);
    joined.fill(value, own.length);
    return joined;
  };
  return {
    ...(group && { group: behind(group, new Int32Array(group.length + count), -1) }),
    ...(time && { time: behind(time, new Float64Array(time.length + count), NaN) }),
    ...(from && { from: behind(from, new Float64Array(from.length + count), NaN) }),
    ...(part && { part: behind(part, new Uint8Array(part.length + count), PART.test) }),
    ...(weight && { weight: behind(weight, new Float32Array(weight.length + count), 1) }),
  };
}
