/** Rule: what the run that trains has and the canvas no longer is known: nodes, and wires between nodes that stay. */
import { expect, test } from 'vitest';
import { removedParts } from '#renderer/canvas/removedParts.ts';
import { editor } from '#test/support/editor.ts';

const graph = () =>
  editor()
    .data()
    .add('Flatten')
    .add('Linear', { outFeatures: 10 })
    .connect('data1.image', 'flat1.x')
    .connect('flat1.y', 'fc1.x').store;

test('nothing where nothing was removed, whatever was added or moved', () => {
  const ran = graph().getState().document;
  const now = {
    ...ran,
    nodes: [
      ...ran.nodes.map((node) => ({ ...node, position: { x: 7, y: 7 } })),
      { id: 'new', type: 'ReLU', position: { x: 0, y: 0 }, attrs: {} },
    ],
  };
  expect(removedParts(ran, now)).toEqual({ nodes: [], wires: [] });
});

test('a wire between nodes that stay; a node without its wires', () => {
  const ran = graph().getState().document;
  const [first] = ran.wires;
  expect(removedParts(ran, { ...ran, wires: ran.wires.slice(1) })).toEqual({
    nodes: [],
    wires: [first],
  });
  const left = { ...ran, nodes: ran.nodes.filter(({ id }) => id !== 'flat1'), wires: [] };
  const removed = removedParts(ran, left);
  expect(removed.nodes.map(({ id }) => id)).toEqual(['flat1']);
  expect(removed.wires).toEqual([]);
});

test('another node of the same name is another node', () => {
  const ran = graph().getState().document;
  const nodes = ran.nodes.map((node) => (node.id === 'fc1' ? { ...node, type: 'ReLU' } : node));
  expect(removedParts(ran, { ...ran, nodes, wires: [] }).wires.map(({ to }) => to.node)).toEqual([
    'flat1',
  ]);
});
