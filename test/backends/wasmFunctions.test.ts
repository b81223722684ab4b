/**
 * The functions of gates beside those of float64, densely: a gradient through a saturated tanh is what is left of 1
 * beside it, so that the last bits there count as well.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { tensor } from '../support/random.ts';
import { runOp } from '../support/runOp.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await createWasmBackend(nodePlatform(), { threads: 1 });
});
afterAll(() => backend.close());

const run = async (op: 'tanh' | 'sigmoid', values: readonly number[]): Promise<number[]> => {
  const inputs = [tensor([values.length], values)];
  return Array.from(await runOp(backend, { op, inputs, params: {} }), Number);
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const toFar = Array.from({ length: 40_001 }, (_, i) => Math.fround((i - 20_000) / 1000));
const toTiny = Array.from({ length: 2000 }, (_, i) => Math.fround(10 ** (-i / 60)));
const special = [0, -0, Infinity, -Infinity, NaN];

function worst(
  xs: readonly number[],
  got: readonly number[],
  differs: (got: number, x: number) => number,
): number {
  return xs.reduce((most, x, i) => Math.max(most, differs(got[i] ?? NaN, x)), 0);
}

describe('tanh', () => {
  const relative = (got: number, x: number): number =>
    x === 0 ? Math.abs(got) : Math.abs(got / Math.tanh(x) - 1);

  it('has a relative error under 3e-7, from the smallest to the largest', async () => {
    const xs = [...toFar, ...toTiny, ...toTiny.map((x) => -x)];
    expect(worst(xs, await run('tanh', xs), relative)).toBeLessThan(3e-7);
  });

  it('is as exact as float32 around 1, never beyond it, and 1 far out', async () => {
    const xs = toFar.filter((x) => Math.abs(x) > 2);
    const got = await run('tanh', xs);
    expect(worst(xs, got, relative)).toBeLessThan(1.6e-7);
    expect(worst(xs, got, Math.abs)).toBe(1);
    expect(await run('tanh', special)).toEqual([0, 0, 1, -1, NaN]);
  });
});

describe('sigmoid', () => {
  it('has a relative error under 5e-7, also where it is small', async () => {
    const relative = (got: number, x: number): number => Math.abs(got / sigmoid(x) - 1);
    expect(worst(toFar, await run('sigmoid', toFar), relative)).toBeLessThan(5e-7);
  });

  it('is 0 or 1 far out', async () => {
    const [zero, negative, one, none, undefined_] = await run('sigmoid', special);
    expect([zero, negative, one, undefined_]).toEqual([0.5, 0.5, 1, NaN]);
    expect(none).toBeLessThan(1e-37);
  });
});
