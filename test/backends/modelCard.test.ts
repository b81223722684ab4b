/** Rule: a model card says what is known of a model, and nothing that is not. */
import { expect, it } from 'vitest';
import { modelCard, type ModelCardRequest } from '#engine/export/modelCard.ts';
import type { ExportReport } from '#engine/protocol/index.ts';
import { pointsDocument } from '../support/documents.ts';
import { runSummary } from '../support/runFixtures.ts';

const report: ExportReport = {
  ...{
    format: 'onnx',
    sizeBytes: 2_500,
    weightBytes: 1_400,
    fullWeightBytes: 1_400,
    trained: true,
    notes: [],
    files: [],
  },
  inputs: [{ name: 'features', dtype: 'f32', shape: [null, 2] }],
  outputs: [{ name: 'logits', dtype: 'f32', shape: [null, 2] }],
  operators: [{ name: 'Gemm', count: 2 }],
  leftOut: ['loss'],
  idleOptions: [],
  picture: null,
  verification: null,
};
const card = (change: Partial<ModelCardRequest> = {}): string =>
  modelCard({
    ...{ fileName: 'm.onnx', document: pointsDocument('moons', 2), report },
    ...{
      run: { ...runSummary('a', 'finished', 60), dataFingerprint: 'abc' },
      weights: { which: 'best', step: 7 },
    },
    ...change,
  });

it('says what it is, what it was trained on, what it takes and answers, and its limits', () => {
  const text = card();
  expect(text).toMatch(/^# moons\n\n`m\.onnx`: a neural network of 2 Linear, ReLU/);
  expect(text).toContain('- Data: `moons`, fingerprint `abc`');
  expect(text).toContain('These weights: best, of step 7');
  expect(text).toContain('| `features` | N x 2 | f32 |');
  expect(text).toContain('| `logits` | N x 2 | f32 | raw scores');
  expect(text).toContain('Not in the file, being of use in training alone: loss.');
  expect(text).not.toContain('## Compared');
});

it('says of initial weights that nothing was trained, and of a file that differs where', () => {
  const initial = card({ report: { ...report, trained: false }, run: null, weights: null });
  expect(initial).toContain('It was never trained');
  expect(initial).not.toContain('Optimiser');
  const verification = {
    ...{ runtime: 'ONNX Runtime 1', samples: 4, from: 'random' as const, note: 'gone' },
    ...{ precision: 'float32' as const, losses: [] },
    outputs: [
      { name: 'logits', largest: 1, mean: 1, relative: 1, range: [0, 1] as const, decades: [] },
    ],
    ...{ classes: [], batches: [4], elapsedMs: { here: 1, there: 1 } },
    ...{ limit: 1e-4, isSame: false, firstDifferent: 'fc2' },
  };
  expect(card({ report: { ...report, verification } })).toContain(
    "The answers differ by more than 1e−4 of an output's largest number, first at fc2.",
  );
});
