/**
 * Rules of the curves of classes: each threshold counts what scores as much, the matrix of a threshold holds those
 * counts, a place on a curve finds the threshold it stands for, and what is exported is what is shown.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { classScores } from '#engine/metrics/statistics/classScores.ts';
import { scores } from '#engine/metrics/statistics/scores.ts';
import type { MetricHead } from '#engine/metrics/index.ts';
import type { ConfusionCounts } from '#engine/protocol/run.ts';
import { classCurvesAsCsv, writeThreshold } from '#renderer/charts/classCurveExport.ts';
import {
  bestThreshold,
  curvePoints,
  decisionAt,
  decisionCounts,
  decisionsOf,
  figuresOf,
  nearestDecision,
  pointOf,
  referenceLine,
} from '#renderer/charts/classCurves.ts';
import { classReport } from '#renderer/charts/confusionStats.ts';
import {
  nearestPoint,
  overlaidClass,
  scoredHeads,
} from '#renderer/compare/classes/overlaidClasses.ts';
import { decidedClass, decidedCounts } from '#renderer/charts/decidedClasses.ts';
import { chooseClass, decisionStore, setThreshold } from '#renderer/state/decision.ts';
import { runSummary } from '#test/support/runFixtures.ts';
import { restoredAfter } from '../support/restoredAfter.ts';

restoredAfter(decisionStore);

/** Scores of the second class; three of it, three not. */
const SAMPLES = [
  { score: 0.9, label: 1 },
  { score: 0.8, label: 1 },
  { score: 0.7, label: 0 },
  { score: 0.6, label: 1 },
  { score: 0.4, label: 0 },
  { score: 0.1, label: 0 },
] as const;

function countsOf(): ConfusionCounts {
  const head = { classes: 2 } as MetricHead;
  const state = scores.start(head);
  const probabilities = Float32Array.from(SAMPLES.flatMap(({ score }) => [1 - score, score]));
  scores.add(state, { probabilities, labels: SAMPLES.map(({ label }) => label) }, SAMPLES.length);
  return {
    classNames: ['no', 'yes'],
    counts: Uint32Array.of(2, 1, 0, 3),
    scores: classScores(state),
  };
}

const counts = countsOf();
const yes = counts.scores![1]!;
const decisions = decisionsOf(yes);

test('each threshold takes what scores as much for the class, the first one nothing', () => {
  expect(decisions.map((each) => [each.truePositives, each.falsePositives])).toEqual([
    ...[
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 1],
    ],
    ...[
      [3, 1],
      [3, 2],
      [3, 3],
    ],
  ]);
  expect(
    decisions.every(({ threshold }, i) => i === 0 || threshold < decisions[i - 1]!.threshold),
  ).toBe(true);
});

describe('a threshold', () => {
  test('between two scores decides as the higher of them', () => {
    expect(decisionAt(decisions, 0.75)).toMatchObject({ truePositives: 2, falsePositives: 0 });
    expect(decisionAt(decisions, 0.5)).toMatchObject({ truePositives: 3, falsePositives: 1 });
    expect(decisionAt(decisions, 0)).toMatchObject({ falseNegatives: 0, trueNegatives: 0 });
    expect(decisionAt(decisions, 1)).toMatchObject({ truePositives: 0, falsePositives: 0 });
  });
  test('has the figures that its counts make', () => {
    const figures = figuresOf(decisionAt(decisions, 0.5)!);
    expect(figures.precision).toBeCloseTo(3 / 4);
    expect(figures.recall).toBe(1);
    expect(figures.specificity).toBeCloseTo(2 / 3);
    expect(figures.f1).toBeCloseTo(6 / 7);
    expect(figures.accuracy).toBeCloseTo(5 / 6);
  });
  test('that is best by F1 takes all of the class with one false alarm', () => {
    expect(decisionAt(decisions, bestThreshold(decisions)!)).toMatchObject({
      truePositives: 3,
      falsePositives: 1,
    });
  });
  test('is written with the digits that tell it from the ends', () => {
    expect([0.5, 0.999_87, 0.000_12, 1].map(writeThreshold)).toEqual([
      ...['0.50', '0.99987', '0.00012', '1.00'],
    ]);
  });
});

