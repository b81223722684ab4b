/** Rule: a mark at a card claims no more than the seeds show, and is as long as its worth is of the largest. */
import { expect, test } from 'vitest';
import type { AblationResult, LayerWorth } from '#engine/search/index.ts';
import { worthShare, worthTone } from '#renderer/state/worth.ts';

const layer = (worth: number | null, verdict: LayerWorth['verdict']): LayerWorth => ({
  ...{ node: 'fc1', value: 0.5, worth, verdict, words: '', text: '' },
});

test.each([
  [0.2, 'higher', 'helps'],
  [-0.2, 'lower', 'harms'],
  [0.2, 'too few', 'helps'],
  [-0.2, 'none', 'chance'],
  [0, 'too few', 'chance'],
  [null, null, 'chance'],
] as const)('worth %j, told as %j: %s', (worth, verdict, tone) => {
  expect(worthTone(layer(worth, verdict))).toBe(tone);
});

test('shares are of the largest, whatever its sign; of nothing they are nothing', () => {
  const result = (...worths: readonly (number | null)[]): AblationResult => ({
    ...{ base: 1, text: '', layers: worths.map((worth) => layer(worth, 'too few')) },
  });
  const shares = (of: AblationResult): readonly number[] =>
    of.layers.map((each) => worthShare(of, each));
  expect(shares(result(0.1, -0.4, null))).toEqual([0.25, 1, 0]);
  expect(shares(result(0, null))).toEqual([0, 0]);
});
