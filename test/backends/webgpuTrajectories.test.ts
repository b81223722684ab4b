/**
 * Rule: 200 steps on the GPU end where PyTorch's do, as near as PyTorch in float32 is to PyTorch in float64 but for a
 * small factor. Of all families (parity/trajectories.test.ts) two: with attention and norms, and with numbers drawn.
 */
import { expect, test } from 'vitest';
import { sharedTestGpu } from '../support/gpu.ts';
import { distance, trajectories, withinRounding } from '../support/trajectories.ts';
import { walkTraining } from '../support/walkTraining.ts';

const gpu = await sharedTestGpu();

const chosen = trajectories.filter(({ name }) =>
  /^(transformer with AdamW|vae with Adam)$/.test(name),
);

test.each(chosen.map((each) => [each.name, each] as const))(
  '%s',
  async (_name, { given, training }) => {
    expect(distance(await walkTraining(gpu, given), training)).toEqual(withinRounding(training));
  },
);

test('both are there', () => expect(chosen.map(({ name }) => name)).toHaveLength(2));
