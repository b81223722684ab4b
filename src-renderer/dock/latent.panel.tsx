/**
 * The plane of the numbers that an autoencoder squeezes its samples into: validation samples by their class, and
 * what the decoder makes of every place. Pointing at a place, or the arrow keys, enlarges its picture.
 */
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { LatentFrame } from '#engine/protocol/run.ts';
import { definePanel } from '../app/definePanel.ts';
import { chartColors } from '../charts/colors.ts';
import { type Cell, cellAt, drawLatents, planesIn } from '../charts/drawLatents.ts';
import { useCanvas } from '../charts/useCanvas.ts';
import { useSnapshot } from '../charts/useLive.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { formatInteger } from '../ui/format.ts';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import '../charts/NodeChart.css';
import './tools.css';

function LatentPlane() {
  const frame = useSnapshot('latents');
  if (!frame) return <EmptyPanel what="The plane of the latent numbers appears" kind="latents" />;
  return <Plane frame={frame} />;
}

const MOVES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, 1]],
  ['ArrowDown', [0, -1]],
]);

function Plane({ frame }: { readonly frame: LatentFrame }) {
  const pointed = useRef<Cell | null>(null);
  const canvas = useCanvas(
    (surface) => drawLatents(surface, frame, chartColors(), pointed.current),
    [],
  );
  const side = frame.decoded?.side ?? 0;
  const point = (cell: Cell | null): void => {
    pointed.current = cell;
    canvas.redraw();
  };
  const onPointer = ({ nativeEvent, currentTarget }: PointerEvent<HTMLCanvasElement>): void => {
    const { clientWidth, clientHeight } = currentTarget;
    const at = [nativeEvent.offsetX, nativeEvent.offsetY] as const;
    const { points, pictures } = planesIn(clientWidth, clientHeight, side > 0);
    point(cellAt(points, side, at) ?? (pictures && cellAt(pictures, side, at)));
  };
  const onKey = (event: KeyboardEvent<HTMLCanvasElement>): void => {
    const move = MOVES.get(event.key);
    if (!move || side === 0) return;
    event.preventDefault();
    const { column, row } = pointed.current ?? { column: side >> 1, row: side >> 1 };
    const within = (value: number): number => Math.max(0, Math.min(side - 1, value));
    point({ column: within(column + move[0]), row: within(row + move[1]) });
  };
  const count = formatInteger(frame.points.x.length);
  return (
    <div className="panel-canvas">
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        tabIndex={0}
        aria-label={`Latent plane of ${frame.node} at step ${frame.step}: ${count} samples${side > 0 ? `, and ${side} by ${side} places decoded` : ''}`}
        onPointerMove={onPointer}
        onPointerLeave={() => point(null)}
        onKeyDown={onKey}
        onBlur={() => point(null)}
      />
    </div>
  );
}

function LatentTools() {
  const frame = useSnapshot('latents');
  if (!frame) return null;
  return (
    <>
      <span className="tool-text wide-only">
        <b>{frame.node}</b>
        {frame.width > 2 && ` first 2 of ${formatInteger(frame.width)}`}
      </span>
      <PanelStep kind="latents" />
    </>
  );
}

export default definePanel({
  id: 'latent',
  title: 'Latent plane',
  place: 'bottomRight',
  order: 15,
  applies: ({ bottleneck }) => bottleneck !== null,
  Component: LatentPlane,
  tools: LatentTools,
});
