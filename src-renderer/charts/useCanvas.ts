/** Ties a CanvasPainter to a canvas element of a component. */
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { CanvasPainter, type Draw } from './painter.ts';

/** Calls back on every change; returns the way to stop. Must keep its identity between renders. */
export type Subscribe = (redraw: () => void) => () => void;

export interface CanvasHandle {
  readonly ref: RefObject<HTMLCanvasElement | null>;
  /** Draws in the next frame: for the pointer, which has no store. */
  redraw(): void;
}

/**
 * Draws with the `draw` of the latest render, again whenever one of `subscribe` calls back. Rendering
 * the component redraws at once; data never renders it.
 */
export function useCanvas(
  draw: Draw,
  subscribe: readonly Subscribe[],
  { scale = 1 }: { readonly scale?: number } = {},
): CanvasHandle {
  const ref = useRef<HTMLCanvasElement>(null);
  const painter = useRef<CanvasPainter>(null);

  useLayoutEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    const created = new CanvasPainter(canvas, () => {});
    painter.current = created;
    return () => {
      painter.current = null;
      created.dispose();
    };
  }, []);

  useLayoutEffect(() => {
    painter.current?.setScale(scale);
    painter.current?.setDraw(draw);
  });

  useEffect(() => {
    const stops = subscribe.map((one) => one(() => painter.current?.invalidate()));
    return () => {
      for (const stop of stops) stop();
    };
    // The list is written in place; its members keep their identity.
    // oxlint-disable-next-line react/exhaustive-deps
  }, subscribe);

  return { ref, redraw: () => painter.current?.redraw() };
}
