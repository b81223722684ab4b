/** Rule: a layer that declares what its numbers lie in gives none outside, and comes near both ends. */
import { expect, test } from 'vitest';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { layers } from '#engine/layers/index.ts';
import { runLayer } from '#test/support/layerCase.ts';
import { uniformTensor } from '#test/support/random.ts';

const declared = [...layers.values()].flatMap((definition) => {
  const range = definition.range(defaultAttrs(definition.attrs));
  return range === undefined || range === 'input' ? [] : [[definition.type, ...range] as const];
});

test.each(declared)('%s gives numbers from %d to %d', (type, low, high) => {
  const inputs = [uniformTensor([64, 8], { low: -30, high: 30 })];
  const values = [...(runLayer({ type, inputs }).outputs[0] ?? [])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  expect(least).toBeGreaterThanOrEqual(low);
  expect(most).toBeLessThanOrEqual(high);
  expect(least).toBeLessThan(Math.max(low, -25) + 0.1);
  expect(most).toBeGreaterThan(Math.min(high, 25) - 0.1);
});
