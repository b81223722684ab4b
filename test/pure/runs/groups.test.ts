/** Rule: runs are grouped by what they are, a repeat counts once, and what is said of groups is said with how many. */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { columnsOf, type MetricPoint, type RunRow } from '#engine/protocol/index.ts';
import {
  compareGroups,
  figureName,
  groupCurve,
  groupFigures,
  groupRuns,
  settingText,
  statementOf,
} from '#engine/runs/index.ts';
import { runSummary } from '#test/support/runFixtures.ts';

interface Given {
  readonly seed?: number;
  readonly lr?: number;
  readonly accuracy?: number;
  readonly settings?: Readonly<Record<string, JsonValue>>;
  readonly state?: RunRow['progress']['state'];
  readonly fingerprint?: string;
}
let made = 0;
function row({ seed = 1, lr = 0.01, accuracy = 0.9, settings, state, fingerprint }: Given): RunRow {
  const at = { step: 5, epoch: 1, timeMs: 1 };
  return {
    ...runSummary(`run-${made++}`, state ?? 'finished', 10),
    dataFingerprint: fingerprint ?? 'f',
    bests: { validation: { accuracy: { value: accuracy, step: 5, epoch: 1 } } },
    last: { validation: { split: 'validation', ...at, values: { accuracy, loss: 1 - accuracy } } },
    settings: {
      fc1: 'Linear',
      'training.seed': seed,
      'training.optimizer': 'Adam',
      'training.optimizer.lr': lr,
      ...settings,
    },
  };
}
const sweep = (lr: number, figures: readonly number[]): readonly RunRow[] =>
  figures.map((accuracy, seed) => row({ lr, accuracy, seed }));
const FIGURE = figureName('accuracy');
const said = (rows: readonly RunRow[], by: string | null = null): readonly string[] => {
  const groups = groupRuns(rows, by).map((group) => groupFigures(group, FIGURE));
  return compareGroups(groups).map((each) => statementOf('accuracy', each, groups.length - 1).text);
};

describe('groups', () => {
  test('of many settings those are told that tell every group from every other', () => {
    const wide = { a1: 1, a2: 2, a3: 3, a4: 4, z: 5 };
    const groups = groupRuns([
      row({ settings: wide }),
      row({ settings: { ...wide, z: 6 } }),
      row({ settings: { a1: 9, a2: 9, a3: 9, a4: 9, z: 6 } }),
    ]);
    const labels = groups.map(({ label }) => label);
    expect(new Set(labels).size).toBe(3);
    expect(labels).toEqual([
      'a1 1, z 5, a2 2 and 2 more',
      'a1 1, z 6, a2 2 and 2 more',
      'a1 9, z 6, a2 9 and 2 more',
    ]);
  });
  test('runs that differ in nothing but their seed are one', () => {
    const groups = groupRuns([...sweep(0.01, [0.9, 0.91]), ...sweep(0.1, [0.8])]);
    expect(groups.map(({ label, runs }) => [label, runs.length])).toEqual([
      ['lr 0.01', 2],
      ['lr 0.1', 1],
    ]);
    expect(groups.every(({ seedsOnly }) => seedsOnly)).toBe(true);
  });

  test('folds of one seed are one group, each of them a run of its own', () => {
    const fold = (n: number, accuracy: number) =>
      row({ accuracy, settings: { 'training.split.folds': 3, 'training.split.fold': n } });
    const groups = groupRuns([fold(1, 0.7), fold(2, 0.8), fold(3, 0.9), fold(3, 0.9)]);
    expect(groups).toHaveLength(1);
    const { values, leftOut } = groupFigures(groups[0]!, FIGURE);
    expect(values).toEqual([0.7, 0.8, 0.9]);
    expect(leftOut.map(({ why }) => why)).toEqual(['repeat']);
  });

  test('how many threads computed it, and where, is no difference; other data are', () => {
    expect(
      groupRuns([row({ settings: { 'training.threads': 1 } }), row({ seed: 2 })]),
    ).toHaveLength(1);
    expect(groupRuns([row({}), row({ seed: 2, fingerprint: 'other' })])).toHaveLength(2);
  });

  test('by a setting, whatever else differs; those without it are apart', () => {
    const groups = groupRuns(
      [
        row({ settings: { p: 0.5 } }),
        row({ lr: 1, settings: { p: 0.5 } }),
        row({ settings: { p: 0.1 } }),
        row({}),
      ],
      'p',
    );
    expect(groups.map(({ label, runs, seedsOnly }) => [label, runs.length, seedsOnly])).toEqual([
      ['p 0.5', 2, false],
      ['p 0.1', 1, true],
      ['p –', 1, true],
    ]);
  });

  test('what does not say how good it is does not count, and is told', () => {
    const [group] = groupRuns([
      row({ seed: 1 }),
      row({ seed: 1 }),
      row({ seed: 2, state: 'failed' }),
      row({ seed: 3, state: 'running' }),
      row({ seed: 4, accuracy: NaN }),
      row({ seed: 5 }),
    ]);
    const figures = group && groupFigures(group, FIGURE);
    expect(figures?.values).toEqual([0.9, 0.9]);
    expect(figures?.leftOut.map(({ why }) => why)).toEqual([
      'repeat',
      'failed',
      'active',
      'no figure',
    ]);
  });

  test.each([
    [1e-4, '1e-4'],
    [0.01, '0.01'],
    [null, 'off'],
    [[3, 3], '3 × 3'],
    [undefined, '–'],
    [true, 'yes'],
    [1e-3, '1e-3'],
    [0.0123456789, '0.0123457'],
    [4294967295, '4294967295'],
    [[], 'none'],
    [{}, 'none'],
  ] as const)('%j reads %s', (value, text) => {
    expect(settingText(value)).toBe(text);
  });
});

