/** Rule: an ablation says what each layer was worth, by the metric's direction, and no more than seeds show. */
import { expect, test } from 'vitest';
import { ablation, ablationResult, type SweepPlan, type SweepTrial } from '#engine/search/index.ts';

const plan = (better: 'higher' | 'lower', nodes: readonly string[], seeds = 1): SweepPlan => ({
  name: 'ablation',
  space: [ablation(nodes)],
  ...{ strategy: 'grid', stopping: null, trials: 10, minutes: null, seeds, seed: 1 },
  monitor: { key: better === 'higher' ? 'accuracy' : 'loss', better },
});

function trials(told: Readonly<Record<string, readonly number[]>>): readonly SweepTrial[] {
  return Object.entries(told).flatMap(([node, values], setting) =>
    values.map((value, seed): SweepTrial => ({
      ...{ number: 10 * setting + seed, setting, seed, values: { bypassed: node } },
      ...{ state: 'finished', run: `${node} ${seed}`, reports: [{ epoch: 1, value }] },
    })),
  );
}

test('of an accuracy a layer is worth what is lost without it, most first', () => {
  const result = ablationResult(
    plan('higher', ['bn1', 'relu1']),
    trials({ none: [0.94], bn1: [0.945], relu1: [0.88] }),
  );
  expect(result?.layers.map(({ node, words }) => [node, words])).toEqual([
    ['relu1', '+6.0 points'],
    ['bn1', '−0.5 points'],
  ]);
  expect(result?.layers[0]?.text).toBe(
    'relu1 is worth 6.0 points of Accuracy: 94.00% with it, 88.00% without.',
  );
  expect(result?.text).toBe(
    'relu1 is worth most: without it Accuracy is worse by 6.0 points. Without bn1 it is better by 0.5 points. One run each: how much of it is chance only seeds can tell.',
  );
});

test('of a loss lower is better', () => {
  const told = trials({ none: [0.2], fc2: [0.5], relu1: [0.2] });
  const layers = ablationResult(plan('lower', ['fc2', 'relu1']), told)?.layers ?? [];
  expect(layers.map(({ node, worth }) => [node, worth])).toEqual([
    ['fc2', 0.3],
    ['relu1', 0],
  ]);
  expect(layers[1]?.text).toMatch(/^relu1 makes no difference to Loss/);
});

test('with seeds it is said whether a worth is more than they make', () => {
  const told = trials({
    none: [0.94, 0.941, 0.942, 0.943, 0.944],
    fc2: [0.8, 0.81, 0.82, 0.83, 0.84],
    bn1: [0.939, 0.941, 0.9425, 0.943, 0.945],
  });
  const layers = ablationResult(plan('higher', ['fc2', 'bn1'], 5), told)?.layers ?? [];
  expect(layers.map(({ node, verdict }) => [node, verdict])).toEqual([
    ['fc2', 'higher'],
    ['bn1', 'none'],
  ]);
  expect(layers[0]?.text).toMatch(/; more than seeds make\.$/);
  expect(layers[1]?.text).toMatch(/; no more than seeds make\.$/);
});

test('while it trains nothing is said that is not known; another sweep is none', () => {
  const running = ablationResult(plan('higher', ['bn1']), trials({ bn1: [0.9] }));
  expect(running?.layers).toMatchObject([{ node: 'bn1', worth: null, verdict: null }]);
  expect(running?.text).toMatch(/^Nothing can be said/);
  const widths = { ...plan('higher', []), space: [] };
  expect(ablationResult(widths, [])).toBeNull();
});
