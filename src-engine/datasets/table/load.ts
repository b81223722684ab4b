/** From a table as it was read to samples: one column is the target, the usable others one vector of features. */
import type { DataAbilities, DataTable, Fitting, LoadProgress } from '../define.ts';
import { inputError } from '#engine/ir/problem.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import { filterRows, fitRecipe, isFittedRecipe } from '../recipe/fit.ts';
import { joinPath } from '../shared/files.ts';
import { fillWithMeans } from '../shared/missing.ts';
import { rowRange, selectRows } from '../shared/rowNumbers.ts';
import { dataTable, featuresField } from '../shared/table.ts';
import { encodeFeatures, type Features } from './features.ts';
import { previewTable } from './preview.ts';
import { heldRows, type ShownRows, streamedRows } from './previewRows.ts';
import type { RawTable, TableFormat, TableReader } from './rawTable.ts';
import { largeFeatures } from './large.ts';
import {
  type EncodePart,
  fittedRecipe,
  type MadeFeatures,
  recipeTable,
  tableColumns,
} from './recipe.ts';
import { type RowOutcome, streamTable } from './stream.ts';
import { noFeatures, noRows, notesOf, reportOf } from './report.ts';
import { readRoles, type Roles, type TableOptions } from './roles.ts';
import { factsOfRows } from './rowFacts.ts';
import { targetColumn } from './target.ts';
import { withTestRows } from './testFile.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export async function openAndLoad(
  host: LoadingHost,
  path: string,
  format: TableFormat,
  options: TableOptions,
): Promise<DataTable> {
  const { tables } = host.abilities;
  if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
  const name = options.testFile.trim();
  const table = await usingTable(tables, path, format, (raw) => {
    if (name === '') return loadTable(raw, options, host);
    if (raw.isLarge) throw noTestFile(path);
    return loadTable(raw, options, withoutTest(host));
  });
  if (name === '') return table;
  const folder = /^(.*)[/\\][^/\\]*$/.exec(path)?.[1];
  const beside = folder === undefined ? name : joinPath(folder, name);
  return usingTable(tables, beside, format, (raw) => {
    if (!table.report) throw new Error('a table has a report');
    return withTestRows(table, table.report, raw, options);
  });
}

async function usingTable(
  tables: TableReader,
  path: string,
  format: TableFormat,
  use: (raw: RawTable) => Promise<DataTable>,
): Promise<DataTable> {
  const raw = await tables.open(path, format);
  try {
    return await use(raw);
  } finally {
    await raw.close();
  }
}

/** All rows of the file train or validate: those that test are elsewhere. */
function withoutTest(host: LoadingHost): LoadingHost {
  const { fitting } = host;
  if (!fitting) return host;
  return { ...host, fitting: { ...fitting, split: { ...fitting.split, test: 0 } } };
}

const noTestFile = (path: string): Error =>
  inputError('csv.test-file-large', 'This table is too large for a test file of its own.', {
    path,
    explanation:
      'Put both into one table with a column that says the part of each row, and split by that column.',
  });

interface LoadingHost {
  readonly abilities: DataAbilities;
  readonly fitting?: Fitting;
  readonly onProgress?: LoadProgress;
}

async function loadTable(
  raw: RawTable,
  options: TableOptions,
  { abilities, fitting, onProgress }: LoadingHost,
): Promise<DataTable> {
  const roles = await readRoles(raw, options);
  const yields = async (): Promise<void> => onProgress?.(0, 0);
  const made = await throughRecipe(raw, roles, options, { fitting, yields });
  const { target } = roles;
  const { features, rows } = made;
  const leftOut = [...roles.leftOut, ...features.leftOut];
  const notes = [...notesOf(raw, { ...roles, features, leftOut }), ...made.notes];
  const dropped = made.withGaps + made.withoutTarget;
  if (dropped > 0) {
    notes.push(
      `${formatInteger(dropped)} of ${formatInteger(raw.rowCount)} rows are left out: they have empty cells.`,
    );
  }
  const report = reportOf(raw, { ...roles, leftOut, made }, options);
  const outcome = (order: Int32Array): RowOutcome => {
    const rowFacts = factsOfRows(roles.facts, order);
    return {
      columns: target ? [targetColumn(target, order, options.targetScale)] : [],
      ...(Object.keys(rowFacts).length > 0 && { rowFacts }),
    };
  };
  if (raw.isLarge) {
    const { spill } = abilities;
    if (!spill || !fitting) throw new Error('a large table is spilled, and its split is known');
    const { table, order } = await streamTable({
      ...{ made, outcome, fitting, spill, notes, report, onProgress },
    });
    return withPreview(table, fitting, () => streamedRows(table.streamed, order));
  }
  const { columns, ...facts } = outcome(rows);
  const inputs = fillWithMeans({
    field: featuresField(features.width),
    stored: storedRows(features, rows),
  });
  const table = dataTable([inputs, ...columns], { ...{ notes, report }, ...facts });
  return fitting ? withPreview(table, fitting, () => heldRows(table, rows, fitting)) : table;

  async function withPreview(
    loaded: DataTable,
    asked: Fitting,
    shown: () => ShownRows,
  ): Promise<DataTable> {
    if (asked.previewRows === undefined) return loaded;
    const preview = await previewTable(raw, {
      ...{ shown: shown(), report, made, fitting: asked, recipe: options.recipe },
      ...{ roles: roles.byColumn, columns: roles.candidates },
    });
    return { ...loaded, preview };
  }
}

