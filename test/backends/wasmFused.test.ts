/** Fused element-wise chains on the CPU backend: broadcasting, in-place results, all ops, odd lengths. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import {
  ARENAS,
  type Arena,
  type BufferRef,
  type FusedCall,
  type FusedOperand,
  type FusedStep,
} from '#engine/compile/program.ts';
import '../support/allclose.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { uniformTensor } from '../support/random.ts';
import { type FusedRun, runFusedCall } from '../support/runOp.ts';

const reference = createReferenceBackend();
let one: Backend;
let two: Backend;
beforeAll(async () => {
  one = await createWasmBackend(nodePlatform(), { threads: 1 });
  two = await createWasmBackend(nodePlatform(), { threads: 2 });
});
afterAll(() => Promise.all([one.close(), two.close()]));

async function check(run: FusedRun): Promise<void> {
  const wanted = await runFusedCall(reference, run);
  const alone = await runFusedCall(one, run);
  wanted.forEach((each, i) => expect(alone[i]).toBeAllclose(each, { rtol: 1e-5, atol: 1e-6 }));
  expect(await runFusedCall(two, run)).toEqual(alone);
}

const input = (index: number): FusedOperand => ({ kind: 'input', index });
const step = (index: number): FusedOperand => ({ kind: 'step', index });

/** One step of Adam: three tensors updated in place, two scalars read. */
const adam: readonly FusedStep[] = [
  { op: 'affine', params: { scale: 0.9, shift: 0 }, operands: [input(2)] },
  { op: 'affine', params: { scale: 0.1, shift: 0 }, operands: [input(1)] },
  { op: 'add', params: {}, operands: [step(0), step(1)] },
  { op: 'affine', params: { scale: 0.999, shift: 0 }, operands: [input(3)] },
  { op: 'square', params: {}, operands: [input(1)] },
  { op: 'affine', params: { scale: 0.001, shift: 0 }, operands: [step(4)] },
  { op: 'add', params: {}, operands: [step(3), step(5)] },
  { op: 'sqrt', params: {}, operands: [step(6)] },
  { op: 'affine', params: { scale: 1, shift: 1e-3 }, operands: [step(7)] },
  { op: 'div', params: {}, operands: [step(2), step(8)] },
  { op: 'mul', params: {}, operands: [step(9), input(4)] },
  { op: 'sub', params: {}, operands: [input(0), step(10)] },
];

describe('a fused chain', () => {
  it.each([1, 3, 4, 7, 8, 12, 63, 4099, 70001])('updates in place, %i elements', (count) =>
    check({
      shape: [count],
      inputs: [
        uniformTensor([count], { seed: 1 }),
        uniformTensor([count], { seed: 2 }),
        uniformTensor([count], { seed: 3 }),
        uniformTensor([count], { seed: 4, low: 0, high: 1 }),
        uniformTensor([], { seed: 5 }),
      ],
      body: adam,
      outputs: [
        { value: step(11), inPlaceOf: 0 },
        { value: step(2), inPlaceOf: 2 },
        { value: step(6), inPlaceOf: 3 },
      ],
    }),
  );

  it.each([
    { shape: [9, 5], other: [5] },
    { shape: [9, 5], other: [9, 1] },
    { shape: [33, 130], other: [130] },
    { shape: [33, 130], other: [33, 1] },
    { shape: [6, 7, 5, 5], other: [1, 7, 1, 1] },
    { shape: [6, 7, 9, 9], other: [7, 1, 1] },
    { shape: [4, 3, 8, 6], other: [4, 1, 8, 1] },
    { shape: [4, 3, 8, 6], other: [3, 1, 6] },
    { shape: [2, 3, 4], other: [1] },
    { shape: [70, 70], other: [1, 1] },
  ])('broadcasts $other to $shape', ({ shape, other }) =>
    check({
      shape,
      inputs: [uniformTensor(shape, { seed: 1 }), uniformTensor(other, { seed: 2 })],
      body: [
        { op: 'mul', params: {}, operands: [input(0), input(1)] },
        { op: 'add', params: {}, operands: [step(0), input(1)] },
        { op: 'relu', params: {}, operands: [step(1)] },
      ],
      outputs: [{ value: step(2) }, { value: step(0) }],
    }),
  );

  it('runs every transcendental in one pass', () =>
    check({
      shape: [37, 29],
      inputs: [uniformTensor([37, 29], { low: -9, high: 9 })],
      body: [
        { op: 'tanh', params: {}, operands: [input(0)] },
        { op: 'sigmoid', params: {}, operands: [input(0)] },
        { op: 'softplus', params: {}, operands: [input(0)] },
        { op: 'gelu', params: { approximate: 'none' }, operands: [input(0)] },
        { op: 'gelu', params: { approximate: 'tanh' }, operands: [input(0)] },
        { op: 'exp', params: {}, operands: [input(0)] },
        { op: 'log', params: {}, operands: [step(5)] },
        { op: 'rsqrt', params: {}, operands: [step(5)] },
      ],
      outputs: [0, 1, 2, 3, 4, 5, 6, 7].map((index) => ({ value: step(index) })),
    }));

  it('does not leave denormal numbers in the moments of an optimiser', async () => {
    const shape = [16];
    const ref: BufferRef = { arena: 'optimizer', offsetBytes: 0, type: { dtype: 'f32', shape } };
    const halve: FusedCall = {
      kind: 'fused',
      shape,
      inputs: [ref],
      body: [{ op: 'affine', params: { scale: 0.5, shift: 0 }, operands: [input(0)] }],
      outputs: [{ ref, value: step(0) }],
      origin: { role: 'update' },
    };
    const sizes = Object.fromEntries(ARENAS.map((arena) => [arena, 64]));
    const session = await one.open({ sizeBytes: sizes as Record<Arena, number> });
    const program = await session.load({ name: 'test', calls: [halve], workBytes: 0, outputs: {} });
    const smallest = 2 ** -126;
    session.write(
      ref,
      Float32Array.of(smallest, -smallest, 4 * smallest, NaN, ...new Array<number>(12).fill(1)),
    );
    session.run(program);
    const values = [...(await session.read(ref))];
    expect(values.slice(0, 5)).toEqual([0, 0, 2 * smallest, NaN, 0.5]);
    await session.close();
  });
});
