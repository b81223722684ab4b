/**
 * What is going on on the canvas and is neither document nor remembered view: the wire in hand, what is
 * under the pointer, which popover is open. Framework-free.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PortRef } from '#engine/ir/document.ts';
import { documentsBehind, documentStore, type DocumentStore } from '../state/document.ts';
import type { Direction } from '../state/operations/connect.ts';
import type { Point } from '#engine/drawing/geometry.ts';
import type { ZoomLevel } from './zoom.ts';

/** A wire being dragged, or begun by keyboard. */
export interface WireInHand {
  readonly port: PortRef;
  readonly direction: Direction;
  /** Keys (portKey) of the ports it may end at. */
  readonly legal: ReadonlySet<string>;
}

/** The end of a wire that waits for its other end. */
export interface WireEnd {
  readonly port: PortRef;
  readonly direction: Direction;
}

interface Place {
  /** In px from the canvas's corner. */
  readonly screen: Point;
  /** Where a new card's left middle goes, in canvas px. */
  readonly flow: Point;
}

/** Search-to-add. */
export interface AddPopover extends Place {
  readonly mode: 'add';
  /** The end of the wire that the choice is wired to. */
  readonly wire: WireEnd | null;
  /** The choice goes behind the selected node, or onto the selected wire. */
  readonly toSelection: boolean;
}

/** The choice of a port to wire to, and before it, of several, the one to wire from. */
export interface ConnectPopover extends Place {
  readonly mode: 'connect';
  readonly ends: readonly WireEnd[];
}

export type Popover = AddPopover | ConnectPopover;

/** What a menu opened on. */
export type MenuPlace = 'node' | 'wire' | 'canvas';

export interface CanvasState {
  /** How much the cards show; while the camera moves it is held (zoomMarks.ts). */
  readonly detail: ZoomLevel;
  readonly inHand: WireInHand | null;
  readonly popover: Popover | null;
  readonly hoveredWire: string | null;
  /** The node that the arrow keys went to last; the next ones start there. */
  readonly current: string | null;
  /** The canvas is used by keyboard now: the place of the focus is marked. */
  readonly byKeyboard: boolean;
  /** The node that a list names at the moment. */
  readonly pointedNode: string | null;
  readonly menuPlace: MenuPlace;
  /** Where it was opened, in px from the canvas's corner. */
  readonly menuPoint: Point | null;
  /** The wire that what is being dragged would be spliced into. */
  readonly dropWire: string | null;
  /** The problem whose bubble is open, by problemKey. */
  readonly bubble: string | null;
  /** The objective whose gradient the wires show, by its position. */
  readonly objective: number | null;
  /** One line in the status bar about what the hand is doing. */
  readonly hint: string | null;
}

const BEGINNING: CanvasState = {
  detail: 'full',
  inHand: null,
  popover: null,
  hoveredWire: null,
  current: null,
  byKeyboard: false,
  pointedNode: null,
  menuPlace: 'canvas',
  menuPoint: null,
  dropWire: null,
  bubble: null,
  objective: null,
  hint: null,
};

/** The canvas of a document, and what the hand does on it. */
interface CanvasOf {
  readonly store: StoreApi<CanvasState>;
  /** While it is mounted. */
  handle: CanvasHandle | null;
  /**
   * Last place of the pointer over it, in the window; null when elsewhere. Not in the store: it changes with
   * every movement, and hundreds of ports listen there.
   */
  pointer: Point | null;
}
const canvases = new WeakMap<DocumentStore, CanvasOf>();
function canvasOf(documents: DocumentStore): CanvasOf {
  const key = documentsBehind(documents);
  let found = canvases.get(key);
  if (!found) {
    found = { store: createStore<CanvasState>(() => BEGINNING), handle: null, pointer: null };
    canvases.set(key, found);
  }
  return found;
}

/** What goes on on the canvas of a document. Components ask `useCanvasStore`. */
export const canvasStoreOf = (documents: DocumentStore): StoreApi<CanvasState> =>
  canvasOf(documents).store;

/** Of the document in front, whichever that is: for commands, keys and menus. */
export const canvasStore: Pick<StoreApi<CanvasState>, 'getState' | 'setState'> = {
  getState: () => canvasStoreOf(documentStore).getState(),
  // One signature of two, passed on as it is.
  setState: ((...change: Parameters<StoreApi<CanvasState>['setState']>) =>
    canvasStoreOf(documentStore).setState(...change)) as StoreApi<CanvasState>['setState'],
};

/** Another document comes to the front: what was going on was of the one before. */
export function leaveCanvas(): void {
  canvasStore.setState({
    inHand: null,
    popover: null,
    hoveredWire: null,
    current: null,
    pointedNode: null,
    dropWire: null,
    bubble: null,
    hint: null,
  });
}

export function notePointer(documents: DocumentStore, next: Point | null): void {
  canvasOf(documents).pointer = next;
}
/** In px from the canvas's corner, which is asked for now: with every movement that would be a layout. */
export function lastPointer(documents: DocumentStore = documentStore): Point | null {
  const { handle, pointer } = canvasOf(documents);
  const box = handle?.element()?.getBoundingClientRect();
  return pointer && box ? { x: pointer.x - box.left, y: pointer.y - box.top } : null;
}

/** The wire that would take what is being dragged; told only when it changes. */
export function markDropWire(documents: DocumentStore, dropWire: string | null): void {
  const store = canvasStoreOf(documents);
  if (store.getState().dropWire !== dropWire) store.setState({ dropWire });
}

/** What commands may ask of the canvas while it is mounted. */
export interface CanvasHandle {
  zoomIn(): void;
  zoomOut(): void;
  zoomTo(zoom: number): void;
  fit(nodes?: readonly string[]): void;
  /** Moves the view as little as it takes to have this card in sight. */
  show(node: string): void;
  /** Screen px of the whole window to canvas px. */
  toFlow(point: Point): Point;
  toScreen(point: Point): Point;
  /** In canvas px. */
  center(): Point;
  element(): HTMLElement | null;
}
export function registerCanvas(documents: DocumentStore, next: CanvasHandle | null): void {
  canvasOf(documents).handle = next;
}
/** Null where it is not mounted; by default of the document in front. */
export function canvas(documents: DocumentStore = documentStore): CanvasHandle | null {
  return canvasOf(documents).handle;
}
