/**
 * Pictures that are nearly the same, found by what they look like: a difference hash of 64 bits (is a cell darker
 * than the one beside it, 8 rows of 9 cells) proposes, small grey copies decide. Copies that were scaled, compressed
 * or brightened a little are found, turned or mirrored ones are not.
 * Reference: https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html
 */
import type { DataColumn, LoadProgress } from '../define.ts';
import type { RowSource } from '../shared/streamRows.ts';
import { rowSize } from '../shared/table.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface DuplicatePair {
  /** `a` before `b`. */
  readonly rows: readonly [a: number, b: number];
  /** 1 is the same: the correlation of small grey copies. */
  readonly similarity: number;
}
export interface Duplicates {
  /** The most similar first; of a group of alike pictures each with its first one. */
  readonly pairs: readonly DuplicatePair[];
  /** Rows of the test split that training has, too. */
  readonly testRows: readonly number[];
  /** False where so many look alike that not all were compared. */
  readonly isComplete: boolean;
}

/** Of one picture. */
interface Size {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

const CELLS = 9;
const ROWS = 8;
const SIDE = 16;
/** Bits that may differ: of 4 bands of 16 bits one is then the same, which is how pairs are found. */
const MOST_BITS = 3;
const BANDS = 4;
const LEAST_SIMILARITY = 0.995;
/** Of white, on average: copies that were brightened more are taken for others. */
const MOST_DIFFERENCE = 0.03;
const WHITE = 255;
/** Grey levels of deviation; with less a picture is blank, and noise is no likeness. */
const FLAT = 1.5;
/** Some seconds; only pictures that all look alike (blank ones, frames of a film) come to more. */
const MOST_COMPARED = 5e7;
/** What comparing two small copies takes, in comparisons of two hashes. */
const COPIES_COST = 128;
/** Between two words of progress: so many rows are looked at, or so much compared. */
const ROWS_AT_ONCE = 4096;
const BYTES_AT_ONCE = 32 * 2 ** 20;
const COMPARED_AT_ONCE = 2 ** 22;
const MOST_PAIRS = 10_000;

/** What looking for them keeps of each picture. */
export const LOOKED_BYTES = SIDE * SIDE * Float32Array.BYTES_PER_ELEMENT;

/**
 * `column` holds images, u8 `[N, C, H, W]`; rows from `testStart` on are the test split. `onProgress` is waited for now
 * and then: a hundred thousand pictures take a while.
 */
export function findDuplicates(
  { field, stored }: DataColumn,
  testStart?: number,
  onProgress?: LoadProgress,
): Promise<Duplicates> {
  const size = rowSize(field);
  const count = stored.length / size;
  const read = (first: number, rows: number): Promise<DataColumn['stored']> =>
    Promise.resolve(stored.subarray(first * size, (first + rows) * size));
  return findDuplicatesIn({ field, count, read }, testStart, onProgress);
}

/** The same of pictures that are read in parts. */
export async function findDuplicatesIn(
  { field, count, read }: Pick<RowSource, 'field' | 'count' | 'read'>,
  testStart?: number,
  onProgress?: LoadProgress,
): Promise<Duplicates> {
  const size = rowSize(field);
  const [channels = 1, height = 1, width = 1] = field.shape;
  const shape = { channels, height, width };
  const sums = new Float64Array((height + 1) * (width + 1));
  const small = new Float32Array(count * SIDE * SIDE);
  const hashes = new Uint32Array(2 * count);
  const cells = new Float32Array(CELLS * ROWS);
  const rowsAtOnce = Math.max(1, Math.min(ROWS_AT_ONCE, Math.floor(BYTES_AT_ONCE / size)));
  for (let first = 0; first < count; first += rowsAtOnce) {
    await onProgress?.(first, count);
    const stored = await read(first, Math.min(rowsAtOnce, count - first));
    for (let at = 0, row = first; at < stored.length; at += size, row++) {
      const pixels = stored.subarray(at, at + size);
      const into = small.subarray(row * SIDE * SIDE, (row + 1) * SIDE * SIDE);
      sumInto(sums, pixels, shape);
      shrink(sums, shape, into, SIDE, SIDE);
      shrink(sums, shape, cells, ROWS, CELLS);
      hash(cells, hashes, row);
    }
  }
  const pairs: DuplicatePair[] = [];
  const isLater = new Uint8Array(count);
  const inTraining = new Set<number>();
  const split = testStart ?? count;
  let compared = 0;
  let told = 0;
  const seen = new Set<number>();
  for (let band = 0; band < BANDS && compared < MOST_COMPARED; band++) {
    const buckets = new Map<number, number[]>();
    for (let row = 0; row < count; row++) {
      if (compared - told > COMPARED_AT_ONCE) {
        told = compared;
        await onProgress?.(row, count);
      }
      const word = hashes[2 * row + (band >> 1)] ?? 0;
      const key = band % 2 === 0 ? word & 0xffff : word >>> 16;
      const bucket = buckets.get(key);
      if (!bucket) {
        buckets.set(key, [row]);
        continue;
      }
      for (const first of bucket) {
        if (++compared > MOST_COMPARED) break;
        // A picture like one that is like an earlier one needs no pair of its own, but in the other split.
        if (isLater[first] === 1 && !(first < split && row >= split)) continue;
        if (bitsApart(hashes, first, row) > MOST_BITS) continue;
        const key_ = first * count + row;
        if (seen.has(key_)) continue;
        compared += COPIES_COST;
        const similarity = similarityOf(small, first, row);
        if (similarity < LEAST_SIMILARITY) continue;
        seen.add(key_);
        if (first < split && row >= split) inTraining.add(row);
        if (isLater[first] === 0) {
          isLater[row] = 1;
          if (pairs.length < MOST_PAIRS) pairs.push({ rows: [first, row], similarity });
        }
      }
      bucket.push(row);
    }
  }
  return {
    pairs: pairs.sort((a, b) => b.similarity - a.similarity || a.rows[0] - b.rows[0]),
    testRows: [...inTraining].sort((a, b) => a - b),
    isComplete: compared < MOST_COMPARED && pairs.length < MOST_PAIRS,
  };
}

/**
 * What all numbers above and left of a place come to, over all channels, `[height + 1, width + 1]`: the sum of any
 * rectangle is four of them. Whole numbers stay exact.
 */
function sumInto(sums: Float64Array, pixels: DataColumn['stored'], size: Size): void {
  const { channels, height, width } = size;
  const area = height * width;
  for (let y = 0; y < height; y++) {
    let inRow = 0;
    let to = (y + 1) * (width + 1) + 1;
    for (let at = y * width; at < (y + 1) * width; at++, to++) {
      for (let from = at; from < channels * area; from += area) inRow += pixels[from] ?? 0;
      sums[to] = inRow + (sums[to - width - 1] ?? 0);
    }
  }
}

/** Mean of the area of each cell; cells of less than a pixel take the nearest. */
function shrink(
  sums: Float64Array,
  { channels, height, width }: Size,
  into: Float32Array,
  rows: number,
  columns: number,
): void {
  for (let y = 0; y < rows; y++) {
    const top = Math.floor((y * height) / rows);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / rows));
    const [above, below] = [top * (width + 1), bottom * (width + 1)];
    for (let x = 0; x < columns; x++) {
      const left = Math.floor((x * width) / columns);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / columns));
      const inside = (sums[below + right] ?? 0) - (sums[below + left] ?? 0);
      const sum = inside - ((sums[above + right] ?? 0) - (sums[above + left] ?? 0));
      into[y * columns + x] = sum / (channels * (bottom - top) * (right - left));
    }
  }
}

