/**
 * Rules: samples that are no rows have a profile of their own kind; a step of a series is in the part that asks about
 * it; counts of tokens are those of the texts; windows held back from the midst of those that train are told.
 */
import { describe, expect, test } from 'vitest';
import { loadData, type SourceOptions } from '#engine/datasets/index.ts';
import type { SplitSettings } from '#engine/ir/batches.ts';
import type { DataProfile } from '#engine/protocol/index.ts';
import { profileLoaded } from '#main/dataProcess/profile/profileLoaded.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

const RANDOM: SplitSettings = { validation: 0.25, test: 0.25 };

async function profileOf<K extends DataProfile['kind']>(
  kind: K,
  source: string,
  how: {
    readonly options?: SourceOptions;
    readonly split?: SplitSettings;
    readonly text?: Readonly<Record<string, string>>;
  } = {},
): Promise<Extract<DataProfile, { kind: K }>> {
  const { options = {}, split = RANDOM } = how;
  const files = tableFiles(how.text ?? {});
  const able = { tables: tableReader(files) };
  const fitting = { split, seed: 1 };
  const table = await loadData(source, options, files, undefined, able, fitting);
  const profile = await profileLoaded(table, { source, options, split, seed: 1 });
  expect(profile.kind).toBe(kind);
  return profile as Extract<DataProfile, { kind: K }>;
}

describe('points', () => {
  test('lie where they are, in their parts, by class', async () => {
    const { points, parts, classes, numbers, count } = await profileOf('points', 'moons');
    expect(points).toHaveLength(count);
    expect(points.filter(({ part }) => part === 'validation')).toHaveLength(parts.validation);
    expect(classes.map(({ parts: own }) => own.train + own.validation + own.test)).toEqual([
      count / 2,
      count / 2,
    ]);
    const train = points.filter(({ part }) => part === 'train');
    const mean = train.reduce((sum, { x }) => sum + x, 0) / train.length;
    expect(numbers[0]?.name).toBe('x');
    expect(numbers[0]?.mean).toBeCloseTo(mean, 10);
  });

  test('of a curve the answer stands above the number that goes in', async () => {
    const { axes, points, classes } = await profileOf('points', 'curves', {
      options: { curve: 'absolute', noise: 0 },
    });
    expect(axes).toEqual(['x', 'y']);
    expect(classes).toEqual([]);
    for (const { x, y } of points) expect(y).toBeCloseTo(2 * Math.abs(x) - 1, 5);
  });
});

/** 1000 steps, so that lines are thinned. */
const LONG = ['value', ...Array.from({ length: 1000 }, (_, i) => ((i * 37) % 101) - 50)].join('\n');
const BY_TIME: SplitSettings = { kind: 'byTime', validation: 0.2, test: 0.2 };

describe('series', () => {
  test('in time have three stretches, and no gap between them', async () => {
    const profile = await profileOf('series', 'windows:t.csv', {
      ...{ text: { 't.csv': LONG }, split: BY_TIME, options: { window: 10, scaling: 'none' } },
    });
    const [shown] = profile.series;
    expect(shown?.stretches.map(({ part }) => part)).toEqual(['train', 'validation', 'test']);
    // What the first window knows is asked by none.
    expect(shown?.stretches[0]?.from).toBeGreaterThanOrEqual(9);
    expect(shown?.stretches.at(-1)?.to).toBe(1000);
    expect(shown?.lines[0]?.at.length).toBeLessThanOrEqual(600);
    expect(Math.min(...(shown?.lines[0]?.values.map(Number) ?? []))).toBe(-50);
    expect(profile.columns[0]).toMatchObject({ use: 'both', min: -50, max: 50, scaling: '' });
    expect(profile.findings).toEqual([]);
    for (const { part, start } of profile.windows) {
      const asked = start + profile.wanted.from;
      const own = shown?.stretches.find(({ from, to }) => asked >= from && asked < to);
      expect(own?.part).toBe(part);
    }
  });

  test('split at random share rows between parts, which is told with what mends it', async () => {
    const { findings } = await profileOf('series', 'windows:t.csv', { text: { 't.csv': LONG } });
    expect(findings.map(({ code }) => code)).toEqual(['profile.windows-overlap']);
    expect(findings[0]?.fixes[0]?.split).toEqual({ kind: 'byTime' });
  });

  test('of machines that are watched until their end are to be kept together', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => `${Math.floor(i / 40)},${(i * 7) % 11}`);
    const { findings } = await profileOf('series', 'windows:t.csv', {
      text: { 't.csv': ['unit,heat', ...rows].join('\n') },
      options: { group: 'unit', predict: 'remaining' },
    });
    const kinds = findings[0]?.fixes.map(({ split }) => split?.kind);
    expect(kinds).toEqual(['byGroup', 'byTime']);
  });

  test('that are made up are a piece each, whole in one part', async () => {
    const { series, seriesCount, window, wanted, windows } = await profileOf('series', 'series');
    expect([seriesCount, window, wanted]).toEqual([4000, 32, { from: 32, to: 39 }]);
    expect(windows).toHaveLength(series.length);
    for (const { steps, stretches } of series) {
      expect(steps).toBe(40);
      expect(new Set(stretches.map(({ part }) => part)).size).toBeLessThanOrEqual(1);
    }
  });
});

const REVIEWS = [
  'review,stars',
  ...Array.from({ length: 20 }, (_, i) =>
    i % 2 === 0 ? `good food and good wine,up` : `a very bad very slow place it was,down`,
  ),
].join('\n');

describe('texts', () => {
  test('are counted token by token', async () => {
    const profile = await profileOf('text', 'text:t.csv', {
      text: { 't.csv': REVIEWS },
      options: { column: 'review', target: 'stars', output: 'indices', length: 6 },
    });
    expect(profile).toMatchObject({ texts: 20, tokenCount: 10 * 5 + 10 * 8, unknown: 0 });
    expect(profile.frequent.slice(0, 2)).toEqual([
      { token: 'good', count: 20 },
      { token: 'very', count: 20 },
    ]);
    expect(profile.cut).toEqual({ texts: 10, tokens: 20, padding: 10 });
    expect(profile.lengths).toMatchObject({ longest: 8, most: 8 });
    expect(profile.lengths.counts.reduce((a, b) => a + b, 0)).toBe(20);
    const [first] = profile.samples;
    expect(first?.tokens.map(({ text }) => text).join(' ')).toBe('good food and good wine');
    expect(first?.wanted).toBe('up');
    expect(profile.findings.map(({ code }) => code)).toEqual(['profile.cut-texts']);
    expect(profile.findings[0]?.fixes[0]?.options).toEqual({ length: 8 });
  });

  test('say how much of them is not known', async () => {
    const { unknown, samples, findings } = await profileOf('text', 'text:t.csv', {
      text: { 't.csv': REVIEWS },
      options: { column: 'review', target: 'stars', vocabulary: 2 },
    });
    expect(unknown).toBe(130 - 40);
    expect(samples[0]?.tokens.map(({ isKnown }) => isKnown)).toEqual([
      ...[true, false, false, true, false],
    ]);
    expect(findings[0]?.code).toBe('profile.unknown-tokens');
  });

  test('of which windows are made are shown window by window', async () => {
    const profile = await profileOf('text', 'tales');
    expect(profile).toMatchObject({ isWindows: true, texts: 1, cut: null, classes: [] });
    for (const { tokens } of profile.samples) expect(tokens).toHaveLength(profile.length);
    expect(profile.samples[0]?.wanted).toHaveLength(1);
  });
});