/** Lets whoever waits know, and be heard. */
type Yields = () => Promise<void>;

/** What a recipe makes of the columns, and which rows are left then. */
async function throughRecipe(
  raw: RawTable,
  { target, used, leftOut, facts: rowFacts }: Roles,
  options: TableOptions,
  { fitting, yields }: { readonly fitting?: Fitting | undefined; readonly yields: Yields },
): Promise<MadeFeatures> {
  const { rowCount, path } = raw;
  const { maxCategories, missing, recipe } = options;
  const table = { ...(await recipeTable(raw, used, options)), yields };
  const { keeps, facts } = await filterRows(recipe, table, rowCount);
  const hasTarget = (row: number): boolean => !Number.isNaN(target?.values[row]);
  const candidates = selectRows(
    rowRange(0, rowCount),
    (row) => keeps?.[row] !== 0 && hasTarget(row),
  );
  const kept = keeps?.reduce((sum, each) => sum + each, 0) ?? rowCount;
  // Where gaps cost rows, fitted to all of them first: which cells are empty then does not depend on the rows that it is fitted to.
  const fit = async (train: Int32Array) => {
    const fitted = await fitRecipe(recipe, table, { all: candidates, train });
    if (raw.isLarge)
      return {
        fitted,
        ...(await largeFeatures(raw, { fitted, used, table, maxCategories, yields })),
      };
    const columns = tableColumns(fitted, used, raw.names);
    const features = encodeFeatures(columns, rowCount, maxCategories, path);
    return { fitted, features, encode: partsIn(features) };
  };
  const isFitted = fitting !== undefined && isFittedRecipe(recipe);
  const isDropping = missing === 'drop';
  const first = isFitted && !isDropping ? trainingRows(candidates, fitting) : candidates;
  let made = await fit(first);
  if (made.features.width === 0) {
    const reasons = [...leftOut, ...made.features.leftOut];
    throw noFeatures(
      path,
      made.features.leftOut,
      notesOf(raw, { ...made, leftOut: reasons, target }),
    );
  }
  const rows = isDropping ? await completeRows(made, candidates, { rowCount, yields }) : candidates;
  if (rows.length === 0) throw noRows(path, kept < rowCount && kept === 0);
  const isAgain = isFitted && isDropping;
  const train = isAgain ? trainingRows(rows, fitting) : first;
  if (isAgain) made = await fit(train);
  return {
    ...{ ...made, rows, facts: [...facts, ...made.fitted.facts].sort((a, b) => a.place - b.place) },
    recipe:
      recipe.length === 0
        ? null
        : fittedRecipe(made.fitted, used, made.features, { columns: table.columns, train }),
    keeps,
    filtered: rowCount - kept,
    withoutTarget: kept - candidates.length,
    withGaps: candidates.length - rows.length,
    notes:
      kept < rowCount
        ? [`${formatInteger(rowCount - kept)} of ${formatInteger(rowCount)} rows are filtered out.`]
        : [],
  };

  /** Of the rows that are used; by the numbers that they have in the file. */
  function trainingRows(all: Int32Array, { split, seed }: Fitting): Int32Array {
    const splits = splitRows(splitTable(all), split, seed);
    return splits.train.map((row) => all[row] ?? 0);
  }

  function splitTable(all: Int32Array) {
    const columns = target ? [targetColumn(target, all, options.targetScale)] : [];
    return { count: all.length, columns, rowFacts: factsOfRows(rowFacts, all) };
  }
}

const partsIn =
  ({ width, values }: Features): EncodePart =>
  (first, count) =>
    values.subarray(first * width, (first + count) * width);

/** Rows that are looked at side by side. */
const CHUNK_ROWS = 16_384;

async function completeRows(
  { features: { width }, encode }: Pick<MadeFeatures, 'features' | 'encode'>,
  rows: Int32Array,
  { rowCount, yields }: { readonly rowCount: number; readonly yields: Yields },
): Promise<Int32Array> {
  const isComplete = new Uint8Array(rowCount);
  for (let first = 0; first < rowCount; first += CHUNK_ROWS) {
    await yields();
    const count = Math.min(CHUNK_ROWS, rowCount - first);
    const values = encode(first, count);
    for (let i = 0; i < count; i++) {
      const cells = values.subarray(i * width, (i + 1) * width);
      isComplete[first + i] = cells.some(Number.isNaN) ? 0 : 1;
    }
  }
  return selectRows(rows, (row) => isComplete[row] === 1);
}

function storedRows({ width, values }: Features, rows: Int32Array): Float32Array {
  const stored = new Float32Array(rows.length * width);
  for (const [to, from] of rows.entries()) {
    stored.set(values.subarray(from * width, (from + 1) * width), to * width);
  }
  return stored;
}
