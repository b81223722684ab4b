/**
 * The CPU backend against the reference: every op's cases, with one and with two threads, which must give
 * the same bits.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { type OpCase, opCases, titleOf, toleranceOf } from '../ops/cases.ts';
import type { Tolerance } from '../support/allclose.ts';
import '../support/allclose.ts';
import { nodePlatform } from '../support/nodePlatform.ts';
import { runOp } from '../support/runOp.ts';

const reference = createReferenceBackend();
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

/** Sums in float32 are as exact as the largest results, also where those exceed 1. */
function float32Tolerance(each: OpCase, wanted: ArrayLike<number>): Tolerance {
  const { rtol } = toleranceOf(each, wanted);
  const finite = Array.from(wanted).filter(Number.isFinite).map(Math.abs);
  return { rtol, atol: rtol * Math.max(0, ...finite) };
}

describe('every op agrees with the reference', () => {
  it.each(opCases.map((each) => [titleOf(each), each] as const))('%s', async (_, each) => {
    const wanted = await runOp(reference, each);
    const alone = await runOp(one, each);
    expect(alone).toBeAllclose(wanted, float32Tolerance(each, wanted));
    expect(await runOp(two, each)).toEqual(alone);
  });
});
