/** Opens search-to-add and the choice of a port to wire to, at the pointer or at the selection. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { rightOf } from '#engine/check/placing.ts';
import type { DocumentStore } from '../state/document.ts';
import { documentNode, selectedIds } from '../state/selectors.ts';
import { canvas, canvasStoreOf, lastPointer, type Popover, type WireEnd } from './canvasStore.ts';
import { CARD, type Point } from '#engine/drawing/geometry.ts';
import { routesOf } from './routes.ts';

type Unplaced<T> = T extends Popover ? Omit<T, 'screen' | 'flow'> : never;

/** At a place of the graph, in canvas px. */
function openAt(documents: DocumentStore, flow: Point, popover: Unplaced<Popover>): void {
  const surface = canvas(documents);
  const box = surface?.element()?.getBoundingClientRect();
  if (!surface || !box) return;
  const screen = surface.toScreen(flow);
  const place = { screen: { x: screen.x - box.left, y: screen.y - box.top }, flow };
  canvasStoreOf(documents).setState({ popover: { ...popover, ...place } });
}

/** At a place of the window, in px from the canvas's corner; wired to nothing. */
export function openAddAt(documents: DocumentStore, place: Point | null): void {
  const surface = canvas(documents);
  const box = surface?.element()?.getBoundingClientRect();
  if (!surface || !box) return;
  const screen = place ?? { x: box.width / 2 - 136, y: box.height / 3 };
  openAt(documents, surface.toFlow({ x: screen.x + box.left, y: screen.y + box.top }), {
    mode: 'add',
    wire: null,
    toSelection: false,
  });
}

/** The one node that is selected, and its ports. */
function selectedNode(documents: DocumentStore) {
  const state = documents.getState();
  const ids = selectedIds(state);
  const [id] = ids;
  const node = ids.length === 1 && id !== undefined ? documentNode(state.document, id) : undefined;
  const facts = node && state.analysis.nodes.get(node.id);
  return node && facts ? { node, facts } : null;
}

/** Behind the selected node, onto the selected wire, or where the pointer is. */
export function openAdd(documents: DocumentStore): void {
  const { document, selection } = documents.getState();
  const selected = selectedNode(documents);
  const port = selected?.facts.ports.out[0];
  if (selected && port !== undefined && selected.facts.definition?.role !== 'loss') {
    const { x, y } = rightOf(document, selected.node.position);
    openAt(
      documents,
      { x, y: y + CARD.height / 2 },
      {
        mode: 'add',
        wire: { port: { node: selected.node.id, port }, direction: 'out' },
        toSelection: true,
      },
    );
    return;
  }
  const [wire] = selection.wires;
  const middle =
    wire === undefined ? undefined : routesOf(documents).getState().routes.get(wire)?.middle;
  if (selection.nodes.size === 0 && middle) {
    openAt(documents, middle, { mode: 'add', wire: null, toSelection: true });
  } else openAddAt(documents, lastPointer(documents));
}

/** Ports of the selected node that a wire may begin at: its outputs; a loss has inputs alone. */
export function wireEndsOfSelection(documents: DocumentStore): readonly WireEnd[] {
  const selected = selectedNode(documents);
  if (!selected) return [];
  const { node, facts } = selected;
  const direction = mayFeed(facts) ? 'out' : 'in';
  return facts.ports[direction].map((port) => ({ port: { node: node.id, port }, direction }));
}

const mayFeed = ({ definition, ports }: NodeAnalysis): boolean =>
  ports.out.length > 0 && definition?.role !== 'loss';

export function openConnect(documents: DocumentStore): void {
  const selected = selectedNode(documents);
  const ends = wireEndsOfSelection(documents);
  if (!selected || ends.length === 0) return;
  canvas(documents)?.show(selected.node.id);
  const { x, y } = selected.node.position;
  openAt(documents, { x: x + CARD.width + 24, y: y + CARD.height / 2 }, { mode: 'connect', ends });
}
