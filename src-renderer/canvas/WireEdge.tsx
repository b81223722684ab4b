/** A wire: routed line, shape label, and a badge where what it carries does not fit. */
import type { EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { useStore } from 'zustand';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { problemIndex, problemKey, wireOf } from '../state/selectors.ts';
import { objectiveFlows, type GradientWay } from '../training/objectiveFlow.ts';
import { objectiveMarks } from '../training/objectives.ts';
import { useCanvasState, useCanvasStore } from './useCanvasState.ts';
import { typeAt, wireLabel } from '#engine/drawing/wires.ts';
import { routesOf } from './routes.ts';
import { wirePath } from '#engine/drawing/routing.ts';
import './WireEdge.css';

const CORNER = 10;

export const WireEdge = memo(function WireEdge({ id, selected }: EdgeProps) {
  const canvasStore = useCanvasStore();
  const route = useStore(routesOf(useDocuments()), (state) => state.routes.get(id));
  const label = useDocument((state) => {
    const wire = wireOf(state.document, id);
    return wire ? wireLabel(typeAt(state.analysis, wire.from)) : '';
  });
  const problem = useDocument((state) => problemIndex(state.analysis).byInput.get(id));
  const hovered = useCanvasState((state) => state.hoveredWire === id);
  const dropTarget = useCanvasState((state) => state.dropWire === id);
  const gradient = useGradient(id);
  if (!route) return null;

  const line = wirePath(route.points, CORNER, route.gaps);
  const classes = [
    'wire',
    problem ? 'broken' : '',
    hovered ? 'hovered' : '',
    selected ? 'selected' : '',
    dropTarget ? 'drop-target' : '',
    gradient ? `gradient-${gradient.way}` : '',
  ]
    .filter(Boolean)
    .join(' ');
  const openBubble = (): void => {
    if (problem) canvasStore.setState({ bubble: problemKey(problem) });
  };
  return (
    <g
      className={classes}
      data-wire={id}
      style={gradient?.color === undefined ? undefined : { '--objective': gradient.color }}
    >
      <path
        d={wirePath(route.points, CORNER)}
        className="wire-reach"
        onPointerEnter={() => canvasStore.setState({ hoveredWire: id })}
        onPointerLeave={() => canvasStore.setState({ hoveredWire: null })}
      />
      <path d={line} className="wire-line" />
      {!problem && <path d={line} className="wire-flow" />}
      {route.label && (
        <text
          x={route.label.x}
          y={problem ? route.label.y - 7 : route.label.y}
          className="wire-label"
        >
          {label}
        </text>
      )}
      {problem && (
        <g
          className="wire-badge"
          transform={`translate(${route.middle.x} ${route.middle.y})`}
          onPointerEnter={openBubble}
          onClick={openBubble}
          role="img"
          aria-label={problem.message}
        >
          <circle r="8" className="wire-badge-edge" />
          <circle r="6.5" className="wire-badge-fill" />
          <path d="M-2.5 -2.5l5 5M2.5 -2.5l-5 5" />
        </g>
      )}
    </g>
  );
});

/** How the gradient of the chosen objective comes back along this wire, if one is chosen. */
function useGradient(
  id: string,
): { readonly way: GradientWay | 'none'; readonly color: string | undefined } | null {
  const objective = useCanvasState((state) => state.objective);
  const way = useDocument(({ document, analysis }) =>
    objective === null || analysis.objectives.length < 2
      ? null
      : (objectiveFlows(document, analysis)[objective]?.wires.get(id) ?? 'none'),
  );
  const color = useDocument(({ analysis }) =>
    objective === null ? undefined : objectiveMarks(analysis)[objective]?.color,
  );
  return way === null ? null : { way, color };
}
