/** The curves of one class in several runs, and which of them a place is nearest to. Pure. */
import type { ConfusionFrame, RunRow } from '#engine/protocol/run.ts';
import {
  type ClassCurveKind,
  type ClassScores,
  curvePoints,
  type CurvePoint,
  usualClass,
} from '#renderer/charts/classCurves.ts';
import { countsLike, countsOf } from '../samples/confusionDifference.ts';

type Counts = ReturnType<typeof countsOf>[number];

export interface OverlaidRun {
  readonly run: RunRow;
  /** Of the class; null where the run has none of it. */
  readonly scores: ClassScores | null;
}

export interface OverlaidClass {
  readonly index: number;
  readonly classNames: readonly string[];
  readonly runs: readonly OverlaidRun[];
}

interface FrameOf {
  readonly run: RunRow;
  readonly frame: ConfusionFrame | null;
}

/** Heads that one of the runs has scores of, the first run's first. */
export function scoredHeads(frames: readonly FrameOf[]): readonly Counts[] {
  const all = frames
    .flatMap(({ frame }) => (frame ? countsOf(frame) : []))
    .filter(({ scores }) => scores !== undefined);
  return all.filter(({ loss }, i) => all.findIndex((other) => other.loss === loss) === i);
}

/** A run of other classes has no line, whatever its scores. */
export function overlaidClass(
  frames: readonly FrameOf[],
  head: Counts,
  wanted: number | null,
): OverlaidClass {
  const { classNames } = head;
  const usual = head.kind === 'labels' ? 0 : usualClass(classNames.length);
  const index = wanted !== null && wanted < classNames.length ? wanted : usual;
  const runs = frames.map(({ run, frame }): OverlaidRun => {
    const counts = frame && countsLike(frame, head);
    const isAlike = counts?.classNames.join('\n') === classNames.join('\n');
    return { run, scores: (isAlike && counts?.scores?.[index]) || null };
  });
  return { index, classNames, runs };
}

export interface NearestPoint {
  readonly run: RunRow;
  readonly at: CurvePoint;
}

/** Further away than this share of the plot nothing is meant. */
const REACH = 0.12;

export function nearestPoint(
  kind: ClassCurveKind,
  runs: readonly OverlaidRun[],
  { x, y }: CurvePoint,
): NearestPoint | null {
  let [nearest, least]: [NearestPoint | null, number] = [null, REACH];
  for (const { run, scores } of runs) {
    for (const at of scores ? curvePoints(kind, scores) : []) {
      const apart = Math.hypot(at.x - x, at.y - y);
      if (apart < least) [nearest, least] = [{ run, at }, apart];
    }
  }
  return nearest;
}
