/** Rule: calls that the GPU takes together leave in memory what they leave one by one, in fewer dispatches. */
import { expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { joinCalls } from '#engine/backends/webgpu/joins.ts';
import { GraphBuilder } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { sharedTestGpu } from '../support/gpu.ts';
import { chain, imageOf, LABEL, type NodeText } from '../support/network.ts';
import { type TestTensor, uniformTensor } from '../support/random.ts';
import { runGraph } from '../support/runGraph.ts';
import { compileSteps, trainSteps } from '../support/trainSteps.ts';

const gpu = await sharedTestGpu();

const HEAD: readonly NodeText[] = [
  ['flat', 'Flatten'],
  ['fc', 'Linear', { outFeatures: 10 }],
  ['loss', 'CrossEntropyLoss'],
];
const batchNorm = chain(
  [
    ['conv', 'Conv2d', { outChannels: 6, kernelSize: [3, 3] }],
    ['bn', 'BatchNorm2d'],
    ['relu', 'ReLU'],
    ...HEAD,
  ],
  { fields: [imageOf(2, 9, 9), LABEL] },
);
const layerNorm = chain(
  [['fc0', 'Linear', { outFeatures: 40, lastDimension: true }], ['norm', 'LayerNorm'], ...HEAD],
  { fields: [imageOf(5, 12), LABEL] },
);

test.each([
  ['a batch norm: its statistics, its gradients', batchNorm, [2, 3]],
  ['a layer norm, with the scale and shift of its rows', layerNorm, [5]],
] as const)('%s', async (_what, document, sizes) => {
  const calls = compileSteps(document, 7).train.get(7)?.calls ?? [];
  const joined = joinCalls(calls).map((each) => each.calls.length);
  expect(joined.filter((size) => size > 1)).toEqual(sizes);
  const steps = { batch: 7, steps: 3 };
  const wanted = await trainSteps(createReferenceBackend(), document, steps);
  const found = await trainSteps(gpu, document, steps);
  expect(found.losses).toBeAllclose(wanted.losses, { rtol: 1e-5, atol: 1e-6 });
});

test('statistics of numbers far from zero lose nothing by being made at once', async () => {
  const shape = [40, 5, 6, 7];
  const g = new GraphBuilder();
  const { values } = uniformTensor(shape, { seed: 3, low: 999, high: 1001 });
  const x: TestTensor = { type: { dtype: 'f32', shape }, values: [...Float32Array.from(values)] };
  const leaf = g.leaf({ kind: 'gradient', name: 'x' }, x.type);
  const mean = g.emit('groupMean', [leaf], {});
  const variance = g.emit('groupVariance', [leaf, mean], {});
  const graph = g.finish();
  const leaves = new Map([[leaf.id, x]]);
  const [, found] = await runGraph(gpu, graph, leaves, [mean.id, variance.id]);
  const wanted = evaluateGraph(graph, leaves)[variance.id]?.data ?? [];
  expect(found).toBeAllclose(wanted, { rtol: 1e-4, atol: 0 });
});
