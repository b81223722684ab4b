/** From a table as it was read to samples: one column is the target, the usable others one vector of features. */
import type { DataAbilities, DataTable, Fitting } from '../define.ts';
import { inputError } from '#engine/ir/problem.ts';
import { splitRows } from '../core/splits/splitRows.ts';
import { filterRows, fitRecipe, isFittedRecipe } from '../recipe/fit.ts';
import { fillWithMeans } from '../shared/missing.ts';
import { dataTable, featuresField } from '../shared/table.ts';
import { encodeFeatures, type Features } from './features.ts';
import { previewTable } from './preview.ts';
import type { RawTable, TableFormat } from './rawTable.ts';
import { fittedRecipe, type MadeFeatures, recipeTable, tableColumns } from './recipe.ts';
import { noFeatures, noRows, notesOf, reportOf } from './report.ts';
import { readRoles, type Roles, type TableOptions } from './roles.ts';
import { factsOfRows } from './rowFacts.ts';
import { targetColumn } from './target.ts';

export async function openAndLoad(
  { abilities: { tables }, fitting }: LoadingHost,
  path: string,
  format: TableFormat,
  options: TableOptions,
): Promise<DataTable> {
  if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
  const raw = await tables.open(path, format);
  try {
    return await loadTable(raw, options, fitting);
  } finally {
    await raw.close();
  }
}

interface LoadingHost {
  readonly abilities: DataAbilities;
  readonly fitting?: Fitting;
}

async function loadTable(
  raw: RawTable,
  options: TableOptions,
  fitting?: Fitting,
): Promise<DataTable> {
  const roles = await readRoles(raw, options);
  const made = await throughRecipe(raw, roles, options, fitting);
  const { target } = roles;
  const { features, rows } = made;
  const leftOut = [...roles.leftOut, ...features.leftOut];
  const notes = [...notesOf(raw, { ...roles, features, leftOut }), ...made.notes];
  const dropped = made.withGaps + made.withoutTarget;
  if (dropped > 0) {
    notes.push(`${dropped} of ${raw.rowCount} rows are left out: they have empty cells.`);
  }
  const inputs = fillWithMeans({
    field: featuresField(features.width),
    stored: featuresOf(features, rows),
  });
  const rowFacts = factsOfRows(roles.facts, rows);
  const columns = target
    ? ([inputs, targetColumn(target, rows, options.targetScale)] as const)
    : ([inputs] as const);
  const report = reportOf(raw, { ...roles, leftOut, made }, options);
  const table = dataTable(columns, {
    ...{ notes, report },
    ...(Object.keys(rowFacts).length > 0 && { rowFacts }),
  });
  if (fitting?.previewRows === undefined) return table;
  const preview = await previewTable(raw, {
    ...{ table, report, made, fitting, roles: roles.byColumn, recipe: options.recipe },
    columns: roles.candidates,
  });
  return { ...table, preview };
}

/** What a recipe makes of the columns, and which rows are left then. */
async function throughRecipe(
  raw: RawTable,
  { target, used, leftOut, facts: rowFacts }: Roles,
  options: TableOptions,
  fitting?: Fitting,
): Promise<MadeFeatures> {
  const { rowCount, path } = raw;
  const { maxCategories, missing, recipe } = options;
  const table = await recipeTable(raw, used, options);
  const { keeps, facts } = await filterRows(recipe, table, rowCount);
  const hasTarget = (row: number): boolean => !Number.isNaN(target?.values[row]);
  const candidates = Int32Array.from({ length: rowCount }, (_, row) => row).filter(
    (row) => keeps?.[row] !== 0 && hasTarget(row),
  );
  const kept = keeps?.reduce((sum, each) => sum + each, 0) ?? rowCount;
  // Where gaps cost rows, fitted to all of them first: which cells are empty then does not depend on the rows that it is fitted to.
  const fit = async (train: Int32Array) => {
    const fitted = await fitRecipe(recipe, table, { all: candidates, train });
    const columns = tableColumns(fitted, used, raw.names);
    return { fitted, features: encodeFeatures(columns, rowCount, maxCategories, path) };
  };
  const isFitted = fitting !== undefined && isFittedRecipe(recipe);
  const isDropping = missing === 'drop';
  const first = isFitted && !isDropping ? trainingRows([...candidates], fitting) : candidates;
  let made = await fit(first);
  if (made.features.width === 0) {
    const reasons = [...leftOut, ...made.features.leftOut];
    throw noFeatures(
      path,
      made.features.leftOut,
      notesOf(raw, { ...made, leftOut: reasons, target }),
    );
  }
  const rows = isDropping ? completeRows(made.features, candidates) : [...candidates];
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
    notes: kept < rowCount ? [`${rowCount - kept} of ${rowCount} rows are filtered out.`] : [],
  };

  /** Of the rows that are used; by the numbers that they have in the file. */
  function trainingRows(all: readonly number[], { split, seed }: Fitting): Int32Array {
    const splits = splitRows(splitTable(all), split, seed);
    return splits.train.map((row) => all[row] ?? 0);
  }

  function splitTable(all: readonly number[]) {
    const columns = target ? [targetColumn(target, all, options.targetScale)] : [];
    return { count: all.length, columns, rowFacts: factsOfRows(rowFacts, all) };
  }
}

function completeRows({ width, values }: Features, rows: Int32Array): readonly number[] {
  const isComplete = (row: number): boolean =>
    !values.subarray(row * width, (row + 1) * width).some(Number.isNaN);
  return [...rows].filter(isComplete);
}

function featuresOf({ width, values }: Features, rows: readonly number[]): Float32Array {
  const stored = new Float32Array(rows.length * width);
  for (const [to, from] of rows.entries()) {
    stored.set(values.subarray(from * width, (from + 1) * width), to * width);
  }
  return stored;
}
