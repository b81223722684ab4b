/** Rule: training sees augmented pictures, everything else the pictures as they are; on any backend the same ones. */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
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

test('data without pictures is refused, and says what to do', () => {
  const { problems } = analyse(augmentedBy(points('moons', 'crossEntropy'), [{ step: 'flip' }]));
  expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
    { code: 'data.no-pictures', node: 'data', path: 'attrs.augment' },
  ]);
});
