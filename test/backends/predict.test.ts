/**
 * Rules of prediction: each array finds its field, every head answers by name, and what is missing, too much or
 * of another size is said with its place before anything is computed.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { PredictInput } from '#engine/protocol/engineContract.ts';
import { type EngineRun, fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { data, features, network, type NodeText, target } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';

const WEIGHTS = '/weights.safetensors';
/** Rebuilds both fields of a curve from both: the place from one head, the height from the other. */
const both: NetworkDocument = fed(
  network(
    [
      data([features(1), target(1)]),
      ['join', 'Concat'],
      ['fc1', 'Linear', { outFeatures: 1 }],
      ['place', 'MSELoss'],
      ['fc2', 'Linear', { outFeatures: 1 }],
      ['height', 'MSELoss'],
    ] satisfies NodeText[],
    [
      ...['data.features > join.a', 'data.target > join.b', 'join.y > fc1.x', 'join.y > fc2.x'],
      ...['fc1.y > place.prediction', 'data.features > place.target'],
      ...['fc2.y > height.prediction', 'data.target > height.target'],
    ],
    { epochs: 1 },
  ),
  'curves',
  { count: 60 },
);

let run: EngineRun;
let weight: (name: string) => readonly number[];
beforeAll(async () => {
  const store = fileStore();
  run = await startRun(both, wasm(1), { saveWeights: WEIGHTS }, store.host);
  await run.ended();
  const { tensors } = tensorsIn(store.content, WEIGHTS);
  weight = (name) => Array.from(tensors.get(name)?.data ?? [], Number);
});

const array = (values: readonly number[], name?: string): PredictInput => ({
  ...(name !== undefined && { name }),
  shape: [values.length, 1],
  data: Float32Array.from(values),
});
const predicted = (inputs: readonly PredictInput[]) =>
  run.service.predict({ document: both, weights: WEIGHTS, inputs });

describe('two fields, two heads', () => {
  test('each field is fed what it was given, and each head answers under its name', async () => {
    const height = [0.5, -1, 2];
    const { outputs } = await predicted([
      array(height, 'target'),
      array([0, 0, 0], 'data.features'),
    ]);
    expect(outputs.map(({ name, loss, shape }) => [name, loss, shape])).toEqual([
      ['place.prediction', 'place', [3, 1]],
      ['height.prediction', 'height', [3, 1]],
    ]);
    // Features are scaled as in training; the difference between two answers is the target's alone.
    for (const [index, layer] of ['fc1', 'fc2'].entries()) {
      const [a = 0, b = 0] = outputs[index]?.data ?? [];
      expect(a - b).toBeCloseTo(1.5 * weight(`${layer}.weight`)[1]!, 4);
    }
  });

  test.each([
    ['nothing of a field', [array([1], 'features')], 'predict.missing-field', /target/],
    ['a field it does not take', [array([1], 'image')], 'predict.unknown-field', /"image"/],
    ['a field twice', [array([1], 'target'), array([1], 'data.target')], 'predict.repeated-field'],
    ['a node that gives several', [array([1], 'data')], 'predict.several-fields'],
    ['an array without a name', [array([1])], 'predict.several-inputs', /features, target/],
    ['more of one', [array([1], 'features'), array([1, 2], 'target')], 'predict.uneven', /1.*2/],
    ['no samples', [array([], 'features'), array([], 'target')], 'predict.shape', /0x1.*Nx1/],
  ])('%s is refused', async (_what, inputs, code, said = /./) => {
    await expect(predicted(inputs)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(said) as string,
    });
  });

  test('what spoils samples in training and evaluation leaves alone what it is given, as an export does', async () => {
    const noise = { id: 'spoil', type: 'Noise', attrs: {}, position: { x: 0, y: 0 } };
    const noisy: NetworkDocument = {
      ...both,
      nodes: [...both.nodes, noise],
      wires: [
        ...both.wires.map((wire) =>
          wire.to.node === 'fc1' ? { ...wire, from: { node: 'spoil', port: 'y' } } : wire,
        ),
        { from: { node: 'join', port: 'y' }, to: { node: 'spoil', port: 'x' } },
      ],
    };
    const inputs = [array([0.5, -1], 'target'), array([1, 0], 'features')];
    const clean = await predicted(inputs);
    const spoiled = await run.service.predict({ document: noisy, weights: WEIGHTS, inputs });
    expect(spoiled.outputs.map(({ data: all }) => [...all])).toEqual(
      clean.outputs.map(({ data: all }) => [...all]),
    );
  });

  test('the place of what is missing is the port it comes from', async () => {
    await expect(predicted([array([1], 'features')])).rejects.toMatchObject({
      problems: [{ node: 'data', port: 'target' }],
    });
  });
});
