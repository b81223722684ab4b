/** What the hand does on the canvas of a document, carried out on it. One gesture is one undo step. */
import { uncovered } from '#engine/check/placing.ts';
import { wireKey, type PortRef } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import type { DocumentStore } from '../state/document.ts';
import { addOnWire, addWired, newNode, spliceExisting } from '../state/operations/add.ts';
import {
  copyFragment,
  pasteEdits,
  readFragment,
  writeFragment,
  type Fragment,
} from '../state/operations/clipboard.ts';
import { bestInput, bestOutput, legalPorts, refusal } from '../state/operations/connect.ts';
import type { Direction } from '../state/operations/connect.ts';
import { removeEdits } from '../state/operations/remove.ts';
import { documentNode, selectedIds, wireOf } from '../state/selectors.ts';
import { bringForward } from '../docking/moves.ts';
import { noteRecentLayer } from '../state/view.ts';
import { canvas, canvasStoreOf, lastPointer, markDropWire } from './canvasStore.ts';
import { CARD, GRID, snap, type Point } from '#engine/drawing/geometry.ts';
import { columnsOf, moveEdits, placeColumns } from './layout.ts';
import { routesOf } from './routes.ts';
import { distanceTo } from '#engine/drawing/routing.ts';
import { stepBackFrom } from './walk.ts';

const MOVE = 'Move';

export function connectPorts(documents: DocumentStore, from: PortRef, to: PortRef): void {
  const { document } = documents.getState();
  const why = refusal(document, { from, to });
  if (why !== null) {
    canvasStoreOf(documents).setState({ hint: why });
    return;
  }
  const known = wireOf(document, wireKey({ to }));
  if (known?.from.node === from.node && known.from.port === from.port) return;
  documents.apply([{ kind: 'addWire', wire: { from, to } }], { label: 'Connect' });
}

/** A wire let go over a card: goes to the port that fits. */
export function connectToNode(
  documents: DocumentStore,
  port: PortRef,
  direction: Direction,
  nodeId: string,
): void {
  const { document } = documents.getState();
  const node = documentNode(document, nodeId);
  if (!node || nodeId === port.node) return;
  const other =
    direction === 'out' ? bestInput(document, node, port) : bestOutput(document, node, port);
  if (other === null) return;
  const end = { node: nodeId, port: other };
  if (direction === 'out') connectPorts(documents, port, end);
  else connectPorts(documents, end, port);
}

export function takeInHand(documents: DocumentStore, port: PortRef, direction: Direction): void {
  const { document, analysis } = documents.getState();
  canvasStoreOf(documents).setState({
    inHand: { port, direction, legal: legalPorts(document, analysis, port, direction) },
    bubble: null,
  });
}

/** An end of a wire moved to another port. */
export function reconnect(documents: DocumentStore, key: string, from: PortRef, to: PortRef): void {
  const { document } = documents.getState();
  const old = wireOf(document, key);
  if (!old) return;
  const edits: DocumentEdit[] = [
    { kind: 'removeWire', to: old.to },
    { kind: 'addWire', wire: { from, to } },
  ];
  const without = { ...document, wires: document.wires.filter((wire) => wire !== old) };
  const why = refusal(without, { from, to });
  if (why !== null) canvasStoreOf(documents).setState({ hint: why });
  else documents.apply(edits, { label: 'Move wire' });
}

export function disconnect(documents: DocumentStore, to: PortRef): void {
  documents.apply([{ kind: 'removeWire', to }], { label: 'Remove wire' });
}

export function moveNodes(
  documents: DocumentStore,
  places: readonly (Point & { readonly id: string })[],
): void {
  documents.apply(
    places.map(({ id, x, y }) => ({ kind: 'moveNode', id, x, y })),
    { label: MOVE, undo: { gesture: MOVE } },
  );
}

/** Arrow keys. */
export function nudge(documents: DocumentStore, dx: number, dy: number): void {
  const { document } = documents.getState();
  const places = selectedIds(documents.getState()).flatMap((id) => {
    const node = documentNode(document, id);
    return node ? [{ id, x: node.position.x + dx * GRID, y: node.position.y + dy * GRID }] : [];
  });
  if (places.length > 0) moveNodes(documents, places);
}