describe('groups of the same seeds', () => {
  const groups = (left: readonly number[], right: readonly number[]) =>
    groupRuns([...sweep(0.1, left), ...sweep(0.01, right)]).map((group) =>
      groupFigures(group, FIGURE),
    );
  const same = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
  const better = same.map((value, i) => value + 0.01 + i / 1000);

  test('are compared seed by seed from six on, and that is said', () => {
    const [compared] = compareGroups(groups(same, better));
    expect(compared?.result).toMatchObject({ paired: true, verdict: 'higher' });
    expect(compared && statementOf('accuracy', compared).text).toMatch(
      /^lr 0\.01 is better by 1\.3 points than lr 0\.1 \(95 %: .*, 6 pairs of one seed each, p = 0\.031\)\.$/,
    );
  });

  test('of fewer, or of other seeds, as a whole', () => {
    const paired = (left: readonly number[], right: readonly number[]) =>
      compareGroups(groups(left, right))[0]?.result.paired;
    expect(paired(same.slice(1), better.slice(1))).toBe(false);
    expect(paired(same, better.slice(1))).toBe(false);
    // A run that failed leaves its seed without a partner.
    const [base, other] = groups(same, better);
    if (!base || !other) throw new Error('two groups');
    const less = { ...other, members: other.members.slice(1), values: other.values.slice(1) };
    expect(compareGroups([base, less])[0]?.result.paired).toBe(false);
  });
});

describe('what is said of two groups', () => {
  test('one run each: nothing', () => {
    expect(said([row({ lr: 0.1, accuracy: 0.99 }), row({ lr: 0.01, accuracy: 0.1 })])).toEqual([
      'Too few runs to tell lr 0.01 and lr 0.1 apart: 1 and 1 run. From 4 each a difference can show.',
    ]);
  });

  test('a difference, with its interval and how many runs it is of', () => {
    const [text] = said([
      ...sweep(0.1, [0.9, 0.905, 0.91, 0.902, 0.908]),
      ...sweep(0.01, [0.92, 0.918, 0.921, 0.916, 0.923]),
    ]);
    expect(text).toMatch(
      /^lr 0\.01 is better by 1\.5 points than lr 0\.1 \(95 %: 1\.0 to 2\.0, 5 and 5 runs, p = 0\.008\)\.$/,
    );
  });

  test('of a loss less is better', () => {
    const groups = groupRuns([
      ...sweep(0.1, [0.9, 0.905, 0.91, 0.902, 0.908]),
      ...sweep(0.01, [0.92, 0.918, 0.921, 0.916, 0.923]),
    ]).map((group) => groupFigures(group, figureName('loss')));
    const [comparison] = compareGroups(groups);
    expect(comparison && statementOf('loss', comparison).text).toMatch(
      /^lr 0\.01 is better by 0\.015 than lr 0\.1 \(95 %: 0\.010 to 0\.020,/,
    );
  });

  test('no more than seeds make', () => {
    const [text] = said([
      ...sweep(0.1, [0.9, 0.91, 0.92, 0.93]),
      ...sweep(0.01, [0.905, 0.915, 0.925, 0.935]),
    ]);
    expect(text).toMatch(
      /^No difference beyond seeds between lr 0\.01 and lr 0\.1: 0\.5 points apart \(95 %: −\d/,
    );
    expect(text).toContain('4 and 4 runs');
  });

  test('of several the rate of false findings is that of all together', () => {
    const texts = said([
      ...sweep(1, [0.9, 0.91, 0.92, 0.93, 0.94]),
      ...sweep(2, [0.1, 0.11, 0.12, 0.13, 0.14]),
      ...sweep(3, [0.9, 0.92, 0.92, 0.92, 0.94]),
    ]);
    expect(texts[0]).toMatch(/^lr 1 is better by 80\.0 points.*97\.5 % each, 95 % for all 2/);
    expect(texts[1]).toMatch(/^No difference/);
  });
});

describe('the curve of a group', () => {
  const member = (points: readonly (readonly [step: number, loss: number])[]) => ({
    columns: columnsOf(
      points.map(([step, loss]): MetricPoint => ({
        split: 'validation',
        step,
        epoch: 0,
        timeMs: step,
        values: { loss },
      })),
    ),
    stepsPerEpoch: 10,
  });

  test('runs of other steps meet between their points; one that ends is not gone on with', () => {
    const curve = groupCurve(
      [
        member([
          [0, 4],
          [10, 2],
          [20, 0],
        ]),
        member([
          [0, 2],
          [20, 2],
          [40, 6],
        ]),
      ],
      'loss',
      'step',
    );
    expect([...curve.x]).toEqual([0, 10, 20, 40]);
    expect([...curve.mean]).toEqual([3, 2, 1, 6]);
    expect([...curve.min]).toEqual([2, 2, 0, 6]);
    expect([...curve.max]).toEqual([4, 2, 2, 6]);
    expect([...curve.n]).toEqual([2, 2, 2, 1]);
    expect(curve.deviation[0]).toBeCloseTo(Math.SQRT2, 12);
    expect(curve.deviation[3]).toBeNaN();
  });

  test('by epoch, thinned, and without what is not finite', () => {
    const long = member(Array.from({ length: 5000 }, (_, i) => [i, i === 100 ? NaN : 1] as const));
    const curve = groupCurve([long, long], 'loss', 'epoch', 50);
    expect(curve.x).toHaveLength(50);
    expect(curve.x.at(-1)).toBeCloseTo(499.9, 9);
    expect(curve.mean.every((mean) => mean === 1)).toBe(true);
    expect(groupCurve([], 'loss', 'step').x).toHaveLength(0);
  });
});
