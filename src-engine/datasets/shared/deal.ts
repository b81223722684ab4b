/**
 * The order in which streamed rows lie: those that train are dealt into buckets by chance, then come those that validate,
 * then those that test. Numbers of rows and places only. See decision 45.
 */
import type { Splits } from '../core/splits/splitRows.ts';
import { dataRandom } from './random.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Of what may be held, for a bucket: two of them are, and what is on its way. */
const BUCKET_SHARE = 1 / 4;

export function bucketSizes(
  rows: number,
  rowBytes: number,
  residentBytes: number,
): readonly number[] {
  const most = Math.max(1, Math.floor((residentBytes * BUCKET_SHARE) / rowBytes));
  const count = Math.max(1, Math.ceil(rows / most));
  return Array.from(
    { length: count },
    (_, i) => Math.floor((rows * (i + 1)) / count) - Math.floor((rows * i) / count),
  );
}

/**
 * Of each of `count` rows the place that it gets; -1: it is in no part. Training rows are as likely to be in each place,
 * the others keep their order.
 */
export function placesOf(
  { train, validation, test }: Splits,
  buckets: readonly number[],
  count: number,
  seed: number,
): Int32Array {
  const PARTS = { none: 0, train: 1, validation: 2, test: 3 } as const;
  const parts = new Uint8Array(count);
  for (const row of train) parts[row] = PARTS.train;
  for (const row of validation) parts[row] = PARTS.validation;
  for (const row of test) parts[row] = PARTS.test;
  const random = dataRandom(seed, 'buckets');
  const left = [...buckets];
  let leftInAll = train.length;
  const next: number[] = [];
  let first = 0;
  for (const size of buckets) {
    next.push(first);
    first += size;
  }
  let [validated, tested] = [train.length, train.length + validation.length];
  const deal = (): number => {
    let drawn = random.integer(leftInAll);
    leftInAll -= 1;
    let bucket = 0;
    while (drawn >= (left[bucket] ?? Infinity)) drawn -= left[bucket++] ?? 0;
    left[bucket] = (left[bucket] ?? 0) - 1;
    const place = next[bucket] ?? 0;
    next[bucket] = place + 1;
    return place;
  };
  const placeOf = (part: number | undefined): number => {
    if (part === PARTS.train) return deal();
    if (part === PARTS.validation) return validated++;
    return part === PARTS.test ? tested++ : -1;
  };
  const places = new Int32Array(count);
  for (let i = 0; i < count; i++) places[i] = placeOf(parts[i]);
  return places;
}

/** `what`: of which this is said, with its verb. */
export function streamedNote(what: string, buckets: readonly number[], rowBytes: number): string {
  const mebibytes = Math.ceil((Math.max(...buckets) * rowBytes) / 2 ** 20);
  return `${what} larger than what is held in memory: it is read from the disk while it trains, in ${formatInteger(buckets.length)} parts of at most ${formatInteger(mebibytes)} MiB.`;
}
