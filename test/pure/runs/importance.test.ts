/** Rule: a setting counts for as much as it moved the figure, in functions of which it is known how much that is. */
import { describe, expect, test } from 'vitest';
import { RandomStream } from '#engine/ops/index.ts';
import { importanceOf, spearman, type SettingColumn } from '#engine/runs/importance.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';

type Trial = Readonly<Record<string, JsonValue | undefined>>;

const WORDS = ['ReLU', 'GELU', 'Tanh'] as const;
function trialsOf(n: number, seed = 7): readonly Trial[] {
  const random = new RandomStream(seed, 'data');
  return Array.from({ length: n }, () => ({
    lr: 10 ** (-4 + 3 * random.uniform()),
    width: 2 ** (3 + random.integer(5)),
    dropout: random.uniform(),
    act: WORDS[random.integer(3)] ?? 'ReLU',
    noise: random.uniform(),
  }));
}
const columnsOf = (trials: readonly Trial[]): readonly SettingColumn[] =>
  ['lr', 'width', 'dropout', 'act', 'noise'].map((path) => ({
    path,
    values: trials.map((trial) => trial[path]),
  }));
const report = (trials: readonly Trial[], figure: (trial: Trial) => number) =>
  importanceOf(columnsOf(trials), trials.map(figure));
const number = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : NaN);
const shareOf = ({ settings }: ReturnType<typeof report>, path: string): number =>
  settings.find((setting) => setting.path === path)?.share ?? NaN;

describe('a forest', () => {
  const trials = trialsOf(80);

  test('finds the only setting that matters, also where it is no straight line', () => {
    const found = report(trials, ({ lr }) => (Math.log10(number(lr)) + 2.5) ** 2);
    expect(found.settings[0]).toMatchObject({ path: 'lr' });
    expect(shareOf(found, 'lr')).toBeGreaterThan(0.9);
    expect(found.explained).toBeGreaterThan(0.6);
    expect(found.n).toBe(80);
    // Best in the middle: neither more nor less of it is better.
    expect(Math.abs(found.settings[0]?.correlation ?? 1)).toBeLessThan(0.4);
  });

  test('puts settings in the order of what they move', () => {
    const found = report(
      trials,
      ({ lr, width, dropout }) =>
        4 * Math.log10(number(lr)) + Math.log2(number(width)) + 0.3 * number(dropout),
    );
    expect(found.settings.slice(0, 2).map(({ path }) => path)).toEqual(['lr', 'width']);
    expect(shareOf(found, 'noise')).toBeLessThan(0.05);
    expect(found.settings.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test('sees words, of which none is more than another', () => {
    const worth: Readonly<Record<string, number>> = { ReLU: 0, GELU: 5, Tanh: 1 };
    const found = report(trials, ({ act }) => worth[typeof act === 'string' ? act : ''] ?? NaN);
    expect(found.settings[0]).toMatchObject({ path: 'act', correlation: null });
    expect(shareOf(found, 'act')).toBeGreaterThan(0.95);
  });

  test('sees two settings that matter only together', () => {
    const found = report(trialsOf(200), ({ dropout, noise }) =>
      number(dropout) > 0.5 === number(noise) > 0.5 ? 1 : 0,
    );
    expect(new Set(found.settings.slice(0, 2).map(({ path }) => path))).toEqual(
      new Set(['dropout', 'noise']),
    );
    expect(shareOf(found, 'lr') + shareOf(found, 'width') + shareOf(found, 'act')).toBeLessThan(
      0.2,
    );
  });

  test('explains nothing of noise', () => {
    const random = new RandomStream(3, 'data');
    expect(report(trials, () => random.normal()).explained).toBeLessThan(0.15);
  });

  test('is the same for the same runs', () => {
    const figure = ({ lr, width }: Trial): number => number(lr) * number(width);
    expect(report(trials, figure)).toEqual(report(trials, figure));
  });

  test('runs without the setting, or without the figure, are no trouble', () => {
    const columns: readonly SettingColumn[] = [
      { path: 'momentum', values: trials.map((_, i) => (i % 2 === 0 ? undefined : 0.9)) },
      { path: 'clip', values: trials.map((_, i) => (i % 3 === 0 ? null : i)) },
    ];
    const figures = trials.map((_, i) => (i === 5 ? NaN : i === 7 ? undefined : i % 2));
    const { n, settings } = importanceOf(columns, figures);
    expect(n).toBe(78);
    expect(settings[0]?.path).toBe('momentum');
  });

  test('of a handful nothing is claimed', () => {
    const few = report(trialsOf(4), ({ lr }) => number(lr));
    expect(few).toMatchObject({ n: 4, explained: 0 });
    expect(few.settings.every(({ share }) => share === 0)).toBe(true);
  });
});

describe('rank correlation', () => {
  test.each([
    [[1, 2, 3, 4], [10, 20, 35, 400], 1],
    [[1, 2, 3, 4], [9, 7, 3, 1], -1],
    // scipy.stats.spearmanr([1, 2, 2, 4, 5], [2, 1, 3, 3, 9]) -> 0.7631578947368421
    [[1, 2, 2, 4, 5], [2, 1, 3, 3, 9], 0.763_157_894_736_842_1],
  ])('%j and %j', (a, b, rho) => expect(spearman(a, b)).toBeCloseTo(rho, 12));
  test('is none where one does not vary', () => expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull());
});
