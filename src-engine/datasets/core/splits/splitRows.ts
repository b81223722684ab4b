/** Which rows train, validate and test. A function of the table, the settings and the seed. */
import { type SplitSettings, splitCounts } from '#engine/ir/batches.ts';
import { inputError } from '#engine/ir/problem.ts';
import { dataRandom, shuffled } from '#engine/datasets/shared/random.ts';
import { groupRows, rowRange, selectRows } from '#engine/datasets/shared/rowNumbers.ts';
import type { DataTable } from '#engine/datasets/define.ts';
import { apportion } from './apportion.ts';
import { PART, type Pool, SPLIT_KINDS, type SplitTable } from './kinds.ts';
import { labelsOf } from './labels.ts';

export interface Splits {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
  /** Rows that are in no part since they reach into an earlier one; absent: none. */
  readonly overlapping?: number;
}

/**
 * How many rows each split gets is said in ir/batches.ts. Training rows are in the order of the source (shuffling is
 * the loop's business), validation
 * and test rows in random order, so that the first few of them show every kind of sample. Throws InputError where
 * the kind of split needs what the table does not say.
 */
export function splitRows(table: SplitTable, settings: SplitSettings, seed: number): Splits {
  const { kind = 'random', folds = 0, fold = 1, maxRows = 0 } = settings;
  // A column that says the part of each row says it of the source's own test rows as well.
  const pool = kind === 'byColumn' ? table.count : (table.testStart ?? table.count);
  if (pool < 1) throw new RangeError('there are no rows to train on');
  if (folds > 1 && fold > folds) {
    throw inputError('data.no-such-fold', `There is no fold ${fold} of ${folds}.`, {
      path: 'training.split.fold',
    });
  }
  const rows = limitedRows(table, pool, maxRows, seed);
  const own = pool < table.count ? table.count - pool : null;
  const order = shuffled(rows.length, dataRandom(seed, 'split'));
  const shares = { validation: settings.validation, test: settings.test, folds, fold };
  const counts = splitCounts({ total: rows.length + (own ?? 0), test: own }, shares);
  if (!counts) throw new Error('shares are counted without a table');
  const asked: Pool = {
    ...{ table, rows, order },
    counts: own === null ? counts : { ...counts, test: 0 },
    fold: folds > 1 ? { index: fold - 1, count: folds } : null,
  };
  const partOf = SPLIT_KINDS[kind](asked);
  const inPart = (part: number): Int32Array =>
    selectRows(order, (place) => partOf[place] === part).map((place) => rows[place] ?? 0);
  const train = inPart(PART.train).sort();
  if (train.length === 0) {
    throw inputError('data.split-no-training', 'The split leaves no sample to train on.', {
      path: 'training.split',
    });
  }
  const overlapping = inPart(PART.overlapping).length;
  return {
    train,
    validation: inPart(PART.validation),
    test: own === null ? inPart(PART.test) : rowRange(pool, own),
    ...(overlapping > 0 && { overlapping }),
  };
}

/** The same of any table: which rows of what is streamed are in which part was decided when they were written. */
export function splitsOf(table: DataTable, settings: SplitSettings, seed: number): Splits {
  const { streamed } = table;
  if (!streamed) return splitRows(table, settings, seed);
  const { buckets, validation, test } = streamed;
  const train = buckets.reduce((sum, rows) => sum + rows, 0);
  return {
    train: rowRange(0, train),
    validation: rowRange(train, validation),
    test: rowRange(train + validation, test),
  };
}

/** A random choice of the pool in its order, with its share of every class where there are any. */
function limitedRows(table: SplitTable, pool: number, maxRows: number, seed: number): Int32Array {
  const all = rowRange(0, pool);
  if (maxRows < 1 || maxRows >= pool) return all;
  const order = shuffled(pool, dataRandom(seed, 'rowLimit'));
  const labels = labelsOf(table);
  if (!labels) return order.slice(0, maxRows).sort();
  const members = [...groupRows(order, (row) => labels[row] ?? 0).values()];
  const quotas = apportion(
    members.map(({ length }) => length),
    [maxRows, pool - maxRows],
  );
  const chosen = new Int32Array(maxRows);
  let at = 0;
  for (const [i, each] of members.entries()) {
    const taken = each.subarray(0, quotas[i]?.[0]);
    chosen.set(taken, at);
    at += taken.length;
  }
  return chosen.sort();
}
