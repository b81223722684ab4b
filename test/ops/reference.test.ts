/** The reference kernels against numbers worked out by hand, through a session of the backend. */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { OP_ARITY } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { runOp } from '../support/runOp.ts';
import { opCases, titleOf } from './cases.ts';

const backend = createReferenceBackend();

test('every op of the vocabulary has a case', () => {
  expect([...new Set(opCases.map(({ op }) => op))].sort()).toEqual(Object.keys(OP_ARITY).sort());
});

test('no two cases have the same title', () => {
  const titles = opCases.map(titleOf);
  expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
});

describe('by hand', () => {
  for (const each of opCases) {
    const { expected } = each;
    if (!expected) continue;
    test(titleOf(each), async () => {
      // Inputs such as 0.1 are given in f32, hence not closer than that.
      expect(await runOp(backend, each)).toBeAllclose(expected, { rtol: 1e-7, atol: 1e-7 });
    });
  }
});

describe('computes', () => {
  for (const each of opCases.filter(({ expected }) => !expected)) {
    test(titleOf(each), async () => {
      const result = await runOp(backend, each);
      expect(result.length).toBeGreaterThan(0);
      expect(Array.from(result).every(Number.isFinite)).toBe(true);
    });
  }
});
