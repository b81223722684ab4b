/**
 * How a run read its data, kept as text beside its weights: how inputs were scaled, which fields there
 * were, and what each column of a table became. Enough to read other rows the same way, without the data.
 */
import { z } from 'zod';
import type { DataTable, SampleReading, TableReport } from '../datasets/define.ts';
import { recipeSteps } from '../datasets/recipe/registry.ts';
import { textReading } from '../datasets/text/reading.ts';
import { windowReading } from '../datasets/windows/reading.ts';
import type { DataField } from '../ir/attrs.ts';
import { inputError } from '../ir/problem.ts';
import { readAttrs, readValue } from '../ir/readAttrs.ts';
import { parseJson } from './parseJson.ts';
import { fieldsIn, type Prepared } from './prepare.ts';

/** Metadata key: how inputs were scaled, measured on the training rows; JSON by field name. */
export const NORMALISATION_KEY = 'normalisation';
const DATA_KEY = 'data';
/** What of the metadata of weights says how the data was read. */
export const DATA_KEYS: ReadonlySet<string> = new Set([NORMALISATION_KEY, DATA_KEY]);

export interface FittedData {
  readonly fields: readonly DataField[];
  /** Of a table of text. */
  readonly table?: FittedTable;
  /** Of samples that are no rows of a table. */
  readonly reading?: SampleReading;
}
export interface FittedTable extends Pick<
  TableReport,
  'columns' | 'features' | 'target' | 'recipe'
> {
  /** Of the training rows, for empty cells: one number per feature; null where such rows are left out. */
  readonly means: readonly number[] | null;
}

/** Metadata of a file of weights. */
export function dataMetadata({
  binding,
  table,
  splits,
  filed,
}: Prepared): Readonly<Record<string, string>> {
  const fields = fieldsIn(table);
  const normalisations = fields.map(({ name }) => [name, binding.get(name)?.normalisation ?? null]);
  const { report, reading } = table;
  const fitted: FittedData = {
    fields,
    ...(report && {
      table: {
        ...{ columns: report.columns, features: report.features, target: report.target },
        ...(report.recipe && { recipe: report.recipe }),
        means: report.gaps === 'mean' ? meansOf(table, filed, splits.train) : null,
      },
    }),
    ...(reading && { reading }),
  };
  return {
    [NORMALISATION_KEY]: JSON.stringify(Object.fromEntries(normalisations)),
    [DATA_KEY]: JSON.stringify(fitted),
  };
}

/** Gaps hold the means of the training rows by now, so they change nothing. */
function meansOf(
  { columns, streamed }: DataTable,
  filed: Prepared['filed'],
  rows: Int32Array,
): readonly number[] | null {
  const [first] = (streamed ?? filed)?.columns ?? [];
  if (first) return first.statistics.mean;
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

const FIELDS = { kind: 'fields', default: [], help: '' } as const;
const fields = z.custom<FittedData['fields']>((value) => readValue(FIELDS, value as never).ok);
const texts = z.array(z.string());
const column = z.looseObject({ name: z.string(), kind: z.enum(['number', 'words', 'date']) });
const range = z.tuple([z.number(), z.number()]);
const recipe = z.looseObject({
  inputs: z.array(
    column.extend({ index: z.int(), words: texts.exactOptional(), range: range.exactOptional() }),
  ),
  steps: z.array(
    z
      .looseObject({
        ...{ step: z.string(), takes: texts, gives: z.array(column), kind: column.shape.kind },
        ...{ attrs: z.record(z.string(), z.json()), fitted: z.record(z.string(), z.json()) },
      })
      .refine(({ step, attrs }) => {
        const definition = recipeSteps.get(step);
        return definition !== undefined && readAttrs(definition.attrs, attrs).problems.length === 0;
      }),
  ),
});
// Loose: what else a report says of its columns stays.
const table = z.looseObject({
  columns: texts,
  features: z.array(
    z.looseObject({ name: z.string(), index: z.int(), categories: texts.exactOptional() }),
  ),
  target: z
    .looseObject({
      ...{ name: z.string(), classes: texts.exactOptional() },
      scale: z.number().positive().exactOptional(),
    })
    .nullable(),
  means: z.array(z.number()).nullable(),
  recipe: recipe.exactOptional(),
});
const reading = z.union([windowReading, textReading]);
const fittedData = z.looseObject({
  ...{ fields, table: table.exactOptional(), reading: reading.exactOptional() },
});

/** Null where the weights come from elsewhere, or from before; throws InputError when it is malformed. */
export function parseFittedData(
  metadata: Readonly<Record<string, string>>,
  path: string,
): FittedData | null {
  const text = metadata[DATA_KEY];
  if (text === undefined) return null;
  // Checked is what rows are encoded by; what is only counted is as it was written.
  const parsed = parseJson(fittedData, text) as FittedData | null;
  if (parsed) return parsed;
  throw inputError('weights.data', 'How the data was read cannot be told from these weights.', {
    path,
  });
}
