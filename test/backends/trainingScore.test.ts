/**
 * Rule: asked for it, the end of a run tells what its final weights make of training rows in evaluation
 * mode. That is neither the running mean of the curve nor one of its points.
 */
import { expect, test } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { prepare } from '#engine/training/prepare.ts';
import { fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { chain, features, LABEL } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';

const WEIGHTS = '/weights.safetensors';
const UNITS = 16;

/** 300 points, 243 of them to train with; half of the hidden units are dropped in training. */
const document: NetworkDocument = fed(
  chain(
    [
      ['fc1', 'Linear', { outFeatures: UNITS }],
      ['relu', 'ReLU'],
      ['drop', 'Dropout', { p: 0.5 }],
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      fields: [features(2), { ...LABEL, classes: 2 }],
      training: {
        batchSize: 16,
        epochs: 3,
        split: { validation: 0.1, test: 0.1 },
        objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.02 } } }],
      },
    },
  ),
  'moons',
  { count: 300 },
);

async function trained(judgeTraining?: number) {
  const store = fileStore();
  const request = {
    saveWeights: WEIGHTS,
    ...(judgeTraining === undefined ? {} : { judgeTraining }),
  };
  const run = await startRun(document, wasm(1), request, store.host);
  const end = await run.ended();
  expect(end.state).toBe('finished');
  return { run, score: end.trained, tensors: tensorsIn(store.content, WEIGHTS).tensors };
}

type Tensors = Awaited<ReturnType<typeof trained>>['tensors'];

/** The network without dropout, in plain loops. */
function judge(
  tensors: Tensors,
  inputs: readonly (readonly number[])[],
  labels: readonly number[],
) {
  const linear = (name: string, x: readonly number[]): number[] => {
    const weight = tensors.get(`${name}.weight`)?.data ?? [];
    const bias = tensors.get(`${name}.bias`)?.data ?? [];
    return Array.from(bias, (b, o) =>
      x.reduce((sum, value, i) => sum + value * Number(weight[o * x.length + i]), Number(b)),
    );
  };
  let [loss, hits] = [0, 0];
  inputs.forEach((x, i) => {
    const hidden = linear('fc1', x).map((value) => Math.max(0, value));
    const [a = 0, b = 0] = linear('fc2', hidden);
    const own = labels[i] === 0 ? a : b;
    loss += Math.log(Math.exp(a) + Math.exp(b)) - own;
    hits += Number(own === Math.max(a, b));
  });
  return { loss: loss / inputs.length, accuracy: hits / inputs.length };
}

async function trainingRows() {
  const platform = createNodePlatform({ log: () => undefined });
  const { table, splits, binding } = await prepare(document, {
    files: platform.files,
    yieldToEventLoop: () => Promise.resolve(),
  });
  const { shift = [0], scale = [1] } = binding.get('features')?.normalisation ?? {};
  const stored = (role: string) =>
    table.columns.find(({ field }) => field.role === role)?.stored ?? [];
  const [x, y] = [stored('input'), stored('label')];
  const at = (list: ArrayLike<number>, i: number) => list[i % list.length] ?? 0;
  const row = (r: number) => [0, 1].map((i) => (at(x, 2 * r + i) - at(shift, i)) * at(scale, i));
  const rows = [...splits.train];
  return { inputs: rows.map(row), labels: rows.map((r) => at(y, r)) };
}

test('all training rows, without dropout, with the final weights', async () => {
  const { run, score, tensors } = await trained(10_000);
  const { inputs, labels } = await trainingRows();
  const wanted = judge(tensors, inputs, labels);
  expect(score?.samples).toBe(243);
  expect(score?.values['loss']).toBeCloseTo(wanted.loss, 5);
  expect(score?.values['accuracy']).toBeCloseTo(wanted.accuracy, 6);
  const running = run.points('train').at(-1)?.values['loss'] ?? 0;
  expect(Math.abs(running - wanted.loss)).toBeGreaterThan(0.02);
});

test('of many, as many as were asked for, evenly spread, and a rest of a batch among them', async () => {
  const { score, tensors } = await trained(70);
  const { inputs, labels } = await trainingRows();
  const spread = Array.from({ length: 70 }, (_, i) => Math.floor((i * 243) / 70));
  const wanted = judge(
    tensors,
    spread.map((i) => inputs[i] ?? []),
    spread.map((i) => labels[i] ?? 0),
  );
  expect(score?.samples).toBe(70);
  expect(score?.values['loss']).toBeCloseTo(wanted.loss, 5);
});

test('it is no point of the curves, and changes neither these nor the weights', async () => {
  const [asked, not] = [await trained(10_000), await trained()];
  expect(not.score).toBeUndefined();
  expect(asked.tensors).toEqual(not.tensors);
  const steps = ({ run }: typeof asked) => run.points('train').at(-1)?.step;
  expect(steps(asked)).toBe(steps(not));
  expect(asked.run.points('test')).toHaveLength(1);
  expect(asked.run.points('test')[0]?.values['loss']).toBe(
    not.run.points('test')[0]?.values['loss'],
  );
});
