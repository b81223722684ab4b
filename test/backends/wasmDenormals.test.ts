/**
 * Rule: nothing that the CPU engine keeps for later products is so small that these would be denormal; what
 * is larger is left as it is. How much time that saves is in test/bench/denormals.bench.ts.
 */
import { afterAll, expect, test } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import type { KernelCall } from '#engine/compile/program.ts';
import { tensorType } from '#engine/ir/index.ts';
import { nodePlatform } from '#test/support/nodePlatform.ts';
import { planOp, runOp } from '#test/support/runOp.ts';

const backend: Backend = await createWasmBackend(nodePlatform(), { threads: 1 });
afterAll(() => backend.close());

const row = (values: readonly number[]) => ({ type: tensorType([values.length]), values });

test('gradients of a sure classifier', async () => {
  const logits = { type: tensorType([1, 4]), values: [100, 8, 29, 60] };
  const labels = { type: tensorType([1], 'i32'), values: [0] };
  const gradient = await runOp(backend, {
    op: 'crossEntropyGrad',
    inputs: [row([1]), logits, labels],
    params: { labelSmoothing: 0 },
  });
  // exp(-92) and exp(-71) are below 2^-100, exp(-40) is not.
  expect([...gradient].slice(0, 3)).toEqual([0, 0, 0]);
  expect(gradient[3]! / Math.exp(-40)).toBeCloseTo(1, 5);
});

test('squares', async () => {
  const values = [2 ** -70, -(2 ** -59), 2 ** -58, 0, -2, NaN];
  const squares = await runOp(backend, { op: 'square', inputs: [row(values)], params: {} });
  expect([...squares]).toEqual([0, 0, 2 ** -116, 0, 4, NaN]);
});

const SMALL = [2 ** -130, -(2 ** -102), 2 ** -100, -1, NaN, Infinity];

test.each([
  ['backward', [0, 0, 2 ** -99, -2, NaN, Infinity]],
  ['forward', [2 ** -129, -(2 ** -101), 2 ** -99, -2, NaN, Infinity]],
] as const)('element by element, %s', async (role, wanted) => {
  const { call, layout } = planOp({
    op: 'affine',
    inputs: [row(SMALL)],
    params: { scale: 2, shift: 0 },
  });
  if (call.kind !== 'op') throw new Error('planned as one op');
  const asked: KernelCall = { ...call, origin: { role } };
  const session = await backend.open(layout);
  const program = await session.load({ name: 'test', calls: [asked], workBytes: 0, outputs: {} });
  session.write(call.inputs[0]!, Float32Array.from(SMALL));
  session.run(program);
  const result = await session.read(call.output);
  await session.close();
  expect([...result]).toEqual([...wanted]);
});
