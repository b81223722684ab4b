/** Which rows train, validate and test. Plain shuffling, not stratified; a function of the seed alone. */
import { splitCounts } from '#engine/ir/batches.ts';
import type { DataTable } from '../define.ts';
import { dataRandom, shuffled } from '../shared/random.ts';

export interface Splits {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * How many rows each split gets is said in ir/batches.ts. Training rows are in the order of the source (shuffling is the loop's business), validation
 * and test rows in random order, so that the first few of them show every kind of sample.
 */
export function splitRows(
  table: Pick<DataTable, 'count' | 'testStart'>,
  shares: { readonly validation: number; readonly test: number },
  seed: number,
): Splits {
  const pool = table.testStart ?? table.count;
  if (pool < 1) throw new RangeError('there are no rows to train on');
  const order = shuffled(pool, dataRandom(seed, 'split'));
  const own = table.testStart === undefined ? null : table.count - pool;
  const counts = splitCounts({ total: table.count, test: own }, shares);
  const testCount = own === null ? counts.test : 0;
  const validationEnd = testCount + counts.validation;
  return {
    train: order.slice(validationEnd).sort(),
    validation: order.slice(testCount, validationEnd),
    test:
      own === null
        ? order.slice(0, testCount)
        : Int32Array.from({ length: own }, (_, i) => pool + i),
  };
}
