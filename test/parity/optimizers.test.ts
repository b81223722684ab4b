/**
 * Five or ten steps of each optimiser against PyTorch in float64: same gradients in, same parameters out; of those
 * that look at the shape of a parameter the same state. Those steps again in float32.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import '../support/allclose.ts';
import { type Arenas, openUpdate, walked, withAttrs } from '../support/optimizerUpdate.ts';
import { wasm } from '../support/engineRun.ts';
import values from './torch_optimizers.json' with { type: 'json' };
import { torchValues } from './torchValues.ts';

describe(`PyTorch ${torchValues.torch}`, () => {
  for (const { type, attrs, start, gradients, after } of torchValues.optimizers) {
    test(`${type} ${JSON.stringify(attrs)}`, async () => {
      const backend = createReferenceBackend();
      const update = await openUpdate(backend, withAttrs(type, attrs), start.length);
      const zeros = start.map(() => 0);
      let arenas: Arenas = {
        parameters: start,
        gradients: zeros,
        slot0: zeros,
        ...{ slot1: zeros, slot2: zeros },
      };
      for (const [k, gradient] of gradients.entries()) {
        arenas = await update.next({ ...arenas, gradients: gradient }, k + 1);
        expect(arenas.parameters).toBeAllclose(after[k] ?? [], { rtol: 1e-9, atol: 1e-12 });
      }
      await update.close();
    });
  }
});

const float32 = await wasm(1)();
afterAll(() => float32.close());

describe.each(
  values.cases.map((each) => [each.type, each.shape, JSON.stringify(each.attrs), each] as const),
)('%s of %j, %s', (_type, _shape, _attrs, expected) => {
  test.each([
    ['float64', createReferenceBackend(), { rtol: 1e-9, atol: 1e-12 }],
    ['float32', float32, { rtol: 1e-5, atol: 1e-6 }],
  ] as const)('%s', async (_precision, backend, bounds) => {
    const { after, state } = await walked(backend, expected);
    expect(after).toBeAllclose(expected.after, bounds);
    for (const [name, wanted] of Object.entries(expected.state)) {
      expect(state.get(name), name).toBeAllclose(wanted, bounds);
    }
  });
});

test('every optimiser is compared', () => {
  const all = [...torchValues.optimizers, ...values.cases];
  const compared = new Set(all.map(({ type }) => type));
  expect([...optimizers.keys()].filter((type) => !compared.has(type))).toEqual([]);
});