/** The wire that a card at this place would be dropped on. */
export function wireUnder(documents: DocumentStore, center: Point, except?: string): string | null {
  const { document } = documents.getState();
  let nearest: string | null = null;
  let distance = 24;
  for (const [key, route] of routesOf(documents).getState().routes) {
    const wire = wireOf(document, key);
    if (!wire || wire.from.node === except || wire.to.node === except) continue;
    const d = distanceTo(route.points, center);
    if (d < distance) {
      distance = d;
      nearest = key;
    }
  }
  return nearest;
}

/** A card that has no wires can be dropped on one. */
export function spliceTarget(documents: DocumentStore, id: string): string | null {
  const { document } = documents.getState();
  const node = documentNode(document, id);
  if (!node || document.wires.some((wire) => wire.from.node === id || wire.to.node === id)) {
    return null;
  }
  return wireUnder(
    documents,
    { x: node.position.x + CARD.width / 2, y: node.position.y + CARD.height / 2 },
    id,
  );
}

export function endMove(documents: DocumentStore, dropped: string | null): void {
  const { dropWire } = canvasStoreOf(documents).getState();
  const { document, analysis } = documents.getState();
  if (dropped !== null && dropWire !== null) {
    const edits = spliceExisting(document, analysis, dropped, dropWire);
    if (edits) documents.apply(edits, { label: MOVE, undo: { gesture: MOVE } });
  }
  markDropWire(documents, null);
  documents.endGesture();
}

/** A layer dropped on the canvas; `center` in canvas px. */
export function addLayerAt(documents: DocumentStore, type: string, center: Point): void {
  const { document } = documents.getState();
  const key = wireUnder(documents, center);
  const spliced = key === null ? null : addOnWire(document, type, key);
  noteRecentLayer(type);
  if (spliced) {
    documents.apply(spliced.edits, { label: `Add ${type}`, select: [spliced.id] });
    return;
  }
  const node = newNode(document, type, {
    x: snap(center.x - CARD.width / 2),
    y: snap(center.y - CARD.height / 2),
  });
  documents.apply([{ kind: 'addNode', node }], { label: `Add ${type}`, select: [node.id] });
}

/** From search-to-add: at `flow` (its left middle), wired to the wire it was opened from. */
export function addFromPopover(
  documents: DocumentStore,
  type: string,
  flow: Point,
  wire: { readonly port: PortRef; readonly direction: Direction } | null,
): void {
  const { document } = documents.getState();
  const backwards = wire?.direction === 'in';
  const place = {
    x: snap(backwards ? flow.x - CARD.width : flow.x),
    y: snap(flow.y - CARD.height / 2),
  };
  const node = newNode(document, type, wire ? place : uncovered(document, place));
  noteRecentLayer(type);
  const added = wire
    ? addWired(document, node, backwards ? { to: wire.port } : { from: wire.port })
    : { edits: [{ kind: 'addNode' as const, node }], id: node.id };
  documents.apply(added.edits, { label: `Add ${type}`, select: [added.id] });
  canvas(documents)?.show(added.id);
}

export function removeSelected(documents: DocumentStore, heal: boolean): void {
  const { document, selection } = documents.getState();
  const edits = removeEdits(document, selection, heal);
  if (edits.length === 0) return;
  if (selection.nodes.size > 0) stepBackFrom(documents, selection.nodes);
  documents.apply(edits, { label: 'Delete', select: [] });
}

/** The last thing copied here, for when the system's clipboard may not be read. */
let copied: string | null = null;

export function copySelected(documents: DocumentStore): string | null {
  const { document, selection } = documents.getState();
  const fragment = copyFragment(document, selection.nodes);
  if (!fragment) return null;
  copied = writeFragment(fragment);
  return copied;
}

export function lastCopied(): string | null {
  return copied;
}

function insert(
  documents: DocumentStore,
  fragment: Fragment,
  label: string,
  keepIncoming: boolean,
  at?: Point,
): void {
  const pasted = pasteEdits(documents.getState().document, fragment, {
    keepIncoming,
    ...(at ? { at } : {}),
  });
  documents.apply(pasted.edits, { label, select: pasted.ids });
}

