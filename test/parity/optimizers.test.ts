/** Five or ten steps of each optimiser against PyTorch in float64: same gradients in, same parameters out. */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { optimizers } from '#engine/optimizers/index.ts';
import '../support/allclose.ts';
import { type Arenas, openUpdate, withAttrs } from '../support/optimizerUpdate.ts';
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

test('every optimiser is compared', () => {
  const compared = new Set(torchValues.optimizers.map(({ type }) => type));
  expect([...optimizers.keys()].filter((type) => !compared.has(type))).toEqual([]);
});
