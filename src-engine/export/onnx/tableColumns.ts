/**
 * The columns of a table as inputs of a file, each by its name: numbers as they are, words as words, which become the
 * features that the network learned from inside. What is empty or unknown takes the mean of the training rows, where
 * the run did so; else there is no answer for it (NaN), as there is none here.
 * Reference: https://onnx.ai/onnx/operators/onnx_aionnxml_LabelEncoder.html
 */
import { encodedWidth } from '#engine/datasets/table/features.ts';
import type { FeatureEncoding } from '#engine/datasets/index.ts';
import type { FittedTable } from '#engine/training/fittedData.ts';
import type { OnnxEmitter } from './emitter.ts';
import type { ExportDim } from './symbolic.ts';
import type { PortValue } from './writeGraph.ts';

/** What nodes of it belong to; no node of a network is called so. */
export const COLUMNS_SCOPE = 'table/columns';

/** Writes what computes `features`, `[N, width]`, and says what the file takes in its place. */
export function writeTableColumns(
  e: OnnxEmitter,
  features: { readonly name: string; readonly dims: readonly ExportDim[] },
  { features: encodings, means }: Pick<FittedTable, 'features' | 'means'>,
): readonly PortValue[] {
  const [batch = 1] = features.dims;
  const starts = featureStarts(encodings);
  const columns = encodings.map((encoding): PortValue => {
    const dtype = encoding.categories === undefined ? 'f32' : 'string';
    return { name: e.unique(encoding.name), dims: [batch, 1], dtype };
  });
  e.within(COLUMNS_SCOPE, null, () => {
    const parts = encodings.map((encoding, i) => {
      const { name = '' } = columns[i] ?? {};
      const start = starts[i] ?? 0;
      const mean = means?.slice(start, start + encodedWidth(encoding)) ?? null;
      return encoding.categories === undefined
        ? filledNumber(e, name, mean)
        : encodedWord(e, name, { categories: encoding.categories, mean });
    });
    e.op('Concat', parts, { axis: 1 }, features.name);
  });
  return columns;
}

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

/** By a table with a row for each word, and one for all others. */
function encodedWord(
  e: OnnxEmitter,
  column: string,
  encoding: { readonly categories: readonly string[]; readonly mean: readonly number[] | null },
): string {
  const { categories, mean } = encoding;
  const width = categories.length === 2 ? 1 : categories.length;
  const rows = categories.flatMap((_word, i) =>
    width === 1 ? [i] : Array.from({ length: width }, (_, k) => (k === i ? 1 : 0)),
  );
  const others = mean ?? new Array<number>(width).fill(NaN);
  const table = e.floats([...rows, ...others], [categories.length + 1, width]);
  const index = e.op('ai.onnx.ml.LabelEncoder', [column], {
    keys_strings: categories,
    values_int64s: categories.map((_word, i) => i),
    default_int64: categories.length,
  });
  const encoded = e.op('Gather', [table, index], { axis: 0 });
  return e.op('Reshape', [encoded, e.ints([-1, width])]);
}
