/** Making a batch of augmented pictures, 64 of 28x28 as W4 takes them, list by list. Prints medians of processor
 * time; asserts nothing. */
import { it } from 'vitest';
import { pipelineOf } from '#engine/augment/index.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { AugmentedBatches } from '#engine/training/augmentedBatch.ts';
import { IMAGE, LABEL } from '../support/network.ts';

const LISTS = {
  'crop, flip': [{ step: 'crop', padding: 2 }, { step: 'flip' }],
  'crop, rotate, erase': [{ step: 'crop', padding: 2 }, { step: 'rotate' }, { step: 'erase' }],
  'crop, cutmix': [{ step: 'crop', padding: 2 }, { step: 'cutmix' }],
  noise: [{ step: 'noise' }],
  'resized crop, colour': [{ step: 'resizedCrop' }, { step: 'colourJitter' }],
};
const ROWS = 1000;
const BATCH = 64;

it.each(Object.entries(LISTS))('%s', (name, steps) => {
  const random = new RandomStream(1, 'data');
  const batches = new AugmentedBatches({
    columns: [
      { field: IMAGE, stored: new Uint8Array(ROWS * 28 * 28).map(() => random.word() & 255) },
      { field: LABEL, stored: new Int32Array(ROWS).map(() => random.word() % 10) },
    ],
    trainRows: Int32Array.from({ length: ROWS }, (_, row) => row),
    weights: null,
    pipeline: pipelineOf(steps),
    seed: 1,
  });
  const make = (first: number, count: number): void => {
    for (let i = first; i < first + count; i++) {
      batches.make(
        i,
        Int32Array.from({ length: BATCH }, (_, at) => (i * BATCH + at) % ROWS),
      );
    }
  };
  make(0, 200);
  // Of the processor, not by the clock: what else the machine does is left out.
  const taken = Array.from({ length: 20 }, (_, round) => {
    const from = process.cpuUsage();
    make(200 + round * 50, 50);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000 / 50;
  }).sort((a, b) => a - b);
  console.log(
    `${name}: ${(taken[10] ?? NaN).toFixed(3)} ms a batch (least ${(taken[0] ?? NaN).toFixed(3)})`,
  );
});
