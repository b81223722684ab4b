/**
 * Rule: 200 steps of every family of networks end where PyTorch's do. In float64 the weights are the same to nine
 * digits; the fast engine, in float32, is no farther from PyTorch in float64 than PyTorch in float32 is, but for a small
 * factor. `torch_trajectories.py` makes what is compared with, and says how.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { wasm } from '../support/engineRun.ts';
import { distance, trajectories, withinRounding } from '../support/trajectories.ts';
import { walkTraining } from '../support/walkTraining.ts';

/** The issue asks for 1e-6; what remains is how sums are ordered. */
const EXACT = 1e-9;
const reference = createReferenceBackend();
const engine = await wasm(2)();
afterAll(() => engine.close());

describe.each(trajectories.map((each) => [each.name, each] as const))(
  '%s',
  (_name, { given, training }) => {
    test('in float64', async () => {
      const found = distance(await walkTraining(reference, given), training);
      expect(found.losses).toBeLessThan(EXACT);
      expect(found.weights).toBeLessThan(EXACT);
    });

    test('in float32, on the CPU', async () => {
      const found = distance(await walkTraining(engine, given), training);
      expect(found).toEqual(withinRounding(training));
    });
  },
);

test('every family is there, with two optimisers', () => {
  const names = trajectories.map(({ name }) => name.split(' ')[0]);
  const families = ['mlp', 'cnn', 'autoencoder', 'lstm', 'transformer', 'gan', 'vae'];
  expect(names).toEqual(families.flatMap((name) => [name, name]));
});
