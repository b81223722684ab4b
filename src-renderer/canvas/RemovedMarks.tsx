/** While a run trains: where nodes and wires of it stood that were taken off the canvas since it was started. */
import { ViewportPortal } from '@xyflow/react';
import { useMemo } from 'react';
import { titleOf } from '../state/selectors.ts';
import { useDocument } from '../state/documentSession.ts';
import { useRunningDocument } from '../state/useRunDifferences.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { removedParts } from './removedParts.ts';
import './RemovedMarks.css';
import { portPoint } from '#engine/drawing/wires.ts';

export function RemovedMarks() {
  const ran = useRunningDocument();
  const now = useDocument((state) => state.document);
  const analysis = useDocument((state) => state.analysis);
  const removed = useMemo(() => ran && removedParts(ran, now), [ran, now]);
  if (!removed || removed.nodes.length + removed.wires.length === 0) return null;
  const places = new Map(now.nodes.map(({ id, position }) => [id, position]));
  const end = (direction: 'in' | 'out', { node, port }: { node: string; port: string }) =>
    portPoint(places.get(node) ?? { x: 0, y: 0 }, direction, port, analysis, node);
  return (
    <ViewportPortal>
      <div className="removed-parts">
        <svg width="1" height="1" aria-hidden>
          {removed.wires.map((wire) => {
            const [from, to] = [end('out', wire.from), end('in', wire.to)];
            const key = `${wire.from.node}.${wire.from.port}-${wire.to.node}.${wire.to.port}`;
            return <path key={key} d={`M${from.x} ${from.y}L${to.x} ${to.y}`} />;
          })}
        </svg>
        {removed.nodes.map((node) => (
          <p
            key={node.id}
            className="removed-node"
            style={{
              width: CARD.width,
              height: CARD.height,
              transform: `translate(${node.position.x}px, ${node.position.y}px)`,
            }}
          >
            <b>{titleOf(node)}</b>
            removed; the run still trains it
          </p>
        ))}
      </div>
    </ViewportPortal>
  );
}
