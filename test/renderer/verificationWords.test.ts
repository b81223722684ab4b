/** Rule: the dialog says of a proof what was compared with what, and where the answers differ. */
import { expect, it } from 'vitest';
import type { Verification } from '#engine/protocol/index.ts';
import {
  checksOf,
  differenceBars,
  provenSentence,
  verdictOf,
} from '#renderer/export/verificationWords.ts';

const proof: Verification = {
  ...{ runtime: 'ONNX Runtime 1.30.0', samples: 45, from: 'validation', note: null },
  ...{ precision: 'float32', losses: [] },
  outputs: [
    {
      ...{ name: 'logits', largest: 3e-6, mean: 1e-7, relative: 3e-7, range: [-9, 9] as const },
      decades: [4, 0, 6, 20, 10, 0, 0, 0, 0, 0, 0],
    },
  ],
  classes: [{ output: 'logits', same: 44, accuracy: { here: 0.9, there: 0.8 } }],
  ...{ batches: [1, 7, 45], elapsedMs: { here: 1, there: 2 } },
  ...{ limit: 1e-4, isSame: true, firstDifferent: null },
};

it('says what the file was run with and on what; of random samples why', () => {
  expect(provenSentence(proof)).toBe(
    'The file was run with ONNX Runtime 1.30.0 on 45 validation samples and compared with Netloom.',
  );
  const random = provenSentence({ ...proof, from: 'random', note: 'It is gone.' });
  expect(random).toContain('45 random samples');
  expect(random).toContain('The data cannot be read: It is gone.');
});

it('names the first node that differs', () => {
  expect(verdictOf(proof)).toBe('same answers');
  expect(verdictOf({ ...proof, isSame: false, firstDifferent: 'fc2' })).toBe(
    'other answers, first at fc2',
  );
});

it('says of less precision what it costs, and marks what is too much', () => {
  const loss = { output: 'logits', measure: 'accuracy', loss: 0.002, limit: 0.01 } as const;
  const reduced: Verification = { ...proof, precision: 'int8', losses: [loss] };
  expect(verdictOf(reduced)).toBe('as good with int8');
  expect(checksOf(reduced).at(-1)).toEqual({
    label: 'logits',
    value: 'accuracy falls by 0.20%',
    isGood: true,
  });
  const worse: Verification = {
    ...{ ...reduced, losses: [{ ...loss, loss: 0.02 }], isSame: false, firstDifferent: 'fc1' },
  };
  expect(verdictOf(worse)).toBe('worse with int8, first at fc1');
  expect(checksOf(worse).at(-1)).toMatchObject({ isGood: false });
});

it('marks a class that is another one there', () => {
  expect(checksOf(proof)).toEqual([
    { label: 'Same class', value: '44 of 45, 90.0% right here, 80.0% there', isGood: false },
    { label: 'Batch sizes 1, 7, 45', value: 'same shapes', isGood: true },
  ]);
});

it('draws differences by powers of ten, without empty ends', () => {
  const bars = differenceBars(proof);
  expect(bars.map(({ end, count }) => [end, count])).toEqual([
    ['1e−9', 4],
    ['1e−8', 0],
    ['1e−7', 6],
    ['1e−6', 20],
    ['1e−5', 10],
    ['1e−4', 0],
  ]);
  expect(bars[3]?.height).toBe(1);
});
