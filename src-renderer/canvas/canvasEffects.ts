/** What the canvas does by itself: framing a new document, settling after a layout, telling its zoom. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useDocuments } from '../state/documentSession.ts';
import { motion } from '../state/motion.ts';
import { canvas, canvasStoreOf } from './canvasStore.ts';
import { frame, type Viewport } from './frame.ts';
import { passPresses } from './pressThrough.ts';
import { routesOf } from './routes.ts';
import { useCanvasStore } from './useCanvasState.ts';
import { ZoomMarks } from './zoomMarks.ts';

/** Where an empty document begins. */
const EMPTY_VIEW = { x: 48, y: 64, zoom: 1 } as const;

export const FIT_MS = 320;

/** How documents that were left stood on the canvas, by their generation. */
const cameras = new Map<number, Viewport>();

export function useFrameNewDocuments(
  root: RefObject<HTMLDivElement | null>,
  generation: number,
): void {
  const flow = useReactFlow();
  const documents = useDocuments();
  const framed = useRef(-1);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let view: Viewport | null = null;
    const show = (): void => {
      const { document } = documents.getState();
      const size = element.getBoundingClientRect();
      if (size.width === 0) return;
      const left = framed.current === generation ? undefined : cameras.get(generation);
      const framing = frame(document, routesOf(documents).getState().routes, size) ?? EMPTY_VIEW;
      view = left ? null : framing;
      framed.current = generation;
      void flow.setViewport(left ?? framing);
    };
    if (framed.current !== generation) {
      // Another network has other objectives.
      canvasStoreOf(documents).setState({ objective: null });
      show();
    }
    // Not laid out yet: a later size tells. And a window that changes keeps the graph in sight, unless
    // someone has moved the view.
    const observer = new ResizeObserver(() => {
      if (framed.current !== generation || (view && sameView(flow.getViewport(), view))) show();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      if (framed.current === generation) cameras.set(generation, flow.getViewport());
    };
  }, [documents, flow, generation, root]);
}

function sameView(a: Viewport, b: Viewport): boolean {
  return a.x === b.x && a.y === b.y && a.zoom === b.zoom;
}

export function useLayoutAnimation(
  root: RefObject<HTMLDivElement | null>,
  layoutGeneration: number,
): void {
  const documents = useDocuments();
  const first = useRef(layoutGeneration);
  useEffect(() => {
    const element = root.current;
    if (!element || first.current === layoutGeneration) return;
    first.current = layoutGeneration;
    element.classList.add('settling');
    canvas(documents)?.fit();
    const timer = setTimeout(() => element.classList.remove('settling'), FIT_MS + 40);
    return () => clearTimeout(timer);
  }, [documents, layoutGeneration, root]);
}

/** A class while the camera moves, set past React: no dashes run meanwhile, and the graph is one picture. */
export function useMotionClass(root: RefObject<HTMLDivElement | null>): void {
  useEffect(
    () => motion.subscribe((moving) => root.current?.classList.toggle('camera-moving', moving)),
    [root],
  );
  useEffect(() => (root.current ? passPresses(root.current) : undefined), [root]);
}

/** Level of detail and the like, as marks on the canvas's root. */
export function useZoomMarks(root: RefObject<HTMLDivElement | null>): void {
  const flow = useStoreApi();
  const canvasStore = useCanvasStore();
  useLayoutEffect(() => {
    if (!root.current) return;
    const marks = new ZoomMarks(root.current);
    const show = (): void => {
      const detail = marks.show(flow.getState().transform[2], motion.isMoving);
      if (detail !== canvasStore.getState().detail) canvasStore.setState({ detail });
    };
    show();
    const stops = [flow.subscribe(show), motion.subscribe(show)];
    return () => stops.forEach((stop) => stop());
  }, [root, flow, canvasStore]);
}
