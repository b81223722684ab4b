/** Rule: slow motion walks the layers as a step computes them: all forward, then back as far as something is trained. */
import { expect, test } from 'vitest';
import { walkOf } from '#renderer/canvas/layerWalk.ts';
import { editor } from '#test/support/editor.ts';

const graph = () =>
  editor()
    .data()
    .add('Flatten')
    .add('Linear', { outFeatures: 10 })
    .add('CrossEntropyLoss')
    .connect('data1.image', 'flat1.x')
    .connect('flat1.y', 'fc1.x')
    .connect('fc1.y', 'loss1.prediction')
    .connect('data1.label', 'loss1.target');

test('forward from the data to the loss, back to the first layer that is trained', () => {
  const walk = walkOf(graph().store.getState().analysis);
  expect(walk.map(({ node, pass }) => `${pass} ${node}`)).toEqual([
    'forward data1',
    'forward flat1',
    'forward fc1',
    'forward loss1',
    'backward loss1',
    'backward fc1',
  ]);
  // One after the other, within the second that a step lasts.
  expect(walk.every(({ atMs }, i) => i === 0 || atMs > (walk[i - 1]?.atMs ?? 0))).toBe(true);
  expect(walk.at(-1)?.atMs).toBeLessThan(1000);
});

test('a network that cannot be trained is not walked', () => {
  expect(walkOf(editor().data().store.getState().analysis)).toEqual([]);
});
