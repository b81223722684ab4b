/**
 * Rules of heads: of a network with several losses each is judged on its own, with the final weights, over
 * all samples of a split whatever the batches; by its wires, and not by what is called label or target.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { mainHead } from '#engine/check/heads.ts';
import { monitorKeys } from '#engine/check/monitor.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import type { MetricValues } from '#engine/protocol/run.ts';
import { prepare } from '#engine/training/prepare.ts';
import { type EngineRun, fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { data, features, LABEL, network, target, type NodeText } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';
import { preparedData } from '#test/support/preparedData.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

const WEIGHTS = '/weights.safetensors';
const fields = [features(2), { ...LABEL, classes: 2 }];

/** Tells moons apart and rebuilds their coordinates, from the same hidden units; 150 of 1,500 to test with. */
const twoHeads: NetworkDocument = fed(
  network(
    [
      data(fields),
      ['fc1', 'Linear', { outFeatures: 6 }],
      ['tanh', 'Tanh'],
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['moon', 'CrossEntropyLoss'],
      ['fc3', 'Linear', { outFeatures: 2 }],
      ['flat', 'Flatten'],
      ['rebuilt', 'MSELoss'],
    ] satisfies NodeText[],
    [
      ...['data.features > fc1.x', 'fc1.y > tanh.x', 'tanh.y > fc2.x', 'fc2.y > moon.prediction'],
      ...['data.label > moon.target', 'tanh.y > fc3.x', 'fc3.y > rebuilt.prediction'],
      ...['data.features > flat.x', 'flat.y > rebuilt.target'],
    ],
    {
      batchSize: 16,
      epochs: 2,
      objectives: [
        { lossWeights: { rebuilt: 0.5 }, optimizer: { type: 'Adam', attrs: { lr: 0.01 } } },
      ],
    },
  ),
  'moons',
  { count: 1500, noise: 0.2 },
);

/** The same classes twice, one of them with far fewer units. */
const twoOfClasses: NetworkDocument = fed(
  network(
    [
      data(fields),
      ['fc1', 'Linear', { outFeatures: 2 }],
      ['narrow', 'CrossEntropyLoss'],
      ['fc2', 'Linear', { outFeatures: 16 }],
      ['tanh', 'Tanh'],
      ['fc3', 'Linear', { outFeatures: 2 }],
      ['wide', 'CrossEntropyLoss'],
    ] satisfies NodeText[],
    [
      ...['data.features > fc1.x', 'fc1.y > narrow.prediction', 'data.label > narrow.target'],
      ...['data.features > fc2.x', 'fc2.y > tanh.x', 'tanh.y > fc3.x', 'fc3.y > wide.prediction'],
      'data.label > wide.target',
    ],
    { epochs: 1 },
  ),
  'moons',
  { count: 200 },
);

interface Judged {
  readonly run: EngineRun;
  readonly test: MetricValues;
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly rebuilt: readonly (readonly number[])[];
  /** As the network sees them. */
  readonly wanted: readonly (readonly number[])[];
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}
let judged: Judged;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

beforeAll(async () => {
  const store = fileStore();
  const reference = () => Promise.resolve(createReferenceBackend());
  const request = { saveWeights: WEIGHTS, telemetryHz: 10 };
  const run = await startRun(twoHeads, reference, request, store.host);
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  const platform = createNodePlatform({ log: () => undefined });
  const { table, splits, binding } = await prepare(twoHeads, platform);
  const { shift = [], scale = [] } = binding.get('features')?.normalisation ?? {};
  const stored = (name: string) => table.columns.find(({ field }) => field.name === name)?.stored;
  const wanted = [...splits.test].map((row) =>
    [0, 1].map((i) => ((stored('features')?.[2 * row + i] ?? 0) - shift[i]!) * scale[i]!),
  );
  const { tensors } = tensorsIn(store.content, WEIGHTS);
  const linear = (name: string, x: readonly number[]): number[] => {
    const weight = tensors.get(`${name}.weight`)?.data ?? [];
    return Array.from(tensors.get(`${name}.bias`)?.data ?? [], (bias, o) =>
      x.reduce((sum, value, i) => sum + value * Number(weight[o * x.length + i]), Number(bias)),
    );
  };
  const hidden = wanted.map((x) => linear('fc1', x).map(Math.tanh));
  judged = {
    run,
    test: run.points('test').at(-1)?.values ?? {},
    logits: hidden.map((x) => linear('fc2', x)),
    labels: [...splits.test].map((row) => stored('label')?.[row] ?? 0),
    rebuilt: hidden.map((x) => linear('fc3', x)),
    wanted,
    ...{ scale, shift },
  };
});