/** True when the text was something to paste. */
export function pasteText(
  documents: DocumentStore,
  text: string,
  { keepIncoming }: { readonly keepIncoming: boolean },
): boolean {
  const fragment = readFragment(text);
  if (!fragment) return false;
  const pointer = lastPointer(documents);
  const element = canvas(documents)?.element()?.getBoundingClientRect();
  const at =
    pointer && element
      ? canvas(documents)?.toFlow({ x: pointer.x + element.left, y: pointer.y + element.top })
      : undefined;
  const center = at && { x: at.x - CARD.width / 2, y: at.y - CARD.height / 2 };
  insert(documents, fragment, 'Paste', keepIncoming, keepIncoming ? undefined : center);
  return true;
}

export function duplicateSelected(documents: DocumentStore): void {
  const { document, selection } = documents.getState();
  const fragment = copyFragment(document, selection.nodes);
  if (fragment) insert(documents, fragment, 'Duplicate', true);
}

/** Alt-drag: what was dragged goes back, copies stay where it was let go. */
export function duplicateDragged(
  documents: DocumentStore,
  starts: ReadonlyMap<string, Point>,
): void {
  const { document } = documents.getState();
  const fragment = copyFragment(document, new Set(starts.keys()));
  if (!fragment) return;
  const pasted = pasteEdits(document, fragment);
  const shift = pasted.edits.map((edit): DocumentEdit => {
    if (edit.kind !== 'addNode') return edit;
    const { position } = edit.node;
    // pasteEdits sets copies a little off; these belong exactly where the drag ended.
    return {
      ...edit,
      node: { ...edit.node, position: { x: position.x - 2 * GRID, y: position.y - 2 * GRID } },
    };
  });
  const back = [...starts].map(([id, { x, y }]): DocumentEdit => ({ kind: 'moveNode', id, x, y }));
  documents.apply([...shift, ...back], {
    label: MOVE,
    undo: { gesture: MOVE },
    select: pasted.ids,
  });
}

export function bypassSelected(documents: DocumentStore): void {
  const { document, selection } = documents.getState();
  const nodes = document.nodes.filter((node) => selection.nodes.has(node.id));
  if (nodes.length === 0) return;
  const bypassed = !nodes.every((node) => node.bypassed === true);
  documents.apply(
    nodes.map(({ id }) => ({ kind: 'setBypassed', id, bypassed })),
    { label: bypassed ? 'Bypass' : 'Stop bypassing' },
  );
}

/** The whole graph, or the selection when it has several nodes. */
export async function layOut(documents: DocumentStore): Promise<void> {
  const { document, analysis, selection } = documents.getState();
  const within = selection.nodes.size > 1 ? selection.nodes : null;
  const nodes = document.nodes.filter((node) => within === null || within.has(node.id));
  const ids = new Set(nodes.map((node) => node.id));
  const columns = await columnsOf({
    nodes: nodes.map(({ id }) => ({
      id,
      inputs: analysis.nodes.get(id)?.ports.in ?? [],
      outputs: analysis.nodes.get(id)?.ports.out ?? [],
    })),
    wires: document.wires.filter(
      ({ from, to }) =>
        ids.has(from.node) &&
        ids.has(to.node) &&
        analysis.nodes.get(from.node)?.ports.out.includes(from.port) === true &&
        analysis.nodes.get(to.node)?.ports.in.includes(to.port) === true,
    ),
  });
  // The document may have changed while elk was at work.
  const now = documents.getState().document;
  const box = canvas(documents)?.element()?.getBoundingClientRect();
  const aspect = box && box.height > 0 ? box.width / box.height : 1.8;
  const edits = moveEdits(now, placeColumns(columns, aspect));
  if (edits.length === 0) {
    canvas(documents)?.fit();
    return;
  }
  documents.noteLayout();
  documents.apply(edits, { label: 'Lay out' });
  documents.endGesture();
}

/** Something that the inspector should show: selects it and brings the inspector forward. */
export function reveal(documents: DocumentStore, nodeId: string): void {
  documents.select({ nodes: new Set([nodeId]), wires: new Set() });
  bringForward('inspector');
  canvas(documents)?.fit([nodeId]);
}