function hash(cells: Float32Array, hashes: Uint32Array, row: number): void {
  for (let half = 0; half < 2; half++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) {
      const at = (half * 4 + (bit >> 3)) * CELLS + (bit & 7);
      // Noise of a grey level is no edge.
      if ((cells[at] ?? 0) + 1 < (cells[at + 1] ?? 0)) bits |= 1 << bit;
    }
    hashes[2 * row + half] = bits;
  }
}

function bitsApart(hashes: Uint32Array, a: number, b: number): number {
  return (
    ones((hashes[2 * a] ?? 0) ^ (hashes[2 * b] ?? 0)) +
    ones((hashes[2 * a + 1] ?? 0) ^ (hashes[2 * b + 1] ?? 0))
  );
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** 0 where they differ in brightness by more than little: blank pictures have only that. */
function similarityOf(small: Float32Array, a: number, b: number): number {
  const size = SIDE * SIDE;
  let [sumA, sumB, differs] = [0, 0, 0];
  for (let at = 0; at < size; at++) {
    const [x, y] = [small[a * size + at] ?? 0, small[b * size + at] ?? 0];
    sumA += x;
    sumB += y;
    differs += Math.abs(x - y);
  }
  if (differs > MOST_DIFFERENCE * size * WHITE) return 0;
  const [meanA, meanB] = [sumA / size, sumB / size];
  let [squaresA, squaresB, products] = [0, 0, 0];
  for (let at = 0; at < size; at++) {
    const x = (small[a * size + at] ?? 0) - meanA;
    const y = (small[b * size + at] ?? 0) - meanB;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const flat = size * FLAT * FLAT;
  if (squaresA < flat && squaresB < flat) return 1 - differs / (size * WHITE);
  return products / Math.sqrt(Math.max(1e-9, squaresA * squaresB));
}

/** None where there is nothing to say. */
export function duplicateNotes({ pairs, testRows, isComplete }: Duplicates): readonly string[] {
  const few = (count: number, one: string, many: string) =>
    count === 1 ? one : `${formatInteger(count)} ${many}`;
  const least = isComplete ? '' : 'At least ';
  const said = [
    ...(pairs.length > 0
      ? [few(pairs.length, '1 picture is', 'pictures are') + ' nearly the same as an earlier one']
      : []),
    ...(testRows.length > 0
      ? [few(testRows.length, '1 test picture is', 'test pictures are') + ' in training as well']
      : []),
  ];
  return said.map((sentence) => `${least}${sentence}.`);
}
