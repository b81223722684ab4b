/**
 * How a run read its data, kept as text beside its weights: how inputs were scaled, which fields there
 * were, and what each column of a table became. Enough to read other rows the same way, without the data.
 */
import type { DataTable, TableReport } from '../datasets/define.ts';
import type { DataField } from '../ir/attrs.ts';
import { inputError } from '../ir/problem.ts';
import { readValue } from '../ir/readAttrs.ts';
import type { Prepared } from './prepare.ts';

/** Metadata key: how inputs were scaled, measured on the training rows; JSON by field name. */
export const NORMALISATION_KEY = 'normalisation';
const DATA_KEY = 'data';

export interface FittedData {
  readonly fields: readonly DataField[];
  /** Of a table of text. */
  readonly table?: FittedTable;
}
export interface FittedTable extends Pick<TableReport, 'columns' | 'features' | 'target'> {
  /** Of the training rows, for empty cells: one number per feature; null where such rows are left out. */
  readonly means: readonly number[] | null;
}

/** Metadata of a file of weights. */
export function dataMetadata({
  binding,
  table,
  splits,
}: Prepared): Readonly<Record<string, string>> {
  const normalisations = [...binding].map(([name, { normalisation }]) => [name, normalisation]);
  const { report } = table;
  const fitted: FittedData = {
    fields: table.columns.map(({ field }) => field),
    ...(report && {
      table: {
        ...{ columns: report.columns, features: report.features, target: report.target },
        means: report.gaps === 'mean' ? meansOf(table, splits.train) : null,
      },
    }),
  };
  return {
    [NORMALISATION_KEY]: JSON.stringify(Object.fromEntries(normalisations)),
    [DATA_KEY]: JSON.stringify(fitted),
  };
}

/** Gaps hold the means of the training rows by now, so they change nothing. */
function meansOf({ columns }: DataTable, rows: Int32Array): readonly number[] | null {
  const column = columns.find(({ field }) => field.role === 'input');
  if (!column) return null;
  const width = column.field.shape[0] ?? 0;
  const sums = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++)
      sums[i] = (sums[i] ?? 0) + (column.stored[row * width + i] ?? 0);
  }
  return Array.from(sums, (sum) => sum / Math.max(1, rows.length));
}

/** Null where the weights come from elsewhere, or from before; throws InputError when it is malformed. */
export function parseFittedData(
  metadata: Readonly<Record<string, string>>,
  path: string,
): FittedData | null {
  const text = metadata[DATA_KEY];
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (isFitted(parsed)) return parsed;
  } catch {
    // Said below, the same way as for a wrong shape.
  }
  throw inputError('weights.data', 'How the data was read cannot be told from these weights.', {
    path,
  });
}

function isFitted(value: unknown): value is FittedData {
  if (!isObject(value)) return false;
  const { fields, table } = value;
  const attr = { kind: 'fields', default: [], help: '' } as const;
  if (!readValue(attr, fields as never).ok) return false;
  if (table === undefined) return true;
  if (!isObject(table)) return false;
  const { columns, features, target, means } = table;
  return (
    isTexts(columns) &&
    Array.isArray(features) &&
    features.every(
      (each) =>
        isObject(each) &&
        typeof each['name'] === 'string' &&
        Number.isSafeInteger(each['index']) &&
        (each['categories'] === undefined || isTexts(each['categories'])),
    ) &&
    (target === null ||
      (isObject(target) &&
        typeof target['name'] === 'string' &&
        (target['classes'] === undefined || isTexts(target['classes'])))) &&
    (means === null || (Array.isArray(means) && means.every((each) => Number.isFinite(each))))
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
