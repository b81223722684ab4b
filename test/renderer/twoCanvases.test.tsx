/**
 * Rule: two documents on screen at once, each with a canvas of its own, act each on its own: gestures, what is
 * in hand, popovers, routes and repairs, whichever is in front, and though their nodes have the same ids.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, expect, it } from 'vitest';
import {
  canvas,
  canvasStore,
  canvasStoreOf,
  registerCanvas,
} from '#renderer/canvas/canvasStore.ts';
import { ConnectPopover } from '#renderer/canvas/ConnectPopover.tsx';
import {
  addFromPopover,
  addLayerAt,
  bypassSelected,
  connectPorts,
  copySelected,
  disconnect,
  duplicateSelected,
  endMove,
  moveNodes,
  nudge,
  pasteText,
  removeSelected,
  reveal,
  takeInHand,
} from '#renderer/canvas/gestures.ts';
import { openAdd, openConnect, wireEndsOfSelection } from '#renderer/canvas/openPopover.ts';
import { routesOf } from '#renderer/canvas/routes.ts';
import { applyFix } from '#renderer/problems/fixes.ts';
import {
  createDocumentSession,
  documentStore,
  type DocumentSession,
} from '#renderer/state/document.ts';
import { DocumentContext } from '#renderer/state/documentSession.ts';
import { pointsDocument } from '#test/support/documents.ts';

const session = (name: string): DocumentSession => {
  const made = createDocumentSession();
  made.documents.load({ ...pointsDocument('moons', 2, { epochs: 1 }), name, id: name });
  return made;
};
const nothing = (): void => undefined;
let [a, b] = [session('a'), session('b')];
const documentOf = ({ documents }: DocumentSession) => documents.getState().document;
const idOf = (type: string): string =>
  documentOf(a).nodes.find((node) => node.type === type)?.id ?? '';
const modeOf = ({ documents }: DocumentSession) =>
  canvasStoreOf(documents).getState().popover?.mode;
/** What the list of wires from the first Linear offers, on the canvas of a document. */
const listOf = (of: DocumentSession): string =>
  renderToStaticMarkup(
    <DocumentContext.Provider value={of}>
      <ConnectPopover
        popover={{
          ...{ mode: 'connect', screen: { x: 0, y: 0 }, flow: { x: 0, y: 0 } },
          ends: [{ port: { node: idOf('Linear'), port: 'out' }, direction: 'out' }],
        }}
      />
    </DocumentContext.Provider>,
  );

beforeEach(() => {
  [a, b] = [session('a'), session('b')];
  for (const { documents } of [a, b]) {
    registerCanvas(documents, {
      zoomIn: () => undefined,
      zoomOut: () => undefined,
      zoomTo: () => undefined,
      fit: () => undefined,
      show: () => undefined,
      toFlow: (point) => point,
      toScreen: (point) => point,
      center: () => ({ x: 0, y: 0 }),
      element: () =>
        ({ getBoundingClientRect: () => ({ left: 0, top: 0, width: 800, height: 600 }) }) as never,
    });
  }
});

it('a gesture changes its own document, whichever is in front, and undo takes it back there', () => {
  const [before, inFront] = [documentOf(b), documentStore.getState()];
  const id = idOf('Linear');
  const { documents } = a;
  const gestures: readonly (() => void)[] = [
    () => moveNodes(documents, [{ id, x: 900, y: 700 }]),
    () => nudge(documents, 1, 0),
    () => addLayerAt(documents, 'ReLU', { x: 3000, y: 3000 }),
    () => addFromPopover(documents, 'ReLU', { x: 10, y: 900 }, null),
    () => duplicateSelected(documents),
    () => bypassSelected(documents),
    () => removeSelected(documents, true),
    () => {
      const [wire] = documentOf(a).wires;
      if (!wire) throw new Error('there is no wire');
      disconnect(documents, wire.to);
      connectPorts(documents, wire.from, wire.to);
    },
    () => applyFix(documents, { label: 'Fix', edits: [{ kind: 'setMeta', notes: 'fixed' }] }),
  ];
  for (const gesture of gestures) {
    documents.select({ nodes: new Set([id]), wires: new Set() });
    const was = documentOf(a);
    gesture();
    endMove(documents, null);
    expect(documentOf(a)).not.toBe(was);
  }
  expect(documentOf(b)).toBe(before);
  expect(b.documents.getState().past).toEqual([]);
  expect(documentStore.getState()).toBe(inFront);
  nudge(b.documents, 1, 0);
  documents.undo();
  expect(documentOf(a).notes).toBe('');
});

