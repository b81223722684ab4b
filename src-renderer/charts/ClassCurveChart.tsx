/**
 * One curve of a class against all others, those of the other classes faint behind it. The pointer reads values
 * off it, and on a curve of thresholds dragging sets the one.
 */
import { useState, type PointerEvent } from 'react';
import { formatFixed, formatInteger, formatPercent } from '../ui/format.ts';
import {
  type ClassCurveKind,
  type ClassScores,
  type CurvePoint,
  curvePath,
  curvePoints,
  type Decision,
  nearestDecision,
  pointOf,
  referenceLine,
} from './classCurves.ts';
import { ClassCurveFrame, CurveDot, CurveReadout } from './ClassCurveFrame.tsx';
import { writeThreshold } from './classCurveExport.ts';

export interface ClassCurveProps {
  readonly kind: ClassCurveKind;
  readonly scores: ClassScores;
  readonly decisions: readonly Decision[];
  readonly others: readonly ClassScores[];
  /** That which is decided by; null: the most likely class wins. */
  readonly decision: Decision | null;
  readonly color: string;
  /** The figure beside the title. */
  readonly figure: string;
  readonly onThreshold: (threshold: number) => void;
}

interface Reading {
  readonly at: CurvePoint;
  readonly text: string;
}

export function ClassCurveChart(props: ClassCurveProps) {
  const { kind, scores, decisions, others, decision, color, figure, onThreshold } = props;
  const [reading, setReading] = useState<Reading | null>(null);
  const points = curvePoints(kind, scores);
  const [from, to] = referenceLine(kind, scores);
  const chosen = decision && kind !== 'calibration' ? pointOf(kind, decision) : null;

  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = {
      x: (event.clientX - box.left) / box.width,
      y: 1 - (event.clientY - box.top) / box.height,
    };
    if (kind === 'calibration') {
      setReading(calibrationReading(scores, place.x));
      return;
    }
    const nearest = nearestDecision(kind, decisions, place);
    const at = nearest && pointOf(kind, nearest);
    if (!nearest || !at) return;
    setReading({ at, text: decisionText(kind, nearest, at) });
    const isDown =
      event.type === 'pointerdown' || event.currentTarget.hasPointerCapture(event.pointerId);
    if (isDown && Number.isFinite(nearest.threshold)) onThreshold(nearest.threshold);
  };

  return (
    <ClassCurveFrame
      kind={kind}
      figure={figure}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        onPointer(event);
      }}
      onPointerMove={onPointer}
      onPointerLeave={() => setReading(null)}
    >
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        <path className="grid" d="M0 .5H1M.5 0V1" />
        <line className="reference" x1={from.x} y1={1 - from.y} x2={to.x} y2={1 - to.y} />
        {others.map((each, i) => (
          <polyline key={i} className="other" points={curvePath(curvePoints(kind, each))} />
        ))}
        <polyline points={curvePath(points)} style={{ stroke: color }} />
      </svg>
      {kind === 'calibration' &&
        points.map((point) => <CurveDot key={point.x} point={point} color={color} />)}
      {chosen && <CurveDot point={chosen} color={color} isLarge />}
      {reading && (
        <>
          <CurveDot point={reading.at} color="var(--t-1)" />
          <CurveReadout at={reading.at} text={reading.text} />
        </>
      )}
    </ClassCurveFrame>
  );
}

function decisionText(
  kind: Exclude<ClassCurveKind, 'calibration'>,
  { threshold }: Decision,
  { x, y }: CurvePoint,
): string {
  const [across, up] =
    kind === 'roc' ? ['false positives', 'true positives'] : ['recall', 'precision'];
  const at = Number.isFinite(threshold) ? `from ${writeThreshold(threshold)}: ` : '';
  return `${at}${up} ${formatPercent(y)}, ${across} ${formatPercent(x)}`;
}

/** Of the bin that is nearest from left to right. */
function calibrationReading({ calibration }: ClassScores, x: number): Reading | null {
  const { samples, positives, scores } = calibration;
  let [best, apart] = [-1, Infinity];
  samples.forEach((count, i) => {
    const distance = Math.abs((scores[i] ?? 0) - x);
    if (count > 0 && distance < apart) [best, apart] = [i, distance];
  });
  const count = samples[best];
  if (count === undefined) return null;
  const [score, share] = [scores[best] ?? 0, (positives[best] ?? 0) / count];
  return {
    at: { x: score, y: share },
    text: `score ${formatFixed(score, 2)}: ${formatPercent(share)} of ${formatInteger(count)} are of it`,
  };
}
