/** The wire that was let go over empty canvas, while search-to-add asks what it should go to. */
import { ViewportPortal } from '@xyflow/react';
import { useDocument } from '../state/documentSession.ts';
import { documentNode } from '../state/selectors.ts';
import { useCanvasState } from './useCanvasState.ts';
import { portPoint } from '#engine/drawing/wires.ts';
import './WireEdge.css';

export function WaitingWire() {
  const popover = useCanvasState((state) => state.popover);
  const document = useDocument((state) => state.document);
  const analysis = useDocument((state) => state.analysis);
  const wire = popover?.mode === 'add' ? popover.wire : null;
  const node = wire && documentNode(document, wire.port.node);
  if (!popover || !wire || !node) return null;
  const from = portPoint(node.position, wire.direction, wire.port.port, analysis, node.id);
  const to = popover.flow;
  const reach =
    Math.max(24, Math.min(120, Math.abs(to.x - from.x) / 2)) * (wire.direction === 'out' ? 1 : -1);
  return (
    <ViewportPortal>
      <svg className="waiting-wire" aria-hidden="true">
        <g className="wire-in-hand">
          <path
            d={`M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`}
          />
          <circle cx={to.x} cy={to.y} r="4" />
        </g>
      </svg>
    </ViewportPortal>
  );
}
