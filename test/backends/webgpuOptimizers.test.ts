/** Rule: an optimiser's update on the GPU is the formula in float64, to some roundings, as it is on the CPU. */
import { expect, test } from 'vitest';
import { optimizers } from '#engine/optimizers/index.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import values from '../parity/torch_optimizers.json' with { type: 'json' };
import '../support/allclose.ts';
import { updateCases, updateError } from '../support/optimizerError.ts';
import { walked } from '../support/optimizerUpdate.ts';

const gpu = await sharedTestGpu();

test.each(updateCases)('%s at step %d', async (_name, step, type, settings) => {
  // WGSL allows a division 2.5 units in the last place (https://www.w3.org/TR/WGSL/#floating-point-accuracy).
  expect(await updateError(gpu, [type, settings, step])).toBeLessThan(1e-6);
});

test.each(
  values.cases
    .filter(({ type }) => optimizers.get(type)?.slotShape !== undefined)
    .map((each) => [each.type, each.shape, JSON.stringify(each.attrs), each] as const),
)(
  '%s of %j, %s: ten steps of each parameter in its shape',
  async (_type, _shape, _attrs, expected) => {
    const { after, state } = await walked(gpu, expected);
    const bounds = { rtol: 1e-5, atol: 1e-6 };
    expect(after).toBeAllclose(expected.after, bounds);
    for (const [name, wanted] of Object.entries(expected.state)) {
      expect(state.get(name), name).toBeAllclose(wanted, bounds);
    }
  },
);
