/**
 * Rules of signs of trouble: samples made from random numbers that have become alike, and a judge that is never
 * wrong. Neither is said of a run that has only begun, nor of one that is only slow, and each comes with a fix of the
 * objective that is the cause.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import type { SamplesSeen } from '#engine/training/signs/define.ts';
import { signs, signsIn } from '#engine/training/signs/index.ts';
import { spreadOf } from '#engine/training/spread.ts';
import { example } from '#test/support/cli.ts';

function gan() {
  const restored = restoreDocumentText(readFileSync(example('digits-gan'), 'utf8'));
  if (!restored.ok) throw new Error('the example is broken');
  return { document: restored.document, analysis: analyse(restored.document) };
}
const asked = gan();
const found = (seen: Partial<SamplesSeen>, epoch = 3) =>
  signsIn({ ...asked, epoch, seen: { made: null, answers: new Map(), ...seen } });
const made = (spread: number, mostSpread = spread) =>
  found({ made: { node: 'fake', spread, mostSpread, dataSpread: 60 } });
const answers = (real: number, fake: number) => ({
  answers: new Map([
    ['loss_real', { answer: real, wanted: 0.9 }],
    ['loss_fake', { answer: fake, wanted: 0 }],
    ['loss_fool', { answer: fake, wanted: 1 }],
  ]),
});

test('every sign is known by its id', () => {
  expect([...signs.keys()].toSorted()).toEqual(['alikeSamples', 'certainAnswers']);
});

test('the spread is that of the places, whatever their means', () => {
  expect(
    spreadOf([
      [1, 10],
      [3, 10],
      [1, 14],
      [3, 14],
    ]),
  ).toBeCloseTo(Math.sqrt((1 + 4) / 2), 12);
  expect(
    spreadOf([
      [5, 7],
      [5, 7],
    ]),
  ).toBe(0);
  expect(spreadOf([])).toBeNaN();
});

test('samples that were different and are alike now are a sign, with slower steps of who makes them', () => {
  const [problem, ...others] = made(12, 40);
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    ...{ code: 'training.alike-samples', severity: 'warning', node: 'fake' },
    message: expect.stringMatching(/^What Generator makes is nearly the same .* 20 %/) as unknown,
    fixes: [{ label: 'Set learning rate of Generator to 0.0001' }],
  });
  expect(made(4, 40)).toMatchObject([{ severity: 'error' }]);
});

test('a generator that has only begun to be different is none, unless it makes one thing alone', () => {
  expect(made(12)).toEqual([]);
  expect(made(40, 45)).toEqual([]);
  expect(made(4)).toMatchObject([{ code: 'training.alike-samples' }]);
  const seen = { made: { node: 'fake', spread: 4, mostSpread: 4, dataSpread: 60 } };
  expect(found(seen, 0.5)).toEqual([]);
});

test('a judge whose answers are where it wants them is a sign, with slower steps of it', () => {
  expect(found(answers(0.895, 0.003))).toMatchObject([
    {
      ...{ code: 'training.certain-answers', node: 'loss_real' },
      message: 'Discriminator is hardly ever wrong: its answers are 0.90 and 0.00 on average.',
      fixes: [{ label: 'Set learning rate of Discriminator to 0.0001' }],
    },
  ]);
  expect(found(answers(0.895, 0.003), 1)).toEqual([]);
  expect(found(answers(0.82, 0.003))).toEqual([]);
  expect(found(answers(0.895, 0.1))).toEqual([]);
  // Who wants to be taken for real, and is, is no judge.
  expect(found(answers(0.5, 1))).toEqual([]);
});
