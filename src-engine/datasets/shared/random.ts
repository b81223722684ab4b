/** Random numbers for data: the `data` domain of ops/philox.ts, one stream for each purpose. */
import { RandomStream } from '#engine/ops/philox.ts';

/** Numbers are part of what a seed means: never reuse or renumber them. */
const DATA_STREAM = {
  split: 0,
  points: 1,
  curve: 2,
  digit: 3,
  digitLabels: 4,
  shape: 5,
  shapeLabels: 6,
  series: 7,
  rowLimit: 8,
  labelNoise: 9,
  tales: 10,
  buckets: 11,
} as const;
export type DataStream = keyof typeof DATA_STREAM;

/** `item` gives each sample numbers of its own, independent of how many come before it. */
export function dataRandom(seed: number, stream: DataStream, item = 0): RandomStream {
  return new RandomStream(seed, 'data', DATA_STREAM[stream], item);
}

/** `0 .. count - 1` in a random order (Fisher-Yates). */
export function shuffled(count: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    // Both indexes lie within the array.
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
