/**
 * Rule: every layer, its numbers and gradients, is on the CPU what it is in float64, and has the same bits
 * with one thread and with two. Over the registry: no layer is named here.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import '../support/allclose.ts';
import { layerTrials } from '../support/layerTrials.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { compareLayer } from '../support/compareLayer.ts';

let one: Backend;
let two: Backend;

beforeAll(async () => {
  one = await createWasmBackend(nodePlatform(), { threads: 1 });
  two = await createWasmBackend(nodePlatform(), { threads: 2 });
});
afterAll(async () => {
  await one.close();
  await two.close();
});

it.each(layerTrials)('$title', async (trial) => {
  const alone = await compareLayer(one, trial, 1e-5);
  expect(await compareLayer(two, trial, 1e-5)).toEqual(alone);
});
