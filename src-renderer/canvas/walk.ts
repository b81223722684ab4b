/** The canvas by keyboard: where the arrow keys are, where they go, and which wire is taken up. */
import { wireKey } from '#engine/ir/document.ts';
import { documentStore, type DocumentStore } from '../state/document.ts';
import { idsInOrder, stepInOrder, walk, type Heading } from '../state/operations/walk.ts';
import { documentNode, selectedIds, wireOf } from '../state/selectors.ts';
import { canvas, canvasStore, canvasStoreOf } from './canvasStore.ts';

/** The card that arrow keys start from. */
function currentNode(): string | null {
  const state = documentStore.getState();
  const { current } = canvasStore.getState();
  const ids = selectedIds(state);
  if (current !== null && ids.includes(current)) return current;
  return ids[0] ?? null;
}

/** `extend` keeps what was selected before. */
function arrive(id: string, extend = false): void {
  const { selection } = documentStore.getState();
  documentStore.select({
    nodes: extend ? new Set([...selection.nodes, id]) : new Set([id]),
    wires: new Set(),
  });
  canvasStore.setState({ current: id, byKeyboard: true });
  canvas()?.show(id);
  canvas()?.element()?.focus({ preventScroll: true });
}

export function walkTo(heading: Heading, extend = false): void {
  const { document, analysis, selection } = documentStore.getState();
  const [key] = selection.wires;
  const wire = key === undefined ? undefined : wireOf(document, key);
  if (wire && selection.nodes.size === 0) {
    arrive(heading === 'left' || heading === 'up' ? wire.from.node : wire.to.node);
    return;
  }
  const from = currentNode();
  if (from === null) {
    // Nothing is selected: back to where the keys were, or in at the beginning.
    const { current } = canvasStore.getState();
    const known = current !== null && documentNode(document, current) ? current : null;
    const start = known ?? idsInOrder(document, analysis)[0];
    if (start !== undefined) arrive(start);
    return;
  }
  const next = walk(document, analysis, from, heading);
  if (next !== null) arrive(next, extend);
}

/** Through the layers as they compute. */
export function walkInOrder(by: 1 | -1): void {
  const { document, analysis } = documentStore.getState();
  const next = stepInOrder(document, analysis, currentNode(), by);
  if (next !== null) arrive(next);
}

export function walkToEnd(end: 'first' | 'last'): void {
  const { document, analysis } = documentStore.getState();
  const next = idsInOrder(document, analysis).at(end === 'first' ? 0 : -1);
  if (next !== undefined) arrive(next);
}

/** Takes up one wire of the node after the other, what comes in first. */
export function selectNextWire(): void {
  const { document, selection } = documentStore.getState();
  const [before] = selection.wires;
  const known = before === undefined ? undefined : wireOf(document, before);
  const { current } = canvasStore.getState();
  const id =
    currentNode() ??
    (known && (known.from.node === current || known.to.node === current)
      ? current
      : (known?.from.node ?? null));
  const keys = [
    ...document.wires.filter(({ to }) => to.node === id),
    ...document.wires.filter(({ from }) => from.node === id),
  ].map(wireKey);
  const next = keys[(before === undefined ? 0 : keys.indexOf(before) + 1) % keys.length];
  if (next === undefined) return;
  canvasStore.setState({ current: id, byKeyboard: true });
  documentStore.select({ nodes: new Set(), wires: new Set([next]) });
  canvas()?.element()?.focus({ preventScroll: true });
}

/** After a node went: the keys go on from the one before it. */
export function stepBackFrom(documents: DocumentStore, ids: ReadonlySet<string>): void {
  const { document } = documents.getState();
  const before = document.wires.find(({ from, to }) => ids.has(to.node) && !ids.has(from.node));
  const after = document.wires.find(({ from, to }) => ids.has(from.node) && !ids.has(to.node));
  canvasStoreOf(documents).setState({ current: before?.from.node ?? after?.to.node ?? null });
}
