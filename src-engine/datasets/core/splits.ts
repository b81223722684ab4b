/** Which rows train, validate and test. Plain shuffling, not stratified; a function of the seed alone. */
import type { DataTable } from '../define.ts';
import { dataRandom, shuffled } from '../shared/random.ts';

export interface Splits {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * `test` is a share of all rows, unless the source has a test split of its own, which is then taken as it
 * is; `validation` is a share of the rest. A positive share gets at least one row, but training always
 * keeps one. Training rows are in the order of the source (shuffling is the loop's business), validation
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
  const testCount = table.testStart === undefined ? shareOf(pool, shares.test) : 0;
  const rest = pool - testCount;
  const validationEnd = testCount + shareOf(rest, shares.validation);
  return {
    train: order.slice(validationEnd).sort(),
    validation: order.slice(testCount, validationEnd),
    test:
      table.testStart === undefined
        ? order.slice(0, testCount)
        : Int32Array.from({ length: table.count - pool }, (_, i) => pool + i),
  };
}

function shareOf(rows: number, share: number): number {
  if (!(share > 0)) return 0;
  return Math.min(rows - 1, Math.max(1, Math.round(rows * share)));
}
