/** Rule: every run is a line through what differs; axes suit their values, and a brush keeps whoever passes there. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { figureName } from '#engine/runs/index.ts';
import {
  axisOf,
  brushWords,
  keptBy,
  MISSING,
  parallelAxes,
  ticksApart,
} from '#renderer/compare/sweep/parallelModel.ts';
import { runSummary } from '#test/support/runFixtures.ts';

function row(id: string, settings: Readonly<Record<string, JsonValue>>, loss?: number): RunRow {
  const at = { step: 1, epoch: 1 };
  return {
    ...runSummary(id, 'finished', 1),
    settings,
    ...(loss !== undefined && { bests: { validation: { loss: { value: loss, ...at } } } }),
  };
}

describe('an axis', () => {
  test('of numbers over decades is logarithmic, with their values as ticks', () => {
    const axis = axisOf('lr', 'lr', [1e-4, 1e-2, 1e-3]);
    expect(axis.kind).toBe('logarithmic');
    expect(axis.places.map((place) => Number(place.toFixed(9)))).toEqual([0, 1, 0.5]);
    expect(axis.ticks.map(({ text }) => text)).toEqual(['1e-4', '1e-3', '0.01']);
  });
  test('of numbers close by is linear', () => {
    expect(axisOf('p', 'p', [1, 5, 3])).toMatchObject({
      kind: 'linear',
      places: [0, 1, 0.5],
    });
  });
  test('of words has a place for each, in order; what has none stands below', () => {
    const axis = axisOf('act', 'act', ['Tanh', 'ReLU', undefined, 'GELU']);
    expect(axis).toMatchObject({ kind: 'words', places: [1, 0.5, MISSING, 0] });
    expect(axis.wordsAt(0.9)).toBe('Tanh');
  });
  test('off is no number, and no trouble', () => {
    expect(axisOf('clip', 'clip', [null, 1, 5]).places).toEqual([MISSING, 0, 1]);
  });
});

describe('all axes', () => {
  const rows = [
    row('a', { lr: 0.1, 'training.seed': 1, same: 3 }, 0.5),
    row('b', { lr: 0.2, 'training.seed': 2, same: 3 }, 0.1),
    row('c', { lr: 0.3, 'training.seed': 3, same: 3 }),
  ];
  const axes = parallelAxes(rows, figureName('validation.loss'));

  test('of more than there is room for are those that most runs have, in their order', () => {
    const own = Array.from({ length: 12 }, (_, i) => [`n${i}.p`, i] as const);
    const mixed = [
      row('a', { ...Object.fromEntries(own), z: 1 }, 0.5),
      row('b', { z: 2 }, 0.4),
      row('c', { z: 3 }, 0.3),
    ];
    const ids = parallelAxes(mixed, figureName('validation.loss')).map(({ id }) => id);
    expect(ids).toHaveLength(11);
    expect(ids).toContain('z');
  });
  test('have ticks with the decimals that one of them needs', () => {
    const ticks = (...shares: readonly number[]): readonly string[] | undefined => {
      const runs = shares.map((value, i) => ({
        ...row(`r${i}`, { lr: i }),
        bests: { validation: { accuracy: { value, step: 1, epoch: 1 } } },
      }));
      return parallelAxes(runs, figureName('validation.accuracy'))
        .at(-1)
        ?.ticks.map(({ text }) => text);
    };
    expect(ticks(0.8, 0.95)).toEqual(['80%', '95%']);
    expect(ticks(0.8, 0.955)).toEqual(['80.00%', '95.50%']);
  });
  test('are of what differs but the seed, and of what decides, whose good end is above', () => {
    expect(axes.map(({ id }) => id)).toEqual(['lr', 'validation.loss']);
    expect(axes[1]?.places).toEqual([0, 1, MISSING]);
    expect(axes[1]?.wordsAt(1)).toBe('0.1000');
  });

  test('a brush keeps those within it, of each axis', () => {
    expect(keptBy(axes, {})).toEqual([true, true, true]);
    expect(keptBy(axes, { lr: [0.4, 1] })).toEqual([false, true, true]);
    expect(keptBy(axes, { lr: [0.4, 1], 'validation.loss': [0, 1] })).toEqual([false, true, false]);
    const [lr] = axes;
    expect(lr && brushWords(lr, [0.5, 1])).toBe('0.2 to 0.3');
  });
});

describe('ticks', () => {
  const at = (...places: readonly number[]) =>
    places.map((place) => ({ at: place, text: String(place) }));
  const kept = (places: readonly number[]) => ticksApart(at(...places), 0.1).map((tick) => tick.at);
  test('do not stand on each other; both ends stay', () => {
    expect(kept([0, 0.02, 0.3, 0.35, 0.97, 1])).toEqual([0, 0.3, 1]);
    expect(kept([1, 0.5, 0])).toEqual([0, 0.5, 1]);
  });
  test('of two that are closer the lower one', () => {
    expect(kept([0.5, 0.53])).toEqual([0.5]);
    expect(kept([])).toEqual([]);
  });
});
