/** The input of texts: a bag, or indices in their order. */
import type { DataField } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import { sampleSize, type TextReading, writeBag, writeIndices } from './reading.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Of all samples. */
const MOST_BYTES = 2 ** 31;

export const inputField = (reading: TextReading): DataField =>
  reading.output === 'bag'
    ? { name: 'features', role: 'input', dtype: 'f32', shape: [sampleSize(reading)] }
    : {
        ...{ name: 'tokens', role: 'input', dtype: 'i32', shape: [sampleSize(reading)] },
        classes: reading.width,
      };

/** Empty, to be written row by row. */
export function inputColumn(reading: TextReading, count: number, path: string) {
  const size = sampleSize(reading);
  const sizeBytes = count * size * 4;
  if (sizeBytes > MOST_BYTES) {
    throw inputError(
      'text.too-large',
      `${formatInteger(count)} samples of ${formatInteger(size)} numbers are ${(sizeBytes / 2 ** 30).toFixed(1)} GiB.`,
      {
        path,
        explanation: 'At most 2 GiB are taken: take a smaller vocabulary, or a larger stride.',
      },
    );
  }
  const isBag = reading.output === 'bag';
  const stored = isBag ? new Float32Array(count * size) : new Int32Array(count * size);
  const write = (row: number, indices: Int32Array): void => {
    if (stored instanceof Float32Array) writeBag(stored, row * size, indices, reading);
    else writeIndices(stored, row * size, indices, reading);
  };
  return {
    column: { field: inputField(reading), stored, ...(isBag && { isScaled: true }) },
    write,
  };
}
