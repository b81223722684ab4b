/** The map of the graph: all cards as blocks, and the frame of what is in sight. Drag it or turn the wheel. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useRef, type PointerEvent, type WheelEvent } from 'react';
import { chartColors, layerChartColor, subscribeColors } from '../charts/colors.ts';
import { boundsOf } from '../charts/pictureSheet.ts';
import type { Box } from '../charts/drawHistogram.ts';
import type { DocumentState } from '../state/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import { problemsOf } from '../state/selectors.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { MAX_ZOOM, MIN_ZOOM } from './zoom.ts';

export const MAP = { width: 160, height: 88, right: 12, bottom: 10 } as const;
/** Kept free around what it shows. */
const MARGIN = 4;
const BLOCK_ALPHA = 0.6;

export interface MapScale {
  /** Map px per canvas px. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** How the graph and what is in sight fit on the map, in the middle. */
export function mapScale(
  graph: Box,
  sight: Box,
  size: { width: number; height: number },
): MapScale {
  const all = boundsOf([graph, sight]) ?? graph;
  const width = size.width - 2 * MARGIN;
  const height = size.height - 2 * MARGIN;
  const scale = Math.min(width / all.width, height / all.height);
  return {
    scale,
    x: MARGIN + (width - all.width * scale) / 2 - all.x * scale,
    y: MARGIN + (height - all.height * scale) / 2 - all.y * scale,
  };
}

export function GraphMap() {
  const store = useStoreApi();
  const flow = useReactFlow();
  const documents = useDocuments();
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef<MapScale | null>(null);
  const held = useRef<{ x: number; y: number } | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const sight = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      shown.current = drawMap(element, documents.getState(), sight);
    };
    const request = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    request();
    const stops = [
      store.subscribe(request),
      documents.subscribe(request),
      subscribeColors(request),
    ];
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [store, documents]);

  const move = (event: PointerEvent): void => {
    const from = held.current;
    if (!from || !shown.current) return;
    held.current = { x: event.clientX, y: event.clientY };
    const { x, y, zoom } = flow.getViewport();
    const factor = zoom / shown.current.scale;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    void flow.setViewport({ x: x - dx * factor, y: y - dy * factor, zoom });
  };
  const turn = (event: WheelEvent): void => {
    const { x, y, zoom } = flow.getViewport();
    const { width, height } = store.getState();
    const next = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom * 2 ** (-event.deltaY / 200)));
    const factor = next / zoom;
    const [cx, cy] = [width / 2, height / 2];
    void flow.setViewport({ x: cx - (cx - x) * factor, y: cy - (cy - y) * factor, zoom: next });
  };
  return (
    <canvas
      ref={canvas}
      className="graph-map"
      role="img"
      aria-label="Map of the graph"
      style={{ width: MAP.width, height: MAP.height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={move}
      onPointerUp={() => (held.current = null)}
      onWheel={turn}
    />
  );
}

function drawMap(element: HTMLCanvasElement, state: DocumentState, sight: Box): MapScale | null {
  const context = element.getContext('2d');
  const { document, analysis } = state;
  const graph = boundsOf(document.nodes.map(({ position }) => ({ ...position, ...CARD })));
  if (!context || !graph) return null;
  const [width, height] = [MAP.width, MAP.height].map((px) => Math.round(px * devicePixelRatio));
  if (element.width !== width) element.width = width ?? 0;
  if (element.height !== height) element.height = height ?? 0;
  const colors = chartColors();
  const map = mapScale(graph, sight, MAP);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, MAP.width, MAP.height);
  context.globalAlpha = BLOCK_ALPHA;
  for (const { id, position } of document.nodes) {
    const broken = problemsOf(analysis, id)[0]?.severity === 'error';
    context.fillStyle = broken
      ? colors.danger
      : layerChartColor(colors, analysis.nodes.get(id)?.definition);
    context.fillRect(
      map.x + position.x * map.scale,
      map.y + position.y * map.scale,
      CARD.width * map.scale,
      CARD.height * map.scale,
    );
  }
  context.globalAlpha = 1;
  context.strokeStyle = colors.accent;
  context.lineWidth = 1;
  context.strokeRect(
    map.x + sight.x * map.scale,
    map.y + sight.y * map.scale,
    sight.width * map.scale,
    sight.height * map.scale,
  );
  return map;
}