describe('two heads, in float64, the last batch a partial one', () => {
  test('each is judged by what applies to it, named after its loss', () => {
    expect(Object.keys(judged.test).toSorted()).toEqual(
      [
        ...['loss', 'moon.loss', 'moon.accuracy', 'moon.f1', 'moon.precision', 'moon.recall'],
        ...['moon.specificity', 'moon.balancedAccuracy', 'moon.matthews', 'moon.prAuc'],
        ...['moon.cohenKappa', 'moon.iou'],
        ...[
          'moon.calibrationError',
          'moon.rocAuc',
          'rebuilt.loss',
          'rebuilt.mae',
          'rebuilt.maeOriginal',
          'rebuilt.mape',
        ],
        ...['rebuilt.r2', 'rebuilt.rmse', 'rebuilt.rmseOriginal'],
      ].toSorted(),
    );
  });

  test('classes', () => {
    const { logits, labels, test: found } = judged;
    const losses = logits.map(
      (x, i) => Math.log(Math.exp(x[0]!) + Math.exp(x[1]!)) - x[labels[i]!]!,
    );
    expect(found['moon.loss']).toBeCloseTo(mean(losses), 6);
    const right = logits.map((x, i) => Number((x[1]! > x[0]! ? 1 : 0) === labels[i]));
    expect(found['moon.accuracy']).toBeCloseTo(mean(right), 12);
    const f1 = [0, 1].map((c) => {
      const taken = logits.map((x) => (x[1]! > x[0]! ? 1 : 0) === c);
      const hits = taken.filter((yes, i) => yes && labels[i] === c).length;
      return (2 * hits) / (taken.filter(Boolean).length + labels.filter((l) => l === c).length);
    });
    expect(found['moon.f1']).toBeCloseTo(mean(f1), 12);
    const score = logits.map((x) => x[1]! - x[0]!);
    const pairs = score.flatMap((a, i) =>
      score.flatMap((b, j) =>
        labels[i] === 1 && labels[j] === 0 ? [a > b ? 1 : a === b ? 0.5 : 0] : [],
      ),
    );
    // Scores are counted in bins.
    expect(Math.abs(found['moon.rocAuc']! - mean(pairs))).toBeLessThan(1e-3);
  });

  test('numbers, also in the units of the data', () => {
    const { rebuilt, wanted, scale, shift, test: found } = judged;
    const errors = rebuilt.map((x, i) => x.map((value, k) => value - wanted[i]![k]!));
    const root = (rows: readonly (readonly number[])[]) =>
      Math.sqrt(mean(rows.flat().map((value) => value ** 2)));
    const own = errors.map((row) => row.map((value, k) => value / scale[k]!));
    expect(found['rebuilt.loss']).toBeCloseTo(root(errors) ** 2, 6);
    expect(found['rebuilt.rmse']).toBeCloseTo(root(errors), 6);
    expect(found['rebuilt.rmseOriginal']).toBeCloseTo(root(own), 6);
    expect(found['rebuilt.mae']).toBeCloseTo(mean(errors.flat().map(Math.abs)), 6);
    expect(found['rebuilt.maeOriginal']).toBeCloseTo(mean(own.flat().map(Math.abs)), 6);
    const relative = own.map((row, i) =>
      row.map((value, k) => Math.abs(value / (wanted[i]![k]! / scale[k]! + shift[k]!))),
    );
    // Targets next to zero count for most, and are shifted in float32.
    expect(found['rebuilt.mape']! / mean(relative.flat())).toBeCloseTo(1, 4);
    const middle = mean(wanted.flat());
    const spread = mean(wanted.flat().map((value) => (value - middle) ** 2));
    expect(found['rebuilt.r2']).toBeCloseTo(1 - root(errors) ** 2 / spread, 6);
  });

  test('the loss is their weighted sum, in evaluation and on the training curve', () => {
    for (const split of ['test', 'validation', 'train'] as const) {
      const { values = {} } = judged.run.points(split).at(-1) ?? {};
      const sum = values['moon.loss']! + 0.5 * values['rebuilt.loss']!;
      expect(values['loss']).toBeCloseTo(sum, 10);
    }
    expect(judged.run.points('train').at(-1)?.values['moon.accuracy']).toBeGreaterThan(0.5);
  });

  test('confusion is of the head that judges classes', () => {
    const { frame } = judged.run.told.confusion.at(-1) ?? {};
    expect(frame).toMatchObject({ loss: 'moon', split: 'test', classNames: ['0', '1'] });
    const [a = 0, , , d = 0] = frame?.counts ?? [];
    expect((a + d) / 150).toBeCloseTo(judged.test['moon.accuracy']!, 12);
  });
});

