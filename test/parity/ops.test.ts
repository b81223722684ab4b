/** Our ops and their gradients against PyTorch in float64. The numbers come from torch_ops.py. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '#engine/compile/differentiate.ts';
import { tensorType } from '#engine/ir/index.ts';
import { add, GraphBuilder } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { constant, graphOf, need } from './torchOps.ts';
import { torchValues } from './torchValues.ts';

/** Rounding of float64 only; sums run in another order. */
const CLOSE = { rtol: 1e-9, atol: 1e-12 };

describe(`PyTorch ${torchValues.torch}`, () => {
  for (const each of torchValues.ops) {
    test(`${each.op}: ${each.note}`, () => {
      const { g, x, y, loss, contents } = graphOf(each);
      const trainable = x.filter(({ type }) => type.dtype === 'f32');
      const gradients = differentiate(g, loss, trainable);
      const results = evaluateGraph(g.finish(), contents);

      expect(y.type.shape).toEqual(each.output.shape);
      expect(results[y.id]?.data).toBeAllclose(each.output.values, CLOSE);
      each.gradients.forEach((expected, k) => {
        const gradient = gradients.get(need(x[k]).id);
        if (expected === null) expect(gradient).toBeUndefined();
        else expect(results[need(gradient).id]?.data).toBeAllclose(expected, CLOSE);
      });
    });
  }
});

describe('running statistics of batch normalisation', () => {
  const withStatistics = torchValues.ops.filter(({ running }) => running);
  test.each(withStatistics.map((each) => [each.note, each] as const))('%s', (_note, each) => {
    const { momentum, before, after } = need(each.running);
    const g = new GraphBuilder();
    const input = need(each.inputs[0]);
    const x = g.leaf({ kind: 'data', field: 'x' }, tensorType(input.shape));
    const mean = g.emit('groupMean', [x], {});
    const variance = g.emit('groupVariance', [x, mean], {});
    const count = input.values.length / (input.shape[1] ?? 1);
    // Normalised by the biased variance, remembered as the unbiased one.
    const unbiased = g.emit('affine', [variance], { scale: count / (count - 1), shift: 0 });
    const moved = [mean, unbiased].map((fresh, k) => {
      const kept = constant(
        g,
        (before[k] ?? []).map((value) => value * (1 - momentum)),
      );
      return add(g, kept, g.emit('affine', [fresh], { scale: momentum, shift: 0 }));
    });
    const results = evaluateGraph(g.finish(), new Map([[x.id, input]]));
    moved.forEach((value, k) => {
      expect(results[value.id]?.data).toBeAllclose(after[k] ?? [], CLOSE);
    });
  });
});
