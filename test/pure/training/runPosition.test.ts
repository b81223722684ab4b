/** Rules of where a run stood: what a checkpoint says is read whole or refused, also one of earlier versions. */
import { expect, test } from 'vitest';
import { parsePosition, type RunPosition } from '#engine/training/runPosition.ts';

const POSITION: RunPosition = {
  step: 120,
  epoch: 3,
  elapsedMs: 4200.5,
  seed: 42,
  best: null,
  epochsSinceBest: 1,
  schedules: [{ best: 0.25, epochsSinceBest: 2, cooldown: 0, cuts: 1 }],
  pending: { samples: 64, sums: { loss: 12.5, 'loss:other': 3 } },
  midUpdate: true,
};

test('a position comes back as it was written', () => {
  expect(parsePosition(JSON.stringify(POSITION))).toEqual(POSITION);
});

test('a sum that was no number stays none', () => {
  const pending = { samples: 64, sums: { loss: NaN } };
  expect(parsePosition(JSON.stringify({ ...POSITION, pending }))?.pending).toEqual(pending);
});

test('earlier versions summed the loss and the right answers of one head', () => {
  const pending = { samples: 64, loss: 12.5, correct: 50 };
  expect(parsePosition(JSON.stringify({ ...POSITION, pending }))?.pending).toEqual({
    samples: 64,
    sums: { loss: 12.5, accuracy: 50 },
  });
});

test.each([
  ['no JSON', ''],
  ['no object', '[]'],
  ['a step that is no number', JSON.stringify({ ...POSITION, step: '120' })],
  ['no sums', JSON.stringify({ ...POSITION, pending: {} })],
  ['schedules of something else', JSON.stringify({ ...POSITION, schedules: [{}] })],
])('refused: %s', (_what, text) => {
  expect(parsePosition(text)).toBeNull();
});