test('errors in the units of the data undo what a table divides its target by', async () => {
  const prices = network(
    [data([features(1), target(1)]), ['fc1', 'Linear', { outFeatures: 1 }], ['loss', 'MSELoss']],
    ['data.features > fc1.x', 'fc1.y > loss.prediction', 'data.target > loss.target'],
    { batchSize: 16, epochs: 1 },
  );
  const rows = Array.from({ length: 200 }, (_, i) => `${i % 17},${250_000 + 9_000 * (i % 23)}`);
  const files = tableFiles({ 't.csv': ['rooms,price', ...rows].join('\n') });
  const judge = async (targetScale: number): Promise<MetricValues> => {
    const table = { target: 'price', targetKind: 'regression', targetScale };
    const { content, host } = fileStore();
    const { bytes, data } = await preparedData('t.data', 'csv:t.csv', table, files);
    content.set('t.data', bytes);
    const run = await startRun(fed(prices, 'csv:t.csv', table), wasm(1), { data }, host);
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    return run.points('test').at(-1)?.values ?? {};
  };
  const scaled = await judge(100_000);
  expect(scaled['maeOriginal']! / scaled['mae']!).toBeCloseTo(100_000, 6);
  expect(scaled['rmseOriginal']! / scaled['rmse']!).toBeCloseTo(100_000, 6);
  expect(scaled['mape']).toBeLessThan(2);
  // What was not scaled has no other units.
  expect(Object.keys(await judge(1)).toSorted()).toEqual(
    Object.keys(scaled)
      .filter((name) => !name.endsWith('Original'))
      .toSorted(),
  );
});

describe('what is shown of two heads', () => {
  test('samples: that which judges classes first, the other beside it, of the same rows', () => {
    const { frame } = judged.run.told.samples.at(-1) ?? {};
    expect(frame).toMatchObject({ kind: 'classification', loss: 'moon' });
    const [other, ...more] = frame?.others ?? [];
    expect(more).toEqual([]);
    if (frame?.kind !== 'classification' || other?.kind !== 'regression') throw new Error('kinds');
    expect(other).toMatchObject({ loss: 'rebuilt', inputCount: 2, step: frame.step });
    // A curve wants more points than there is room for rows.
    expect([frame.samples.length, other.predictions.length]).toEqual([24, 2 * 256]);
    expect([...(frame.samples[0]?.features ?? [])]).toEqual([...other.inputs.subarray(0, 2)]);
  });

  test('a boundary for each that tells classes from two numbers', async () => {
    const { frame } = judged.run.told.boundary.at(-1) ?? {};
    expect(frame).toMatchObject({ loss: 'moon', classes: 2 });
    expect(frame).not.toHaveProperty('others');
    const run = await startRun(twoOfClasses, wasm(1), { telemetryHz: 10 });
    await run.ended();
    const both = run.told.boundary.at(-1)?.frame;
    expect(both).toMatchObject({ loss: 'narrow', others: [{ loss: 'wide', step: both?.step }] });
    // Two networks of their own: they draw different lines.
    expect(both?.others?.[0]?.winner).not.toEqual(both?.winner);
    expect(run.told.confusion.at(-1)?.frame).toMatchObject({
      loss: 'narrow',
      others: [{ loss: 'wide' }],
    });
    expect(run.told.samples.at(-1)?.frame).toMatchObject({
      kind: 'classification',
      loss: 'narrow',
      others: [{ kind: 'classification', loss: 'wide' }],
    });
  });
});

test('the threads of the CPU engine judge as float64 does', async () => {
  const run = await startRun(twoHeads, wasm(2));
  await run.ended();
  const found = run.points('test').at(-1)?.values ?? {};
  for (const [key, value] of Object.entries(judged.test)) {
    expect(Math.abs(found[key]! - value), key).toBeLessThan(5e-3);
  }
});

