/**
 * Rule: what an op says in ONNX computes what the op computes: every case of every op that a network in use can
 * have, by ONNX Runtime against the reference kernels, in the oldest and in the newest opset.
 */
import { describe, expect, it } from 'vitest';
import { DEFAULT_OPSET, modelBytes, OPSETS, type Opset } from '#engine/export/onnx/index.ts';
import { onnxRules } from '#engine/export/onnx/rules.ts';
import { symbolicGraph } from '#engine/export/onnx/symbolic.ts';
import { writeGraph } from '#engine/export/onnx/writeGraph.ts';
import { GraphBuilder, type Op } from '#engine/ops/index.ts';
import '../support/allclose.ts';
import { evaluateGraph } from '../support/evaluate.ts';
import { onnxAnswers } from '../support/onnxRun.ts';
import { type OpCase, opCases, titleOf } from '../ops/cases.ts';

/** What training alone does; random numbers come into a model from outside. */
const NOT_IN_USE: ReadonlySet<Op> = new Set([
  ...(['reluGrad', 'leakyReluGrad', 'sigmoidGrad', 'tanhGrad', 'geluGrad'] as const),
  ...(['conv2dWeightGrad', 'maxPool2dGrad', 'avgPool2dGrad', 'normalizeInputGrad'] as const),
  ...([
    'recurrentGrad',
    'normalizeWeightGrad',
    'softmaxGrad',
    'crossEntropy',
    'crossEntropyGrad',
    'attentionGrad',
  ] as const),
  ...(['randomUniform', 'randomNormal', 'dropoutMask', 'randomBoxMask'] as const),
  ...(['scatterAddRows', 'assign', 'tensorStats', 'histogram'] as const),
]);

function built({ op, inputs, params }: OpCase) {
  const g = new GraphBuilder();
  const leaves = inputs.map(({ type }, i) => g.leaf({ kind: 'feed', name: `input:x${i}` }, type));
  // What is saved is for the gradient.
  const used = { ...params, ...('saves' in params && { saves: false }) } as typeof params;
  g.output('y', g.emit(op, leaves, used));
  const graph = g.finish();
  const values = new Map(leaves.map(({ id }, i) => [id, inputs[i] ?? { values: [] }]));
  return { graph, wanted: evaluateGraph(graph, values).at(-1) };
}

function exported(each: OpCase, opset: Opset): Uint8Array {
  const { graph } = built(each);
  const written = writeGraph({
    graph: symbolicGraph(graph, graph, [1, 1]),
    options: { opset, foldBatchNorm: false },
    tensors: new Map(),
    isLatent: () => false,
    hasOneOutput: () => true,
  });
  return modelBytes(written, { name: each.op, opset, metadata: {}, producer: PRODUCER });
}
const PRODUCER = { name: 'test', version: '0' };

const inUse = opCases.filter(
  ({ op, inputs, params }) =>
    !NOT_IN_USE.has(op) &&
    // A bias and a ReLU go into a product when it is planned, later than this.
    !('epilogue' in params && (params.epilogue.bias || params.epilogue.activation !== 'none')) &&
    inputs.length > 0,
);
const newest = Math.max(...Object.keys(OPSETS).map(Number)) as Opset;

describe.each([DEFAULT_OPSET, newest])('opset %i', (opset) => {
  it.each(inUse.map((each) => [titleOf(each), each] as const))('%s', async (_title, each) => {
    const { wanted } = built(each);
    const feeds = Object.fromEntries(each.inputs.map((input, i) => [`x${i}`, input]));
    const result = (await onnxAnswers(exported(each, opset), feeds)).get('y');
    expect(result?.dims).toEqual(wanted?.type.shape);
    // Sums of a thousand numbers, in the runtime's own order.
    const largest = Math.max(
      0,
      ...Array.from(wanted?.data ?? [], Math.abs).filter(Number.isFinite),
    );
    expect(result?.data ?? []).toBeAllclose(wanted?.data ?? [], {
      rtol: 1e-5,
      atol: 1e-6 + 1e-5 * largest,
    });
  });
});

it('has a rule for every op, and says of the others that they belong to training', () => {
  const tried = new Set(inUse.map(({ op }) => op));
  const untried = (Object.keys(onnxRules) as Op[]).filter(
    (op) => !tried.has(op) && !NOT_IN_USE.has(op),
  );
  // Ops without inputs are constants of the file.
  expect(untried.sort()).toEqual(['constant', 'full']);
});
