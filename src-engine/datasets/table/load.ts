/** From a table as it was read to samples: one column is the target, the usable others one vector of features. */
import type { AttrValues } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataAbilities, DataColumn, DataTable, TableReport } from '../define.ts';
import { fillWithMeans } from '../shared/missing.ts';
import { dataTable, featuresField } from '../shared/table.ts';
import { guessTarget, whyRowName } from './choice.ts';
import { findColumn, listed } from './columns.ts';
import { encodeFeatures, encodingText, type LeftOut } from './features.ts';
import type { TABLE_OPTIONS } from './options.ts';
import type { RawTable, TableColumn, TableFormat } from './rawTable.ts';
import { encodeTarget, MAX_CLASSES } from './target.ts';

type TableOptions = AttrValues<typeof TABLE_OPTIONS>;

/** Of left out columns, a sentence each. */
const MOST_NOTES = 40;

export async function openAndLoad(
  { tables }: DataAbilities,
  path: string,
  format: TableFormat,
  options: TableOptions,
): Promise<DataTable> {
  if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
  const raw = await tables.open(path, format);
  try {
    return await loadTable(raw, options);
  } finally {
    await raw.close();
  }
}

async function loadTable(raw: RawTable, options: TableOptions): Promise<DataTable> {
  const { path, names, rowCount } = raw;
  const chosen = findColumn(raw, options.target, 'target');
  const guess = chosen === null ? guessTarget(names) : null;
  const targetIndex = options.targetKind === 'none' ? null : (chosen ?? guess?.index ?? null);
  const ignored = new Set(options.ignore.split(',').map((name) => findColumn(raw, name, 'ignore')));
  const target =
    targetIndex === null || options.targetKind === 'none'
      ? null
      : await encodeTarget(
          raw,
          await raw.column(targetIndex, MAX_CLASSES),
          options.targetKind,
          options.targetScale,
        );
  const candidates: TableColumn[] = [];
  for (const index of names.keys()) {
    if (index === targetIndex || ignored.has(index)) continue;
    candidates.push(await raw.column(index, options.maxCategories));
  }
  const { used, leftOut } = splitRowNames(candidates, options.rowNames);
  const features = encodeFeatures(used, rowCount, options.maxCategories, path);
  leftOut.push(...features.leftOut);
  const notes = [
    ...(features.width === 0 ? [] : [`Features: ${listed(features.encodings.map(encodingText))}.`]),
    ...leftOut
      .slice(0, MOST_NOTES)
      .map(({ name, reason }) => `Column ${name} is left out: ${reason}.`),
    ...(leftOut.length > MOST_NOTES
      ? [`${leftOut.length - MOST_NOTES} more columns are left out.`]
      : []),
    ...(target?.notes ?? []),
  ];
  for (const index of ignored) {
    if (index !== null && index !== targetIndex) {
      leftOut.push({ name: names[index] ?? '', reason: 'it is ignored' });
    }
  }
  notes.push(...raw.notes);
  if (features.width === 0) throw noFeatures(path, features.leftOut, notes);

  const { width } = features;
  const isComplete = (row: number): boolean =>
    !features.values.subarray(row * width, (row + 1) * width).some(Number.isNaN);
  const kept = Array.from({ length: rowCount }, (_, row) => row).filter(
    (row) => !Number.isNaN(target?.values[row]) && (options.missing === 'mean' || isComplete(row)),
  );
  if (kept.length === 0) {
    throw inputError('csv.no-rows', 'Every row has an empty cell.', {
      path,
      explanation: 'Set the option "missing" to the mean, or ignore the columns with empty cells.',
    });
  }
  const dropped = rowCount - kept.length;
  if (dropped > 0) {
    notes.push(`${dropped} of ${rowCount} rows are left out: they have empty cells.`);
  }
  const stored = new Float32Array(kept.length * width);
  for (const [to, from] of kept.entries()) {
    stored.set(features.values.subarray(from * width, (from + 1) * width), to * width);
  }
  const columns: [DataColumn, ...DataColumn[]] = [
    fillWithMeans({ field: featuresField(width), stored }),
  ];
  if (target) {
    const values = kept.map((row) => target.values[row] ?? 0);
    columns.push({
      field: target.field,
      ...(target.field.role === 'label'
        ? { stored: Int32Array.from(values) }
        : { stored: Float32Array.from(values), dividedBy: options.targetScale }),
    });
  }
  const report: TableReport = {
    columns: names,
    target:
      target && targetIndex !== null
        ? {
            name: names[targetIndex] ?? '',
            index: targetIndex,
            ...(guess && { guessed: guess.why }),
            ...(target.field.classNames
              ? { classes: target.field.classNames }
              : { scale: options.targetScale }),
            missing: target.values.reduce((sum, value) => sum + (value === value ? 0 : 1), 0),
          }
        : null,
    features: features.encodings,
    leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
    rows: { total: rowCount, used: kept.length },
    gaps: options.missing,
  };
  return dataTable(columns, { notes, report });
}

/** Columns that name or number the rows teach nothing; where there are no others, they have to do. */
function splitRowNames(columns: readonly TableColumn[], rowNames: 'drop' | 'keep') {
  const leftOut: { readonly name: string; readonly reason: string }[] = [];
  const reasons = columns.map((column) => (rowNames === 'keep' ? null : whyRowName(column)));
  if (reasons.every((reason) => reason !== null)) return { used: columns, leftOut };
  const used = columns.filter((column, i) => {
    const reason = reasons[i] ?? null;
    if (reason !== null) leftOut.push({ name: column.name, reason });
    return reason === null;
  });
  return { used, leftOut };
}

function noFeatures(path: string, leftOut: readonly LeftOut[], notes: readonly string[]): Error {
  const text = leftOut.find(({ isText }) => isText);
  if (text) {
    return inputError(
      'csv.text-column',
      `Column ${text.name} holds text, and no other column can serve as a feature.`,
      {
        path,
        explanation: `${notes.join(' ')} Text is not read yet: features are numbers, and words of which there are few (option "maxCategories").`,
      },
    );
  }
  return inputError('csv.no-features', 'No column can serve as a feature.', {
    path,
    explanation: notes.join(' ') || 'The file has only the target column.',
  });
}
