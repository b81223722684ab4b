/**
 * How well one class is told from all others at every threshold: the points of the ROC, precision-recall and
 * reliability curves, and what a threshold comes to. Pure; drawn by ClassCurveChart.tsx, written by
 * classCurveExport.ts.
 */
import type { ConfusionCounts } from '#engine/protocol/run.ts';

export type ClassScores = NonNullable<ConfusionCounts['scores']>[number];

/** What is decided at a threshold: samples that score as much are taken for the class. */
export interface Decision {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Highest threshold first: that which takes nothing for the class, then each group more. */
export function decisionsOf({
  thresholds,
  positives,
  negatives,
}: ClassScores): readonly Decision[] {
  const sum = (values: Uint32Array): number => values.reduce((total, each) => total + each, 0);
  const [all, others] = [sum(positives), sum(negatives)];
  let [found, alarms] = [0, 0];
  const at = (threshold: number): Decision => ({
    threshold,
    truePositives: found,
    falsePositives: alarms,
    falseNegatives: all - found,
    trueNegatives: others - alarms,
  });
  const decisions = [at(Infinity)];
  thresholds.forEach((threshold, i) => {
    found += positives[i] ?? 0;
    alarms += negatives[i] ?? 0;
    decisions.push(at(threshold));
  });
  return decisions;
}

/** At this threshold: samples are known by groups, so that of the last group that begins at or above it. */
export function decisionAt(decisions: readonly Decision[], threshold: number): Decision | null {
  return decisions.findLast((each) => each.threshold >= threshold) ?? decisions[0] ?? null;
}

export interface DecisionFigures {
  readonly precision: number;
  /** Recall, sensitivity, true positive rate. */
  readonly recall: number;
  readonly specificity: number;
  readonly f1: number;
  readonly accuracy: number;
}

/** NaN where there is nothing to be a share of. */
export function figuresOf(decision: Decision): DecisionFigures {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = decision;
  const right = truePositives + trueNegatives;
  return {
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / (truePositives + falseNegatives),
    specificity: trueNegatives / (trueNegatives + falsePositives),
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
    accuracy: right / (right + falsePositives + falseNegatives),
  };
}

/** The threshold with the highest F1, the highest of equals. */
export function bestThreshold(decisions: readonly Decision[]): number | null {
  let best: Decision | null = null;
  for (const decision of decisions) {
    const { f1 } = figuresOf(decision);
    if (f1 > (best ? figuresOf(best).f1 : 0)) best = decision;
  }
  return best && best.threshold;
}

/** Two by two, rows the true classes: others first, as 0 comes before 1. */
export function decisionCounts(decision: Decision): Uint32Array {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = decision;
  return Uint32Array.of(trueNegatives, falsePositives, falseNegatives, truePositives);
}

export type ClassCurveKind = 'roc' | 'precisionRecall' | 'calibration';

interface AxisName {
  readonly long: string;
  /** Where the other one has no room. */
  readonly short: string;
}
interface CurveWords {
  readonly title: string;
  readonly x: AxisName;
  readonly y: AxisName;
}
const named = (long: string, short = long): AxisName => ({ long, short });

/** Whatever there is to draw, from left to right. */
export const CLASS_CURVES: Readonly<Record<ClassCurveKind, CurveWords>> = {
  roc: {
    title: 'ROC',
    x: named('False positive rate', 'FPR'),
    y: named('True positive rate', 'TPR'),
  },
  precisionRecall: { title: 'PR', x: named('Recall'), y: named('Precision') },
  calibration: {
    title: 'Calibration',
    x: named('Mean score', 'Score'),
    y: named('Share of the class', 'Share'),
  },
};
export const CLASS_CURVE_KINDS = Object.keys(CLASS_CURVES) as readonly ClassCurveKind[]; // as declared

/** From 0 to 1 both. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** Where a decision lies on a curve; null where it does not. */
export function pointOf(
  kind: Exclude<ClassCurveKind, 'calibration'>,
  decision: Decision,
): CurvePoint | null {
  const { recall, precision, specificity } = figuresOf(decision);
  const point = kind === 'roc' ? { x: 1 - specificity, y: recall } : { x: recall, y: precision };
  return Number.isNaN(point.x) || Number.isNaN(point.y) ? null : point;
}

/** Points of a line, in order; of precision, which is kept until more is found, as steps. */
export function curvePoints(kind: ClassCurveKind, scores: ClassScores): readonly CurvePoint[] {
  if (kind === 'calibration') {
    const { samples, positives, scores: means } = scores.calibration;
    return [...samples].flatMap((count, i) =>
      count === 0 ? [] : [{ x: means[i] ?? 0, y: (positives[i] ?? 0) / count }],
    );
  }
  const points = decisionsOf(scores).flatMap((decision) => pointOf(kind, decision) ?? []);
  if (kind === 'roc') return points;
  return points.flatMap((point, i) => {
    const before = points[i - 1];
    return before ? [{ x: before.x, y: point.y }, point] : [{ x: 0, y: point.y }, point];
  });
}

/** As a polyline of a square of one, whose top is 0. */
export const curvePath = (points: readonly CurvePoint[]): string =>
  points.map(({ x, y }) => `${x.toFixed(4)},${(1 - y).toFixed(4)}`).join(' ');

/** What guessing comes to, as a line; of calibration what is right. */
export function referenceLine(
  kind: ClassCurveKind,
  { positives, negatives }: ClassScores,
): readonly [CurvePoint, CurvePoint] {
  if (kind !== 'precisionRecall')
    return [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ];
  const of = positives.reduce((sum, each) => sum + each, 0);
  const share = of / (of + negatives.reduce((sum, each) => sum + each, 0));
  return [
    { x: 0, y: share },
    { x: 1, y: share },
  ];
}

/** The decision whose point is nearest to a place. */
export function nearestDecision(
  kind: Exclude<ClassCurveKind, 'calibration'>,
  decisions: readonly Decision[],
  { x, y }: CurvePoint,
): Decision | null {
  let [nearest, least]: [Decision | null, number] = [null, Infinity];
  for (const decision of decisions) {
    const point = pointOf(kind, decision);
    const apart = point ? Math.hypot(point.x - x, point.y - y) : Infinity;
    if (apart < least) [nearest, least] = [decision, apart];
  }
  return nearest;
}

/** The mean distance between score and share of the class, over bins by the samples in them; NaN where there are none. */
export function calibrationError({ calibration }: ClassScores): number {
  const { samples, positives, scores } = calibration;
  const all = samples.reduce((sum, each) => sum + each, 0);
  const apart = samples.reduce(
    (sum, count, i) => sum + Math.abs((positives[i] ?? 0) - (scores[i] ?? 0) * count),
    0,
  );
  return all === 0 ? NaN : apart / all;
}

/** Of two classes the second is the one looked for. */
export const usualClass = (classes: number): number => (classes === 2 ? 1 : 0);
