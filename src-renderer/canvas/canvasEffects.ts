/** What the canvas does by itself: framing a new document, settling after a layout, telling its zoom. */
import { useReactFlow, useStore as useFlow } from '@xyflow/react';
import { useEffect, useRef, type RefObject } from 'react';
import { documentStore } from '../state/document.ts';
import { canvas } from './canvasStore.ts';
import { frame } from './frame.ts';
import { routesStore } from './routes.ts';
import { zoomLevel } from './zoom.ts';

/** Where an empty document begins. */
const EMPTY_VIEW = { x: 48, y: 64, zoom: 1 } as const;

export const FIT_MS = 320;

export function useFrameNewDocuments(
  root: RefObject<HTMLDivElement | null>,
  generation: number,
): void {
  const flow = useReactFlow();
  const framed = useRef(-1);
  useEffect(() => {
    const element = root.current;
    if (!element || framed.current === generation) return;
    const show = (): void => {
      const { document } = documentStore.getState();
      const size = element.getBoundingClientRect();
      const view = frame(document, routesStore.getState().routes, size);
      if (size.width === 0) return;
      framed.current = generation;
      void flow.setViewport(view ?? EMPTY_VIEW);
    };
    show();
    // Not laid out yet: a later size tells.
    const observer = new ResizeObserver(() => {
      if (framed.current !== generation) show();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [flow, generation, root]);
}

export function useLayoutAnimation(
  root: RefObject<HTMLDivElement | null>,
  layoutGeneration: number,
): void {
  const first = useRef(layoutGeneration);
  useEffect(() => {
    const element = root.current;
    if (!element || first.current === layoutGeneration) return;
    first.current = layoutGeneration;
    element.classList.add('settling');
    canvas()?.fit();
    const timer = setTimeout(() => element.classList.remove('settling'), FIT_MS + 40);
    return () => clearTimeout(timer);
  }, [layoutGeneration, root]);
}

/**
 * `--zoom` on the canvas: text of a constant size on screen divides by it. Only cards seen from further
 * away have such text; elsewhere it stands still, since a change makes every card's style anew.
 */
export function useZoomProperty(root: RefObject<HTMLDivElement | null>): void {
  const zoom = useFlow((flow) => {
    const exact = flow.transform[2];
    const level = zoomLevel(exact);
    return level === 'name' || level === 'icon' ? Math.round(exact * 50) / 50 : 1;
  });
  useEffect(() => root.current?.style.setProperty('--zoom', String(zoom)), [root, zoom]);
}
