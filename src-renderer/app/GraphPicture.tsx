/** A graph in small: cards as blocks in their category colour, wires as lines. */
import { useMemo } from 'react';
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { wireEnds } from '#engine/drawing/wires.ts';
import { routeWires, wirePath } from '#engine/drawing/routing.ts';
import { layerColor } from '../ui/layerLook.tsx';
import './GraphPicture.css';

export function GraphPicture({ document }: { readonly document: NetworkDocument }) {
  const { analysis, wires, box } = useMemo(() => {
    const analysis = analyse(document);
    const cards = document.nodes.map(({ id, position }) => ({ id, ...position }));
    const wires = [...routeWires(cards, wireEnds(document, analysis)).values()].map(({ points }) =>
      wirePath(points, 10),
    );
    const xs = cards.map(({ x }) => x);
    const ys = cards.map(({ y }) => y);
    const left = Math.min(...xs) - 40;
    const top = Math.min(...ys) - 40;
    const width = Math.max(...xs) + CARD.width + 40 - left;
    const height = Math.max(...ys) + CARD.height + 40 - top;
    return { analysis, wires, box: `${left} ${top} ${width} ${height}` };
  }, [document]);
  return (
    <svg className="graph-picture" viewBox={box} aria-hidden="true">
      {wires.map((path) => (
        <path key={path} d={path} fill="none" stroke="var(--wire)" strokeWidth="6" />
      ))}
      {document.nodes.map(({ id, position }) => {
        return (
          <rect
            key={id}
            x={position.x}
            y={position.y}
            width={CARD.width}
            height={CARD.height}
            rx="14"
            fill={layerColor(analysis.nodes.get(id)?.definition)}
            fillOpacity="0.75"
          />
        );
      })}
    </svg>
  );
}
