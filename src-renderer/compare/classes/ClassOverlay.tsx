/** One curve of a class in all compared runs, by their colours; the one that is pointed at stands out everywhere. */
import { useState } from 'react';
import { useStore } from 'zustand';
import {
  CLASS_CURVES,
  type ClassCurveKind,
  curvePath,
  curvePoints,
  referenceLine,
} from '#renderer/charts/classCurves.ts';
import { ClassCurveFrame, CurveDot, CurveReadout } from '#renderer/charts/ClassCurveFrame.tsx';
import { formatFixed } from '#renderer/ui/format.ts';
import { compareStore, highlight } from '../compareStore.ts';
import { runToken } from '../RunDot.tsx';
import { nearestPoint, type NearestPoint, type OverlaidRun } from './overlaidClasses.ts';

export function ClassOverlay(props: {
  readonly kind: ClassCurveKind;
  readonly runs: readonly OverlaidRun[];
  readonly labelOf: (id: string) => string;
}) {
  const { kind, runs, labelOf } = props;
  const [near, setNear] = useState<NearestPoint | null>(null);
  const highlighted = useStore(compareStore, (state) => state.highlighted);
  const drawn = runs.flatMap(({ run, scores }) => (scores ? [{ run, scores }] : []));
  // What is drawn last lies on top.
  const inOrder = drawn.toSorted(
    (a, b) => Number(a.run.id === highlighted) - Number(b.run.id === highlighted),
  );
  const [first] = drawn;
  const reference = first && referenceLine(kind, first.scores);
  const { x, y } = CLASS_CURVES[kind];
  return (
    <ClassCurveFrame
      kind={kind}
      onPointerMove={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const place = {
          x: (event.clientX - box.left) / box.width,
          y: 1 - (event.clientY - box.top) / box.height,
        };
        const found = nearestPoint(kind, runs, place);
        setNear(found);
        highlight(found?.run.id ?? null);
      }}
      onPointerLeave={() => {
        setNear(null);
        highlight(null);
      }}
    >
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        <path className="grid" d="M0 .5H1M.5 0V1" />
        {reference && (
          <line
            className="reference"
            x1={reference[0].x}
            y1={1 - reference[0].y}
            x2={reference[1].x}
            y2={1 - reference[1].y}
          />
        )}
        {inOrder.map(({ run, scores }) => (
          <polyline
            key={run.id}
            points={curvePath(curvePoints(kind, scores))}
            style={{
              stroke: runToken(run),
              strokeWidth: run.id === highlighted ? 2.5 : undefined,
              opacity: highlighted === null || run.id === highlighted ? undefined : 0.4,
            }}
          />
        ))}
      </svg>
      {near && (
        <>
          <CurveDot point={near.at} color={runToken(near.run)} />
          <CurveReadout
            at={near.at}
            text={`${labelOf(near.run.id)}: ${y.long.toLowerCase()} ${formatFixed(near.at.y, 3)}, ${x.long.toLowerCase()} ${formatFixed(near.at.x, 3)}`}
          />
        </>
      )}
    </ClassCurveFrame>
  );
}
