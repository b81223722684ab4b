/** Rule: training sees augmented pictures, everything else the pictures as they are; on any backend the same ones. */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { pipelineOf } from '#engine/augment/index.ts';
import { AugmentedBatches } from '#engine/training/augmentedBatch.ts';
import type { RawAttrs, Step } from '#engine/ir/attrs.ts';
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { fileStore, startRun, tensorsIn, wasm } from '../support/engineRun.ts';
import {
  augmentedBy,
  augmentedCnn,
  batchNormCnn,
  dropoutMlp,
  points,
} from '../support/smallNetworks.ts';

// By Adam a bias whose gradient is zero but for rounding would go anywhere.
const SETTINGS = { epochs: 1, objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.05 } } }] };

async function outcome(document: NetworkDocument, backend: Parameters<typeof startRun>[1]) {
  const { content, host } = fileStore();
  const run = await startRun(document, backend, { saveWeights: 'w' }, host);
  expect((await run.ended()).state).toBe('finished');
  const tensors = [...tensorsIn(content, 'w').tensors].map(
    ([name, { data }]) => [name, Array.from(data as Float32Array)] as const,
  );
  const validation = run
    .points('validation')
    .filter(({ epoch }) => Number.isInteger(epoch))
    .map(({ values }) => values);
  return { tensors, validation };
}

const reference = async () => createReferenceBackend();

function expectNear(found: Awaited<ReturnType<typeof outcome>>, wanted: typeof found): void {
  found.tensors.forEach(([name, numbers], i) => {
    const others = wanted.tensors[i]?.[1] ?? [];
    numbers.forEach((number, k) =>
      expect(Math.abs(number - (others[k] ?? NaN)), name).toBeLessThan(1e-4),
    );
  });
}

test('the reference trains on the same pictures as the fast engine', async () => {
  const document = augmentedCnn(SETTINGS);
  expectNear(await outcome(document, wasm(2)), await outcome(document, reference));
});

describe('a list of steps', () => {
  const plain = batchNormCnn(SETTINGS);

  test('that is off is none, bit for bit', async () => {
    const off = augmentedBy(plain, [{ step: 'rotate', off: true }]);
    expect(await outcome(off, wasm(1))).toEqual(await outcome(plain, wasm(1)));
  });

  test('that changes nothing trains as none does', async () => {
    const idle = augmentedBy(plain, [
      { step: 'flip', chance: 0 },
      { step: 'crop', padding: 0 },
    ]);
    expectNear(await outcome(idle, wasm(1)), await outcome(plain, wasm(1)));
  });
});

test('what is trained on changes; validation sees pictures as they are', async () => {
  const of = (training: RawAttrs) => {
    const plain = dropoutMlp({ epochs: 1, ...training });
    const shaken = augmentedBy(plain, [{ step: 'rotate' }, { step: 'noise' }]);
    return Promise.all([plain, shaken].map((document) => outcome(document, wasm(1))));
  };
  const [before, still] = await of({
    objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0 } } }],
  });
  expect(still?.validation.length).toBeGreaterThan(0);
  expect(still).toEqual(before);
  const [plain, shaken] = await of({});
  expect(shaken?.tensors).not.toEqual(plain?.tensors);
});

describe('mixed pictures and labels', () => {
  const MIXED: readonly Step[] = [
    { step: 'crop', padding: 1 },
    { step: 'mixup', alpha: 1 },
    { step: 'cutmix', chance: 0.5 },
  ];
  const mixedCnn = (training: RawAttrs = {}) =>
    augmentedBy(batchNormCnn({ ...SETTINGS, ...training }), MIXED);

  test.each([{}, { classWeights: 'balanced' }])(
    'train as on the reference, with %j',
    async (training) => {
      const document = mixedCnn(training);
      expectNear(await outcome(document, wasm(2)), await outcome(document, reference));
    },
  );

  test('are the same with any number of threads', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((threads) => outcome(mixedCnn(), wasm(threads))),
    );
    if (one && two) expectNear(one, two);
  });

  test('that never happen train as labels do', async () => {
    const never = augmentedBy(batchNormCnn(SETTINGS), [{ step: 'mixup', chance: 0 }]);
    expectNear(await outcome(never, wasm(1)), await outcome(batchNormCnn(SETTINGS), wasm(1)));
  });

  test('are refused where something takes the label as it is', () => {
    const document = points('moons', 'bce');
    const { problems } = analyse(augmentedBy(document, [{ step: 'mixup' }]));
    expect(problems.map(({ code }) => code)).toContain('data.unmixed-labels');
    const { problems: none } = analyse(mixedCnn());
    expect(none.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

// What is drawn belongs to seed, epoch and row, wherever and however often the row comes.
test('a row that is drawn twice for a batch is the same picture twice, another one in the next epoch', () => {
  const image = { name: 'image', role: 'input', dtype: 'f32', shape: [1, 2, 2] } as const;
  const columns = [{ field: image, stored: new Uint8Array(12).fill(128) }];
  const rows = Int32Array.of(1, 2, 1);
  const batches = new AugmentedBatches({
    ...{ columns, trainRows: rows, weights: null, seed: 5 },
    pipeline: pipelineOf([{ step: 'noise' }]),
  });
  const of = (epoch: number): readonly (readonly number[])[] => {
    const values = Array.from(batches.make(epoch, rows)[0]?.values ?? []);
    return [0, 1, 2].map((place) => values.slice(place * 4, place * 4 + 4));
  };
  const [first, other, again] = of(0);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(of(1)[0]).not.toEqual(first);
});

describe('a batch of mixtures', () => {
  const labels = Int32Array.of(0, 1, 2, 1);
  const columns = [
    {
      field: { name: 'image', role: 'input', dtype: 'f32', shape: [1, 2, 2] },
      stored: Uint8Array.from({ length: 16 }, (_, i) => i * 16),
    },
    {
      field: { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 3 },
      stored: labels,
    },
  ] as const;
  const rows = Int32Array.of(0, 1, 2, 3);
  const pipeline = pipelineOf([{ step: 'mixup', alpha: 1 }]);
  const batchOf = (weights: Float32Array | null) => {
    const source = { columns, trainRows: rows, weights, pipeline, seed: 5 };
    const inputs = new AugmentedBatches(source).make(0, rows);
    return new Map(inputs.map(({ name, values }) => [name, Array.from(values)]));
  };

  test('has the probability of each class', () => {
    const shares = batchOf(null).get('label') ?? [];
    for (const row of rows) {
      const own = shares.slice(row * 3, row * 3 + 3);
      expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    }
    expect(shares.some((share) => share > 0 && share < 1)).toBe(true);
  });

  // F.cross_entropy(x, shares, weight=weights): each class's term times its weight.
  test('weighs classes as PyTorch does for probabilities', () => {
    const ofClass = [0.5, 2, 1.25];
    const weights = Float32Array.from(labels, (label) => ofClass[label] ?? 0);
    const plain = batchOf(null).get('label') ?? [];
    const weighed = batchOf(weights);
    const [sums = [], parts = []] = ['$weight', 'label'].map((name) => weighed.get(name));
    parts.forEach((part, i) =>
      expect(part * (sums[Math.floor(i / 3)] ?? NaN)).toBeCloseTo(
        (plain[i] ?? NaN) * (ofClass[i % 3] ?? NaN),
        6,
      ),
    );
  });
});

test('data without pictures is refused, and says what to do', () => {
  const { problems } = analyse(augmentedBy(points('moons', 'crossEntropy'), [{ step: 'flip' }]));
  expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { code: 'data.no-pictures', node: 'data', path: 'attrs.augment' },
  ]);
});
