/** The wire in hand: a free curve to the cursor, with the shape it carries or would make. */
import { useConnection, type ConnectionLineComponentProps } from '@xyflow/react';
import { useEffect, useMemo } from 'react';
import { formatShape } from '#engine/ir/tensor.ts';
import type { Wire } from '#engine/ir/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import { refusal, tryWire } from '../state/operations/connect.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { typeAt, wireLabel } from '#engine/drawing/wires.ts';
import { useCanvasStore } from './useCanvasState.ts';
import './WireEdge.css';

interface Outcome {
  readonly text: string;
  readonly broken: boolean;
}

export function ConnectionLine({
  fromX,
  fromY,
  toX,
  toY,
  fromHandle,
  toHandle,
}: ConnectionLineComponentProps) {
  const documents = useDocuments();
  const forward = fromHandle.type === 'source';
  const from = { node: fromHandle.nodeId, port: fromHandle.id ?? '' };
  const to = toHandle ? { node: toHandle.nodeId, port: toHandle.id ?? '' } : null;
  const would = useMemo((): Outcome | null => {
    const { document, analysis } = documents.getState();
    if (!to) {
      return forward ? { text: wireLabel(typeAt(analysis, from)), broken: false } : null;
    }
    const wire: Wire = forward ? { from, to } : { from: to, to: from };
    if (refusal(document, wire) !== null) return null;
    const trial = tryWire(document, wire);
    const [error] = trial.errors;
    if (error !== undefined) return { text: error, broken: true };
    return trial.output ? { text: `out ${formatShape(trial.output.shape)}`, broken: false } : null;
    // Ports are compared by what they name.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [documents, forward, from.node, from.port, to?.node, to?.port]);

  const reach = Math.max(24, Math.min(120, Math.abs(toX - fromX) / 2)) * (forward ? 1 : -1);
  return (
    <g className="wire-in-hand">
      <path
        d={`M${fromX} ${fromY}C${fromX + reach} ${fromY} ${toX - reach} ${toY} ${toX} ${toY}`}
      />
      <circle cx={toX} cy={toY} r="4" />
      {would && (
        <text
          {...labelPlace({ fromX, fromY, toX, toY }, forward, to !== null, would.broken)}
          className={would.broken ? 'wire-label broken' : 'wire-label'}
        >
          {would.text}
        </text>
      )}
    </g>
  );
}

/** Beside the cursor; over the middle of the wire at a port; above the card when it is a sentence. */
function labelPlace(
  line: {
    readonly fromX: number;
    readonly fromY: number;
    readonly toX: number;
    readonly toY: number;
  },
  forward: boolean,
  atPort: boolean,
  isSentence: boolean,
): { readonly x: number; readonly y: number; readonly textAnchor: 'start' | 'middle' | 'end' } {
  const { fromX, fromY, toX, toY } = line;
  if (!atPort) {
    return { x: toX + (forward ? 10 : -10), y: toY - 10, textAnchor: forward ? 'start' : 'end' };
  }
  if (!isSentence)
    return { x: (fromX + toX) / 2, y: Math.min(fromY, toY) - 8, textAnchor: 'middle' };
  return { x: toX, y: toY - CARD.height / 2 - 8, textAnchor: 'start' };
}

/** Says in the status bar why the port under the cursor is refused. */
export function ConnectionHint() {
  const documents = useDocuments();
  const canvasStore = useCanvasStore();
  const hint = useConnection((connection) => {
    if (!connection.inProgress || !connection.toHandle || connection.isValid !== false) return null;
    const { fromHandle, toHandle } = connection;
    const a = { node: fromHandle.nodeId, port: fromHandle.id ?? '' };
    const b = { node: toHandle.nodeId, port: toHandle.id ?? '' };
    if (fromHandle.type === toHandle.type) return 'A wire goes from an output to an input.';
    const wire = fromHandle.type === 'source' ? { from: a, to: b } : { from: b, to: a };
    return refusal(documents.getState().document, wire);
  });
  useEffect(() => canvasStore.setState({ hint }), [canvasStore, hint]);
  return null;
}