it('what is copied in one is pasted into the other', () => {
  a.documents.select({ nodes: new Set([idOf('Linear')]), wires: new Set() });
  const text = copySelected(a.documents) ?? '';
  const before = documentOf(a);
  const count = documentOf(b).nodes.length;
  expect(pasteText(b.documents, text, { keepIncoming: false })).toBe(true);
  expect(documentOf(b).nodes).toHaveLength(count + 1);
  expect(documentOf(a)).toBe(before);
});

it('what is in hand, open or selected on one canvas is not on the other', () => {
  const id = idOf('Linear');
  takeInHand(a.documents, { node: id, port: 'out' }, 'out');
  expect(canvasStoreOf(a.documents).getState().inHand?.port.node).toBe(id);
  for (const store of [canvasStoreOf(b.documents), canvasStore]) {
    expect(store.getState().inHand).toBeNull();
  }
  a.documents.select({ nodes: new Set([id]), wires: new Set() });
  expect(wireEndsOfSelection(a.documents)).toHaveLength(1);
  expect(wireEndsOfSelection(b.documents)).toEqual([]);
  openAdd(a.documents);
  expect([modeOf(a), modeOf(b), canvasStore.getState().popover]).toEqual(['add', undefined, null]);
  openConnect(b.documents);
  expect(modeOf(b)).toBeUndefined();
  b.documents.select({ nodes: new Set([id]), wires: new Set() });
  openConnect(b.documents);
  expect([modeOf(a), modeOf(b)]).toEqual(['add', 'connect']);
  // The list is of the graph that it was opened on.
  addLayerAt(b.documents, 'ReLU', { x: 3000, y: 3000 });
  const added = documentOf(b).nodes.at(-1)?.id ?? '';
  expect(listOf(b)).toContain(`>${added}<`);
  expect(listOf(a)).not.toContain(`>${added}<`);
  reveal(a.documents, idOf('Data'));
  expect([...b.documents.getState().selection.nodes]).toEqual([added]);
});

it('wires run where the cards of their own document stand', () => {
  const [ofA, ofB] = [a, b].map(({ documents }) => routesOf(documents));
  const [left, right] = [ofA?.getState().routes, ofB?.getState().routes];
  expect(left?.size).toBe(documentOf(a).wires.length);
  moveNodes(a.documents, [{ id: idOf('Linear'), x: 900, y: 700 }]);
  expect(ofA?.getState().routes).not.toEqual(left);
  expect(ofB?.getState().routes).toBe(right);
});

it('commands ask the canvas of the document in front, whichever that is', () => {
  const focused: string[] = [];
  for (const [name, { documents }] of [
    ['a', a],
    ['b', b],
  ] as const) {
    registerCanvas(documents, {
      ...{ zoomIn: nothing, zoomOut: () => focused.push(name), zoomTo: nothing, fit: nothing },
      ...{ show: nothing, toFlow: (point) => point, toScreen: (point) => point },
      ...{ center: () => ({ x: 0, y: 0 }), element: () => null },
    });
  }
  for (const front of [a, b, a]) {
    documentStore.activate(front);
    canvas()?.zoomOut();
    canvasStore.setState({ current: 'here' });
    expect(canvasStoreOf(front.documents).getState().current).toBe('here');
    canvasStore.setState({ current: null });
    expect(routesOf(documentStore)).toBe(routesOf(front.documents));
  }
  expect(focused).toEqual(['a', 'b', 'a']);
});
