import { describe, expect, it } from 'vitest';
import { CARD, PITCH } from '#engine/drawing/geometry.ts';
import { columnsOf, moveEdits, placeColumns } from '#renderer/canvas/layout.ts';
import { editor } from '#test/support/editor.ts';

const node = (id: string, inputs = ['x'], outputs = ['y']) => ({ id, inputs, outputs });
const wire = (from: string, to: string, port = 'x') => ({
  from: { node: from, port: 'y' },
  to: { node: to, port },
});

describe('automatic layout', () => {
  it('puts a chain into one column each, in order', async () => {
    const columns = await columnsOf({
      nodes: [node('c'), node('a', []), node('b')],
      wires: [wire('a', 'b'), wire('b', 'c')],
    });
    expect(columns).toEqual([['a'], ['b'], ['c']]);
  });

  it('puts branches below each other', async () => {
    const columns = await columnsOf({
      nodes: [node('a', []), node('b'), node('c'), node('sum', ['x', 'z'])],
      wires: [wire('a', 'b'), wire('a', 'c'), wire('b', 'sum'), wire('c', 'sum', 'z')],
    });
    expect(columns).toEqual([['a'], ['b', 'c'], ['sum']]);
  });

  it('wraps long chains into rows that fill the space', () => {
    const columns = Array.from({ length: 14 }, (_, i) => [`n${i}`]);
    const places = [...placeColumns(columns, 1.8).values()];
    const wide = Math.max(...places.map(({ x }) => x)) + CARD.width;
    const tall = Math.max(...places.map(({ y }) => y)) + CARD.height;
    expect(wide / tall).toBeGreaterThan(1);
    expect(wide / tall).toBeLessThan(3.2);
    expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBe(14);
    for (const { x, y } of places) expect([x % PITCH.x, y % PITCH.y]).toEqual([0, 0]);
  });

  it('is one step, and leaves what is in place alone', () => {
    const edited = editor().data().add('ReLU');
    expect(moveEdits(edited.document, new Map([['data1', { x: 0, y: 0 }]]))).toEqual([]);
    const edits = moveEdits(
      edited.document,
      new Map([
        ['relu1', { x: 0, y: 0 }],
        ['data1', { x: 448, y: 0 }],
      ]),
    );
    edited.store.apply(edits, { label: 'Lay out' });
    expect(edited.document.nodes.map(({ position }) => position.x)).toEqual([448, 0]);
    edited.undo();
    expect(edited.document.nodes.map(({ position }) => position.x)).toEqual([0, 224]);
  });
});
