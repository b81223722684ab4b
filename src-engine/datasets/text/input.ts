/** The input of texts: a bag, or indices in their order. */
import type { DataField } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { RowSource } from '../shared/streamRows.ts';
import { rowSize } from '../shared/table.ts';
import { sampleSize, type TextReading, writeBag, writeIndices } from './reading.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export const inputField = (reading: TextReading): DataField =>
  reading.output === 'bag'
    ? { name: 'features', role: 'input', dtype: 'f32', shape: [sampleSize(reading)] }
    : {
        ...{ name: 'tokens', role: 'input', dtype: 'i32', shape: [sampleSize(reading)] },
        classes: reading.width,
      };

export const NO_TOKENS = new Int32Array(0);

/** Of each row its indices; written where the rows are asked for. */
export function inputRows(
  reading: TextReading,
  count: number,
  indicesOf: (row: number) => Int32Array,
): RowSource {
  const size = sampleSize(reading);
  const field = inputField(reading);
  if (reading.output === 'bag') {
    const read = (first: number, rows: number): Promise<Float32Array> => {
      const stored = new Float32Array(rows * size);
      for (let i = 0; i < rows; i++) writeBag(stored, i * size, indicesOf(first + i), reading);
      return Promise.resolve(stored);
    };
    return { field, dtype: 'f32', count, isScaled: true, read };
  }
  const read = (first: number, rows: number): Promise<Int32Array> => {
    const stored = new Int32Array(rows * size);
    for (let i = 0; i < rows; i++) writeIndices(stored, i * size, indicesOf(first + i), reading);
    return Promise.resolve(stored);
  };
  return { field, dtype: 'i32', count, read };
}

export const tooLarge =
  ({ field, count }: RowSource, path: string) =>
  (bytes: number): Error =>
    inputError(
      'text.too-large',
      `${formatInteger(count)} samples of ${formatInteger(rowSize(field))} numbers are ${(bytes / 2 ** 30).toFixed(1)} GiB.`,
      {
        path,
        explanation: 'At most 2 GiB are taken: take a smaller vocabulary, or a larger stride.',
      },
    );
