/**
 * The columns of a table as inputs of a file, each by its name: numbers as they are, words as words, which become the
 * features that the network learned from inside. What is empty or unknown takes the mean of the training rows, where
 * the run did so; else there is no answer for it (NaN), as there is none here.
 * Reference: https://onnx.ai/onnx/operators/onnx_aionnxml_LabelEncoder.html
 */
import { encodedWidth } from '#engine/datasets/table/features.ts';
import type { FeatureEncoding } from '#engine/datasets/index.ts';
import type { FittedTable } from '#engine/training/fittedData.ts';
import { recipeOf } from '#engine/datasets/table/encode.ts';
import { type ColumnValue, writeSteps } from './recipeSteps.ts';
import type { OnnxEmitter } from './emitter.ts';
import type { ExportDim } from './symbolic.ts';
import type { PortValue } from './writeGraph.ts';

/** What nodes of it belong to; no node of a network is called so. */
export const COLUMNS_SCOPE = 'table/columns';

/** Writes what computes `features`, `[N, width]`, and says what the file takes in its place. */
export function writeTableColumns(
  e: OnnxEmitter,
  features: { readonly name: string; readonly dims: readonly ExportDim[] },
  { features: encodings, means, recipe }: Pick<FittedTable, 'features' | 'means' | 'recipe'>,
): readonly PortValue[] {
  const [batch = 1] = features.dims;
  const starts = featureStarts(encodings);
  const { inputs, steps } = recipeOf({ features: encodings, ...(recipe && { recipe }) });
  const columns = inputs.map(({ name, kind }): PortValue => {
    const dtype = kind === 'words' ? 'string' : 'f32';
    return { name: e.unique(name), dims: [batch, 1], dtype };
  });
  e.within(COLUMNS_SCOPE, null, () => {
    const values = inputs.map(({ name, kind, words = [] }, i): [string, ColumnValue] => {
      const column = columns[i]?.name ?? '';
      return [
        name,
        kind === 'words'
          ? { kind, words, name: placesOf(e, column, words) }
          : { kind: 'number', name: column },
      ];
    });
    const made = writeSteps(e, steps, new Map(values));
    const parts = encodings.map((encoding, i) => {
      const value = made.get(encoding.name);
      if (!value) throw new Error(`the recipe gives no ${encoding.name}`);
      const start = starts[i] ?? 0;
      const mean = means?.slice(start, start + encodedWidth(encoding)) ?? null;
      return value.kind === 'words'
        ? encodedWord(e, value, { categories: encoding.categories ?? [], mean })
        : filledNumber(e, value.name, mean);
    });
    e.op('Concat', parts, { axis: 1 }, features.name);
  });
  return columns;
}

/** Of words that are not known the place after the last, of empty cells the one after that. */
const placesOf = (e: OnnxEmitter, column: string, words: readonly string[]): string =>
  e.op('ai.onnx.ml.LabelEncoder', [column], {
    keys_strings: [...words, ''],
    values_int64s: [...words.keys(), words.length + 1],
    default_int64: words.length,
  });

/** Where the features of each column begin. */
export function featureStarts(encodings: readonly FeatureEncoding[]): readonly number[] {
  let at = 0;
  return encodings.map((encoding) => {
    const start = at;
    at += encodedWidth(encoding);
    return start;
  });
}

function filledNumber(e: OnnxEmitter, column: string, mean: readonly number[] | null): string {
  if (!mean) return column;
  return e.op('Where', [e.op('IsNaN', [column]), e.floats(mean, [1]), column]);
}

/** By a table with a row for each word; those that are no category are as empty ones. */
function encodedWord(
  e: OnnxEmitter,
  { name, words }: Extract<ColumnValue, { readonly kind: 'words' }>,
  encoding: { readonly categories: readonly string[]; readonly mean: readonly number[] | null },
): string {
  const { categories, mean } = encoding;
  const width = categories.length === 2 ? 1 : categories.length;
  const others = mean ?? new Array<number>(width).fill(NaN);
  const rowOf = (word: string): readonly number[] => {
    const place = categories.indexOf(word);
    if (place < 0) return others;
    return width === 1 ? [place] : Array.from({ length: width }, (_, k) => (k === place ? 1 : 0));
  };
  const rows = [...words.flatMap(rowOf), ...others, ...others];
  const table = e.floats(rows, [words.length + 2, width]);
  const encoded = e.op('Gather', [table, name], { axis: 0 });
  return e.op('Reshape', [encoded, e.ints([-1, width])]);
}
