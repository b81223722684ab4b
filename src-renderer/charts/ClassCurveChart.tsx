/**
 * One curve of a class against all others, those of the other classes faint behind it. The pointer reads values
 * off it, and on a curve of thresholds dragging sets the one.
 */
import { useState, type PointerEvent } from 'react';
import { formatFixed, formatInteger, formatPercent } from '../ui/format.ts';
import {
  CLASS_CURVES,
  type ClassCurveKind,
  type ClassScores,
  type CurvePoint,
  curvePoints,
  type Decision,
  nearestDecision,
  pointOf,
  referenceLine,
} from './classCurves.ts';
import { writeThreshold } from './classCurveExport.ts';
import './ClassCurveChart.css';

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

const TICKS = [0, 1] as const;

const path = (points: readonly CurvePoint[]): string =>
  points.map(({ x, y }) => `${x.toFixed(4)},${(1 - y).toFixed(4)}`).join(' ');

interface Reading {
  readonly at: CurvePoint;
  readonly text: string;
}

export function ClassCurveChart(props: ClassCurveProps) {
  const { kind, scores, decisions, others, decision, color, figure, onThreshold } = props;
  const [reading, setReading] = useState<Reading | null>(null);
  const words = CLASS_CURVES[kind];
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
    <figure className="class-curve" data-kind={kind}>
      <figcaption className="curve-legend">
        <span className="curve-title">{words.title}</span>
        <span className="curve-value">
          <b>{figure}</b>
        </span>
      </figcaption>
      <div className="class-curve-ticks y" aria-hidden="true">
        {TICKS.map((tick) => (
          <span key={tick} style={{ bottom: `${tick * 100}%` }}>
            {tick}
          </span>
        ))}
        <span className="axis-name">{words.y}</span>
      </div>
      <div
        className="class-curve-plot"
        role="img"
        aria-label={`${words.title}: ${words.y.toLowerCase()} over ${words.x.toLowerCase()}`}
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
            <polyline key={i} className="other" points={path(curvePoints(kind, each))} />
          ))}
          <polyline points={path(points)} style={{ stroke: color }} />
        </svg>
        {kind === 'calibration' &&
          points.map((point) => <Dot key={point.x} point={point} color={color} />)}
        {chosen && <Dot point={chosen} color={color} isLarge />}
        {reading && (
          <>
            <Dot point={reading.at} color="var(--t-1)" />
            <div
              className="readout"
              style={{
                ...(reading.at.x > 0.5 ? { right: '4px' } : { left: '4px' }),
                ...(reading.at.y > 0.5 ? { bottom: '4px' } : { top: '4px' }),
              }}
            >
              {reading.text}
            </div>
          </>
        )}
      </div>
      <div className="class-curve-ticks x" aria-hidden="true">
        {TICKS.map((tick) => (
          <span key={tick} style={{ left: `${tick * 100}%` }}>
            {tick}
          </span>
        ))}
        <span className="axis-name">{words.x}</span>
      </div>
    </figure>
  );
}

function Dot(props: {
  readonly point: CurvePoint;
  readonly color: string;
  readonly isLarge?: boolean;
}) {
  const { point, color, isLarge = false } = props;
  const style = { left: `${point.x * 100}%`, top: `${(1 - point.y) * 100}%`, background: color };
  return <i className="class-curve-dot" data-large={isLarge || undefined} style={style} />;
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