describe('curves', () => {
  test('ROC goes from one corner to the other', () => {
    const points = curvePoints('roc', yes);
    expect(points[0]).toEqual({ x: 0, y: 0 });
    expect(points.at(-1)).toEqual({ x: 1, y: 1 });
  });
  test('precision begins at recall 0 and ends at the share of the class', () => {
    const points = curvePoints('precisionRecall', yes);
    expect(points[0]).toEqual({ x: 0, y: 1 });
    expect(points.at(-1)).toEqual({ x: 1, y: 0.5 });
    expect(referenceLine('precisionRecall', yes)[0]).toEqual({ x: 0, y: 0.5 });
  });
  test('a place near a curve finds the threshold it stands for', () => {
    for (const kind of ['roc', 'precisionRecall'] as const) {
      for (const decision of decisions.slice(1)) {
        const point = pointOf(kind, decision)!;
        const found = nearestDecision(kind, decisions, { x: point.x + 0.01, y: point.y - 0.01 });
        expect(pointOf(kind, found!)).toEqual(point);
      }
    }
  });
  test('calibration has a point for each tenth that samples score in', () => {
    expect(curvePoints('calibration', yes).map(({ y }) => y)).toEqual([0, 0, 1, 0, 1, 1]);
  });
});

describe('what is shown everywhere', () => {
  beforeEach(() => decisionStore.setState({ classIndex: null, threshold: null }));
  test('of two classes the second; without a threshold the most likely class wins', () => {
    expect(decidedClass(counts, decisionStore.getState())).toMatchObject({
      ...{ index: 1, name: 'yes', decision: null },
    });
  });
  test('the matrix follows the threshold', () => {
    setThreshold(0.75);
    const decided = decidedClass(counts, decisionStore.getState())!;
    const matrix = decidedCounts(counts, decided, decided.decision!);
    expect(matrix.classNames).toEqual(['no', 'yes']);
    expect([...matrix.counts]).toEqual([3, 0, 1, 2]);
    expect([...decisionCounts(decided.decision!)]).toEqual([3, 0, 1, 2]);
  });
  test('another class begins without one; a class that is not there is the usual one', () => {
    setThreshold(0.75);
    chooseClass(0);
    expect(decisionStore.getState().threshold).toBeNull();
    chooseClass(7);
    expect(decidedClass(counts, decisionStore.getState())?.index).toBe(1);
  });
  test('a record without scores has none', () => {
    const { scores: _, ...before } = counts;
    expect(decidedClass(before, decisionStore.getState())).toBeNull();
  });
});

test('the table has a row for each threshold of each class', () => {
  const [head, ...rows] = classCurvesAsCsv(counts).trim().split('\r\n');
  expect(head).toBe(
    'class,threshold,tp,fp,fn,tn,recall,false positive rate,precision,specificity,f1',
  );
  expect(rows).toHaveLength(2 * SAMPLES.length);
  expect(rows.at(-1)).toMatch(/^yes,[^,]+,3,3,0,0,1,1,0\.5,0,/);
});

test('the report by class is that of scikit-learn', () => {
  const { classes, macro, weighted, total } = classReport(counts);
  expect(total).toBe(6);
  expect(classes).toEqual([
    { name: 'no', precision: 1, recall: 2 / 3, f1: 4 / 5, support: 3 },
    { name: 'yes', precision: 3 / 4, recall: 1, f1: 6 / 7, support: 3 },
  ]);
  expect(macro.f1).toBeCloseTo((4 / 5 + 6 / 7) / 2, 12);
  expect(weighted.f1).toBeCloseTo(macro.f1, 12);
});

describe('several runs', () => {
  const run = (id: string) => ({ ...runSummary(id, 'finished', 100), settings: {} });
  const at = { step: 5, split: 'validation' } as const;
  const { scores: _, ...unscored } = counts;
  const frames = [
    { run: run('a'), frame: { ...at, ...counts, loss: 'sure' } },
    { run: run('old'), frame: { ...at, ...unscored } },
    { run: run('others'), frame: { ...at, ...counts, classNames: ['cat', 'dog'] } },
    { run: run('none'), frame: null },
  ];
  const [head, ...others] = scoredHeads(frames);

  test('have the curves of the class that is chosen, as far as they tell it apart', () => {
    expect(others.map(({ classNames }) => classNames)).toEqual([['cat', 'dog']]);
    const { index, runs } = overlaidClass(frames, head!, null);
    expect(index).toBe(1);
    expect(runs.map(({ scores: of }) => of === yes)).toEqual([true, false, false, false]);
    expect(overlaidClass(frames, head!, 0).runs[0]?.scores).toBe(counts.scores?.[0]);
    // Of another head it was a class that this one has not.
    expect(overlaidClass(frames, head!, 7).index).toBe(1);
  });
  test('the nearest point within reach says which run is meant', () => {
    const { runs } = overlaidClass(frames, head!, 1);
    expect(nearestPoint('roc', runs, { x: 0.02, y: 0.66 })).toMatchObject({
      run: { id: 'a' },
      at: { x: 0, y: expect.closeTo(2 / 3, 6) as number },
    });
    expect(nearestPoint('roc', runs, { x: 0.8, y: 0.2 })).toBeNull();
  });
});
