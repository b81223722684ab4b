/** What an exported file is given: fields of the data, columns of a table in their place, what latent sources drew. */
import { encodedWidth } from '../datasets/table/features.ts';
import type { FeatureEncoding } from '../datasets/define.ts';
import { type Batch, type BatchValue, scaledInputs } from './answers.ts';
import type { RunnableFile } from './define.ts';
import { featureStarts } from './onnx/tableColumns.ts';
import type { ExportSource } from './source.ts';

export interface Given {
  /** As the data has them. */
  readonly inputs: Batch;
  readonly drawn: Batch;
  /** Of a file that takes columns through a recipe. */
  readonly cells?: Batch;
  /** Whether the file scales them itself. */
  readonly takesRawInputs: boolean;
}

export function feedsOf(
  source: ExportSource,
  { takes, columns }: Pick<RunnableFile, 'takes' | 'columns'>,
  { inputs, drawn, takesRawInputs, cells }: Given,
): Batch {
  const scaled = takesRawInputs ? inputs : scaledInputs(source, inputs);
  const known = [...scaled, ...drawn].filter(([name]) => takes.includes(name));
  return new Map(
    known.flatMap(([name, value]) => {
      if (columns?.field !== name) return [[name, value] as const];
      // What went through a recipe does not say which cells it was.
      return columns.recipe ? [...(cells ?? [])] : columnsOf(value, columns.features);
    }),
  );
}

/** The cells that features were made from. */
export function columnsOf(
  { dims, data }: BatchValue,
  encodings: readonly FeatureEncoding[],
): readonly (readonly [string, BatchValue])[] {
  const [rows = 0, width = 0] = dims;
  const starts = featureStarts(encodings);
  const at = (row: number, feature: number): number => data[row * width + feature] ?? NaN;
  return encodings.map((encoding, i) => {
    const start = starts[i] ?? 0;
    const { name, categories } = encoding;
    const each = <T>(cell: (row: number) => T): T[] =>
      Array.from({ length: rows }, (_, row) => cell(row));
    if (!categories) {
      const numbers = Float32Array.from(each((row) => at(row, start)));
      return [name, { dims: [rows, 1], data: numbers }] as const;
    }
    const texts = each((row) => {
      const features = Array.from({ length: encodedWidth(encoding) }, (_, k) => at(row, start + k));
      const place = features.length === 1 ? (features[0] ?? -1) : features.indexOf(1);
      // Empty cells that took the means are of no word.
      return categories[place] ?? '';
    });
    return [name, { dims: [rows, 1], data: new Float32Array(0), texts }] as const;
  });
}
