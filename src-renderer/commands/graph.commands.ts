/** Building: add, connect, bypass, lay out. */
import { canvas, canvasStore } from '../canvas/canvasStore.ts';
import { CARD } from '../canvas/geometry.ts';
import { bypassSelected, layOut, openAddAtPointer } from '../canvas/gestures.ts';
import { documentStore } from '../state/document.ts';
import { documentNode, selectedIds } from '../state/selectors.ts';
import { defineCommand } from './defineCommand.ts';

function firstSelected(): string | undefined {
  return selectedIds(documentStore.getState())[0];
}

/** Opens the list of nodes that the selected node can be wired to. */
function connectSelected(): void {
  const id = firstSelected();
  const surface = canvas();
  const { document, analysis } = documentStore.getState();
  const node = id === undefined ? undefined : documentNode(document, id);
  const port = id === undefined ? undefined : analysis.nodes.get(id)?.ports.out[0];
  const box = surface?.element()?.getBoundingClientRect();
  if (!node || port === undefined || !surface || !box) return;
  const flow = {
    x: node.position.x + CARD.width + 24,
    y: node.position.y + CARD.height / 2,
  };
  const screen = surface.toScreen(flow);
  canvasStore.setState({
    popover: {
      mode: 'connect',
      screen: { x: screen.x - box.left, y: screen.y - box.top },
      flow,
      wire: { port: { node: node.id, port }, direction: 'out' },
    },
  });
}

export default [
  defineCommand({
    id: 'graph.add',
    title: 'Add a layer',
    group: 'Graph',
    keys: ['Slash'],
    icon: 'plus',
    keywords: ['node', 'insert', 'search'],
    run: openAddAtPointer,
  }),
  defineCommand({
    id: 'graph.connect',
    title: 'Connect to',
    group: 'Graph',
    keys: ['c'],
    icon: 'wire',
    keywords: ['wire'],
    when: () => {
      const id = firstSelected();
      return (
        id !== undefined &&
        (documentStore.getState().analysis.nodes.get(id)?.ports.out.length ?? 0) > 0
      );
    },
    run: connectSelected,
  }),
  defineCommand({
    id: 'graph.bypass',
    title: 'Bypass',
    group: 'Graph',
    keys: ['b'],
    icon: 'bypass',
    keywords: ['mute', 'disable', 'skip'],
    when: () => documentStore.getState().selection.nodes.size > 0,
    run: bypassSelected,
  }),
  defineCommand({
    id: 'graph.layout',
    title: 'Lay out the graph',
    group: 'Graph',
    keys: ['l'],
    icon: 'layout',
    keywords: ['arrange', 'tidy', 'order'],
    when: () => documentStore.getState().document.nodes.length > 1,
    run: layOut,
  }),
];
