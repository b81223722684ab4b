/**
 * Rule: an optimiser's update in float32 is the formula in float64, to some roundings, whatever its settings and
 * however far the run is. Its scalars are where float32 alone would lose digits: `1 - beta^t` at the first
 * steps, means with a beta close to 1 over many.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { wasm } from '../support/engineRun.ts';
import { LENGTH, SETTINGS, startOf, updateCases, updateError } from '../support/optimizerError.ts';
import { type Arenas, openUpdate, withAttrs } from '../support/optimizerUpdate.ts';

const engine = await wasm(1)();
const two = await wasm(2)();
const reference = createReferenceBackend();
afterAll(async () => {
  await engine.close();
  await two.close();
});

describe('one step', () => {
  test.each(updateCases)('%s at step %d', async (_name, step, type, settings) => {
    expect(await updateError(reference, [type, settings, step])).toBeLessThan(1e-11);
    expect(await updateError(engine, [type, settings, step])).toBeLessThan(5e-7);
  });
});

test('AdamW: the decay itself, beside no gradient', async () => {
  // At a rate of 1e-5 a weight keeps 0.99999 of itself, of which float32 knows two digits apart from 1.
  const settings = { lr: 1e-3, weightDecay: 0.01 };
  const update = await openUpdate(engine, withAttrs('AdamW', settings), LENGTH);
  const zeros = Array.from({ length: LENGTH }, () => 0);
  let arenas: Arenas = {
    parameters: startOf(2, 1).parameters,
    gradients: zeros,
    slot0: zeros,
    ...{ slot1: zeros, slot2: zeros },
  };
  const before = Math.hypot(...arenas.parameters);
  for (let step = 1; step <= 2000; step++) arenas = await update.next(arenas, step);
  await update.close();
  const kept = Math.hypot(...arenas.parameters) / before;
  expect(Math.abs(Math.log(kept) / (2000 * Math.log1p(-1e-5)) - 1)).toBeLessThan(1e-3);
});

test('a mean with a beta of 0.999999 ends where its numbers are', async () => {
  const settings = { lr: 0.01, beta1: 0.999999, beta2: 0.999999 };
  const update = await openUpdate(engine, withAttrs('Adam', settings), LENGTH);
  const gradients = startOf(1, 0).gradients;
  const squares = gradients.map((g) => Math.fround(g * g));
  let arenas: Arenas = {
    parameters: gradients.map(() => 0),
    gradients,
    slot0: gradients,
    slot1: squares,
    slot2: gradients,
  };
  for (let step = 1; step <= 3000; step++) arenas = await update.next(arenas, 1_000_000 + step);
  await update.close();
  for (const [i, g] of gradients.entries()) {
    expect(Math.abs((arenas.slot0[i] ?? NaN) / g - 1)).toBeLessThan(1e-6);
    expect(Math.abs((arenas.slot1[i] ?? NaN) / (g * g) - 1)).toBeLessThan(1e-6);
  }
});

test('two threads make the same bits as one', async () => {
  for (const [type, settings] of SETTINGS) {
    const start = startOf(3, 1, withAttrs(type, settings).slots);
    const [one, other] = await Promise.all(
      [engine, two].map(async (backend) => {
        const update = await openUpdate(backend, withAttrs(type, settings), LENGTH);
        const after = await update.next(start, 3);
        await update.close();
        return after;
      }),
    );
    expect(other).toEqual(one);
  }
});
