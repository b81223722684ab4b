/** Rules: of labels those are shown that a sample has or is told to have; of several numbers each has a plot. */
import { describe, expect, it } from 'vitest';
import { namesOfLabels, toldLabels } from '#renderer/charts/sampleLabels.ts';
import { regressionPlots } from '#renderer/dock/parts/regressionPlots.ts';

describe('labels of a sample', () => {
  const names = ['red', 'round', 'ripe', 'rare'];
  const labels = Uint8Array.of(1, 1, 0, 0);

  it('are right, missed or told for nothing; what is rightly not told says nothing', () => {
    const told = toldLabels({ labels, probabilities: Float32Array.of(0.75, 0.25, 1, 0) }, names);
    expect(told).toEqual([
      { name: 'red', probability: 0.75, verdict: 'right' },
      { name: 'round', probability: 0.25, verdict: 'missed' },
      { name: 'ripe', probability: 1, verdict: 'false' },
    ]);
  });

  it('are told above one half, as metrics count', () => {
    const half = { labels: Uint8Array.of(0), probabilities: Float32Array.of(0.5) };
    expect(toldLabels(half, ['red'])).toEqual([]);
  });

  it('may be none', () => {
    expect(namesOfLabels(labels, names)).toBe('red, round');
    expect(namesOfLabels(new Uint8Array(4), names)).toBe('none');
  });
});

describe('numbers of a sample', () => {
  const frame = {
    ...({ kind: 'regression', step: 3, inputCount: 1 } as const),
    inputs: Float32Array.of(0, 1),
    targets: Float32Array.of(1, 2, 3, 4),
    predictions: Float32Array.of(5, 6, 7, 8),
  };

  it('are drawn each over the same samples', () => {
    const [a, b] = regressionPlots({ ...frame, names: ['price', 'rent'], count: 2 });
    expect([a?.name, ...(a?.targets ?? []), ...(a?.predictions ?? [])]).toEqual([
      'price',
      1,
      3,
      5,
      7,
    ]);
    expect([b?.name, ...(b?.targets ?? []), ...(b?.predictions ?? [])]).toEqual([
      'rent',
      2,
      4,
      6,
      8,
    ]);
  });

  it('are one where nothing else is said, as in older records', () => {
    const plots = regressionPlots(frame);
    expect(plots.map(({ name, targets }) => [name, targets.length])).toEqual([[null, 4]]);
  });
});
