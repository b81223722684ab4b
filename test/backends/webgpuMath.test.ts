/**
 * Rule: elementary functions on the GPU are as exact as on the CPU, whatever WGSL's built-in ones promise.
 * Adam divides by 1 - exp(t ln 0.999): an error of 2e-7 in an exp near 1 is one of 1e-4 in its first step.
 */
import { expect, test } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { tensorType } from '#engine/ir/index.ts';
import type { Op } from '#engine/ops/index.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { runOp } from '../support/runOp.ts';

const gpu = await sharedTestGpu();

const COUNT = 4096;
const evenly = (low: number, high: number): readonly number[] =>
  Array.from({ length: COUNT }, (_, i) => Math.fround(low + ((high - low) * i) / COUNT));

async function found(backend: Backend, op: Op, values: readonly number[]) {
  const inputs = [{ type: tensorType([values.length]), values }];
  // None of these ops has parameters.
  return runOp(backend, { op, inputs, params: {} });
}

test.each([
  ['exp', -20, 20, 1.5e-7],
  ['exp', -0.1, 0.1, 1.5e-7],
  ['expm1', -20, 20, 3e-7],
  ['expm1', -0.1, 0.1, 3e-7],
  ['log', 1e-3, 10, 1.5e-7],
  ['log', 0.5, 2, 1.5e-7],
  ['sqrt', 1e-8, 1, 4e-7],
  ['rsqrt', 1e-4, 5, 4e-7],
  ['sigmoid', -20, 20, 3e-7],
  ['tanh', -5, 5, 3e-7],
  ['softplus', -8, 8, 3e-7],
] as const)('%s from %f to %f within %f', async (op, low, high, most) => {
  const values = evenly(low, high);
  const wanted = await found(createReferenceBackend(), op, values);
  const computed = await found(gpu, op, values);
  const errors = Array.from(wanted, (value, i) =>
    value === 0 ? Math.abs(computed[i] ?? NaN) : Math.abs((computed[i] ?? NaN) / value - 1),
  );
  expect(Math.max(...errors)).toBeLessThan(most);
});

test.each(['sin', 'cos'] as const)('%s over many turns within 2e-7', async (op) => {
  const values = [...evenly(-1e4, 1e4), ...evenly(-4, 4), 1e12, -3e30];
  const wanted = await found(createReferenceBackend(), op, values);
  const computed = await found(gpu, op, values);
  const known = values.length - 2;
  const errors = values
    .slice(0, known)
    .map((_, i) => Math.abs((computed[i] ?? NaN) - (wanted[i] ?? NaN)));
  expect(Math.max(...errors)).toBeLessThan(2e-7);
  // Further out a float32 says nothing of where on the circle it is.
  for (const value of computed.slice(known)) expect(Math.abs(value)).toBeLessThanOrEqual(1);
  const ends = await found(gpu, op, [0, Infinity, NaN]);
  expect([...ends]).toEqual([op === 'sin' ? 0 : 1, NaN, NaN]);
});

test('at the ends: nothing, infinity, what is no number', async () => {
  expect([...(await found(gpu, 'exp', [-200, 0, 200, NaN]))]).toEqual([0, 1, Infinity, NaN]);
  const logs = await found(gpu, 'log', [0, 1, Infinity, -1, NaN]);
  expect([...logs]).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
});
