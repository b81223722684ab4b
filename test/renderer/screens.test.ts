/** What the screens decide about room, without a screen. */
import { describe, expect, it } from 'vitest';
import { bringInto, frame } from '#renderer/canvas/frame.ts';
import { REGION_PADDING } from '#renderer/canvas/regions.ts';
import { CARD } from '#engine/drawing/geometry.ts';
import { warningText } from '#renderer/canvas/NodeFigures.tsx';
import { columnsIn, inRows } from '#renderer/dock/parts/ReconstructionSamples.tsx';
import { legalPorts } from '#renderer/state/operations/connect.ts';
import { wireTargets } from '#renderer/state/operations/targets.ts';
import { announceNode } from '#renderer/canvas/announce.ts';
import { editor } from '#test/support/editor.ts';

describe('a row of pictures', () => {
  it('holds whole ones only, one at least, and loses none', () => {
    expect(columnsIn(64 + 5 * 48)).toBe(5);
    expect(columnsIn(64 + 5 * 48 + 47)).toBe(5);
    expect(columnsIn(10)).toBe(1);
    expect(inRows([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  });
});

describe('a warning on a card', () => {
  const warning = (message: string) => ({ code: 'x.y', severity: 'warning', message }) as const;
  it('stands there whole or points to where it does', () => {
    expect(warningText(warning('Nothing uses the output of tanh1.'))).toMatch(/^Nothing/);
    const long = 'CrossEntropyLoss applies softmax itself; this Softmax flattens the gradient.';
    expect(warningText(warning(long))).toBe('Warning, see Problems');
  });
});

describe('a loss', () => {
  const graph = () =>
    editor()
      .data()
      .add('Flatten')
      .add('Linear', { outFeatures: 10 })
      .add('CrossEntropyLoss')
      .connect('data1.image', 'flat1.x')
      .connect('flat1.y', 'fc1.x');

  it('ends the graph: no wire begins at it', () => {
    const { document, analysis } = graph().store.getState();
    const into = legalPorts(document, analysis, { node: 'flat1', port: 'x' }, 'in');
    expect([...into].some((port) => port.startsWith('out:loss1'))).toBe(false);
  });

  it('is wired by keyboard to what fits first', () => {
    const { document, analysis } = graph().connect('fc1.y', 'loss1.prediction').store.getState();
    const label = wireTargets(document, analysis, { node: 'data1', port: 'label' }, 'out');
    expect(label[0]?.port).toEqual({ node: 'loss1', port: 'target' });
    // What is wired so already is no choice.
    const scores = wireTargets(document, analysis, { node: 'fc1', port: 'y' }, 'out');
    expect(scores.map(({ port }) => port.port)).toEqual(['target']);
    // Neither itself nor what feeds it.
    expect(scores.some(({ port }) => port.node === 'flat1' || port.node === 'fc1')).toBe(false);
  });
});

describe('a card', () => {
  it('tells its type, name, shapes and problems', () => {
    const { document, analysis } = editor()
      .data()
      .add('Linear', { outFeatures: 10 })
      .connect('data1.image', 'fc1.x')
      .store.getState();
    const spoken = document.nodes.map((node) => announceNode(node, analysis));
    expect(spoken[0]).toMatch(/^Data data1, image N×1×28×28 and label N int32/);
    expect(spoken[1]).toMatch(
      /^Linear fc1, N×1×28×28 to .*, 1 problem: Linear takes a flat vector/,
    );
  });

  it('is framed with the outlines of the parts that several objectives train', () => {
    const size = { width: 4000, height: 500 };
    const { document } = editor().data().add('Linear', { outFeatures: 10 }).store.getState();
    const [objective] = document.training.objectives;
    if (!objective) throw new Error('no objective');
    const training = { ...document.training, objectives: [objective, objective] };
    const [one, two] = [document, { ...document, training }].map((each) =>
      frame(each, new Map(), size),
    );
    // Height decides: above a card is room for the heading of its region.
    const [first] = document.nodes;
    const top = ({ y, zoom }: { y: number; zoom: number }): number =>
      ((first?.position.y ?? 0) - REGION_PADDING.top) * zoom + y;
    expect(two?.zoom).toBeLessThanOrEqual(one?.zoom ?? 0);
    expect(top(two ?? { y: NaN, zoom: NaN })).toBeGreaterThanOrEqual(0);
    const small = { width: 300, height: 150 };
    const tight = frame({ ...document, training }, new Map(), small);
    const loose = frame(document, new Map(), small);
    expect(tight?.zoom).toBeLessThan(loose?.zoom ?? 0);
  });

  it('is brought into sight by the least movement', () => {
    const size = { width: 800, height: 500 };
    const { document } = editor().data().store.getState();
    const view = frame(document, new Map(), size);
    if (!view) throw new Error('nothing framed');
    const [node] = document.nodes;
    expect(bringInto(view, node?.position ?? { x: 0, y: 0 }, size)).toEqual({
      x: view.x,
      y: view.y,
    });
    const away = bringInto({ x: 0, y: 0, zoom: 1 }, { x: 900, y: -300 }, size);
    expect(900 + away.x + CARD.width).toBeLessThanOrEqual(size.width);
    expect(-300 + away.y).toBeGreaterThanOrEqual(0);
  });
});
