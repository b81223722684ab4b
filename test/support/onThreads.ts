/**
 * Ops on the CPU engine against the reference's plain sums: within a tolerance on one thread, the same bits
 * on two and three, and within the tolerance where V8 joins no vectors.
 */
import { afterAll, beforeAll, expect } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import type { Op, OpParams } from '#engine/ops/index.ts';
import { nodePlatform } from './nodePlatform.ts';
import type { TestTensor } from './random.ts';
import { runOp } from './runOp.ts';

/** Of the largest number: fast algorithms round a few times more than a plain sum, or in another order. */
const TOLERANCE = 1e-5;

export type CheckOp = <O extends Op>(
  op: O,
  inputs: TestTensor[],
  params: OpParams[O],
) => Promise<void>;

/** For one file of tests: starts the backends before its tests and closes them after. */
export function checkedOnThreads(): CheckOp {
  const reference = createReferenceBackend();
  let joined: readonly Backend[] = [];
  let apart: Backend | undefined;
  beforeAll(async () => {
    const made = [1, 2, 3].map((threads) => createWasmBackend(nodePlatform(), { threads }));
    joined = await Promise.all(made);
    apart = await createWasmBackend(nodePlatform({ v8Flags: false }), { threads: 1 });
  });
  afterAll(async () => {
    await Promise.all([...joined, ...(apart ? [apart] : [])].map((backend) => backend.close()));
  });
  return async (op, inputs, params) => {
    const run = { op, inputs, params };
    const wanted = await runOp(reference, run);
    const scale = Math.max(...Array.from(wanted, Math.abs));
    const [alone, ...shared] = await Promise.all(joined.map((backend) => runOp(backend, run)));
    const narrow = apart && (await runOp(apart, run));
    for (const each of [alone, narrow]) {
      const worst = Array.from(wanted, (value, i) => Math.abs(value - (each?.[i] ?? NaN)));
      expect(Math.max(...worst)).toBeLessThanOrEqual(TOLERANCE * scale);
    }
    for (const each of shared) expect(each).toEqual(alone);
  };
}