describe('heads of a document', () => {
  test('are told by wires: the first label is not everyone’s', () => {
    const two = [features(2), { ...LABEL, name: 'a' }, { ...LABEL, name: 'b', classes: 3 }];
    const document = network(
      [
        data(two),
        ['fc1', 'Linear', { outFeatures: 3 }],
        ['drop', 'Dropout'],
        ['loss', 'CrossEntropyLoss'],
      ],
      [
        'data.features > fc1.x',
        'fc1.y > drop.x',
        'drop.y > loss.prediction',
        'data.b > loss.target',
      ],
    );
    const bypassed = document.nodes.map((node) =>
      node.id === 'drop' ? { ...node, bypassed: true } : node,
    );
    const [head] = analyse({ ...document, nodes: bypassed }).heads;
    expect(head).toMatchObject({
      loss: 'loss',
      weight: 1,
      prediction: { node: 'fc1', port: 'y' },
      targetField: { node: 'data', field: { name: 'b' } },
      inputFields: [{ node: 'data', field: { name: 'features' } }],
      classifies: true,
    });
  });

  test('a target that is no data leaves nothing to judge but the loss', () => {
    const document = network(
      [
        data([features(2)]),
        ['fc1', 'Linear', { outFeatures: 1 }],
        ['real', 'FullLike'],
        ['loss', 'BCEWithLogitsLoss'],
      ],
      [
        ...['data.features > fc1.x', 'fc1.y > real.x', 'fc1.y > loss.prediction'],
        'real.y > loss.target',
      ],
    );
    const { heads } = analyse(document);
    expect(heads).toMatchObject([{ targetField: null, targetVaries: false, classifies: false }]);
    expect(monitorKeys(heads)).toEqual(['loss']);
  });

  test('a target that is computed of data is judged as the network sees it', async () => {
    const document = fed(
      network(
        [
          data([features(2), { ...LABEL, classes: 2 }]),
          ['fc1', 'Linear', { outFeatures: 2 }],
          ['squash', 'Tanh'],
          ['loss', 'MSELoss'],
        ],
        [
          ...['data.features > fc1.x', 'fc1.y > loss.prediction', 'data.features > squash.x'],
          'squash.y > loss.target',
        ],
        { epochs: 1 },
      ),
      'moons',
      { count: 200 },
    );
    const { heads } = analyse(document);
    expect(heads).toMatchObject([{ targetField: null, targetVaries: true }]);
    expect(monitorKeys(heads)).toEqual(['loss', 'rmse', 'mae', 'r2']);
    const run = await startRun(document, () => Promise.resolve(createReferenceBackend()));
    await run.ended();
    const { values = {} } = run.points('test').at(-1) ?? {};
    expect(Object.keys(values).toSorted()).toEqual(['loss', 'mae', 'r2', 'rmse']);
    expect(values['rmse']).toBeCloseTo(Math.sqrt(values['loss']!), 10);
  });

  test('a loss without a target is told of, and nothing else is judged by it', async () => {
    const document = fed(
      network(
        [
          data([features(2), { ...LABEL, classes: 2 }]),
          ['mu', 'Linear', { outFeatures: 2 }],
          ['logvar', 'Linear', { outFeatures: 2 }],
          ['kl', 'GaussianKL', { beta: 0.5 }],
          ['z', 'Reparameterise'],
          ['rebuilt', 'MSELoss'],
        ],
        [
          ...['data.features > mu.x', 'data.features > logvar.x', 'mu.y > kl.mu'],
          ...['logvar.y > kl.logvar', 'mu.y > z.mu', 'logvar.y > z.logvar'],
          ...['z.z > rebuilt.prediction', 'data.features > rebuilt.target'],
        ],
        { epochs: 1 },
      ),
      'moons',
      { count: 200 },
    );
    const analysis = analyse(document);
    expect(analysis.problems).toEqual([]);
    const penalty = analysis.heads.find(({ loss }) => loss === 'kl');
    expect(penalty).toMatchObject({ compares: null, prediction: null, target: null });
    expect(mainHead(analysis)?.loss).toBe('rebuilt');
    expect(monitorKeys(analysis.heads)).toEqual(
      expect.arrayContaining(['loss', 'kl.loss', 'rebuilt.loss', 'rebuilt.rmse']),
    );
    const run = await startRun(document, wasm(1), { telemetryHz: 10 });
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    for (const split of ['train', 'test'] as const) {
      const { values = {} } = run.points(split).at(-1) ?? {};
      expect(values['kl.loss']).toBeGreaterThan(0);
      expect(values['loss']).toBeCloseTo(values['kl.loss']! + values['rebuilt.loss']!, 5);
      expect(Object.keys(values).filter((key) => key.startsWith('kl.'))).toEqual(['kl.loss']);
    }
    expect(run.told.samples.at(-1)?.frame).toMatchObject({ kind: 'regression', loss: 'rebuilt' });
    expect(run.told.samples.at(-1)?.frame).not.toHaveProperty('others');
  });

  test('what is not wired yet is open', () => {
    const [head] = analyse(network([['loss', 'MSELoss']])).heads;
    expect(head).toMatchObject({
      prediction: null,
      target: null,
      targetField: null,
      inputFields: [],
    });
  });
});
