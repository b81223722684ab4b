/**
 * What is going on on the canvas and is neither document nor remembered view: the wire in hand, what is
 * under the pointer, which popover is open. Framework-free.
 */
import { createStore } from 'zustand/vanilla';
import type { PortRef } from '#engine/ir/document.ts';
import type { Direction } from '../state/operations/connect.ts';
import type { Point } from './geometry.ts';

/** A wire being dragged, or begun by keyboard. */
export interface WireInHand {
  readonly port: PortRef;
  readonly direction: Direction;
  /** Keys (portKey) of the ports it may end at. */
  readonly legal: ReadonlySet<string>;
}

/** Search-to-add, or the choice of a port to connect to. */
export interface AddPopover {
  readonly mode: 'add' | 'connect';
  /** In px from the canvas's corner. */
  readonly screen: Point;
  /** Where a new card's left middle goes, in canvas px. */
  readonly flow: Point;
  /** The end of the wire that the choice is wired to. */
  readonly wire: { readonly port: PortRef; readonly direction: Direction } | null;
}

export interface CanvasState {
  readonly inHand: WireInHand | null;
  readonly popover: AddPopover | null;
  readonly hoveredWire: string | null;
  /** The wire that what is being dragged would be spliced into. */
  readonly dropWire: string | null;
  /** The problem whose bubble is open, by problemKey. */
  readonly bubble: string | null;
  /** One line in the status bar about what the hand is doing. */
  readonly hint: string | null;
  /** Lets a new document appear before the canvas frames it. */
  readonly animateMoves: boolean;
}

export const canvasStore = createStore<CanvasState>(() => ({
  inHand: null,
  popover: null,
  hoveredWire: null,
  dropWire: null,
  bubble: null,
  hint: null,
  animateMoves: false,
}));

/**
 * Last place of the pointer over the canvas, in px from its corner; null when elsewhere. Not in the
 * store: it changes with every movement, and hundreds of ports listen there.
 */
let pointer: Point | null = null;
export function notePointer(next: Point | null): void {
  pointer = next;
}
export function lastPointer(): Point | null {
  return pointer;
}

/** The wire that would take what is being dragged; told only when it changes. */
export function markDropWire(dropWire: string | null): void {
  if (canvasStore.getState().dropWire !== dropWire) canvasStore.setState({ dropWire });
}

/** What commands may ask of the canvas while it is mounted. */
export interface CanvasHandle {
  zoomIn(): void;
  zoomOut(): void;
  zoomTo(zoom: number): void;
  fit(nodes?: readonly string[]): void;
  /** Screen px of the whole window to canvas px. */
  toFlow(point: Point): Point;
  toScreen(point: Point): Point;
  /** In canvas px. */
  center(): Point;
  element(): HTMLElement | null;
}
let handle: CanvasHandle | null = null;
export function registerCanvas(next: CanvasHandle | null): void {
  handle = next;
}
export function canvas(): CanvasHandle | null {
  return handle;
}
