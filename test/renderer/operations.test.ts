import { describe, expect, it, test } from 'vitest';
import { tensorType } from '#engine/ir/tensor.ts';
import { layer } from '#engine/layers/index.ts';
import { candidatesBehind, fitBehind } from '#renderer/state/operations/candidates.ts';
import { readFragment, copyFragment, writeFragment } from '#renderer/state/operations/clipboard.ts';
import { bestInput, legalPorts, refusal, tryWire } from '#renderer/state/operations/connect.ts';
import { uncovered } from '#engine/check/placing.ts';
import { spliceExisting } from '#renderer/state/operations/add.ts';
import { editor } from '#test/support/editor.ts';

const classifier = () =>
  editor()
    .data()
    .add('Flatten')
    .add('Linear', { outFeatures: 10 })
    .add('CrossEntropyLoss')
    .connect('data1.image', 'flat1.x')
    .connect('flat1.y', 'fc1.x');

test('what is added where nobody pointed covers no card', () => {
  const { document } = classifier();
  const [first] = document.nodes;
  const at = first?.position ?? { x: 0, y: 0 };
  const place = uncovered(document, at);
  expect(document.nodes.every(({ position: { x, y } }) => x !== place.x || y !== place.y)).toBe(
    true,
  );
  expect(place).toEqual({ x: at.x + 4 * 224, y: at.y });
  expect(uncovered(document, { x: at.x, y: at.y + 128 })).toEqual({ x: at.x, y: at.y + 128 });
});

describe('which wires are possible', () => {
  it('refuses cycles and self-wiring with a reason, and allows shapes that do not fit', () => {
    const { document } = classifier();
    const wire = (from: string, to: string) => ({
      from: { node: from, port: 'y' },
      to: { node: to, port: 'x' },
    });
    expect(refusal(document, wire('fc1', 'flat1'))).toMatch(/cycle/);
    expect(refusal(document, wire('fc1', 'fc1'))).toMatch(/itself/);
    const direct = { from: { node: 'data1', port: 'image' }, to: { node: 'fc1', port: 'x' } };
    expect(refusal(document, direct)).toBeNull();
    expect(tryWire(document, direct).errors).toHaveLength(1);
  });

  it('lists the ports a wire may go to, in both directions', () => {
    const { document, analysis } = classifier().store.getState();
    const forward = legalPorts(document, analysis, { node: 'flat1', port: 'y' }, 'out');
    expect([...forward].sort()).toEqual(['in:fc1.x', 'in:loss1.prediction', 'in:loss1.target']);
    const back = legalPorts(document, analysis, { node: 'flat1', port: 'x' }, 'in');
    expect([...back]).toContain('out:data1.image');
    expect([...back]).not.toContain('out:fc1.y');
  });

  it('chooses the port by what fits: labels are targets', () => {
    const edited = classifier();
    const loss = edited.document.nodes.find(({ id }) => id === 'loss1');
    if (!loss) throw new Error('no loss');
    expect(bestInput(edited.document, loss, { node: 'fc1', port: 'y' })).toBe('prediction');
    edited.connect('fc1.y', 'loss1.prediction');
    expect(bestInput(edited.document, loss, { node: 'data1', port: 'label' })).toBe('target');
  });
});

describe('adding', () => {
  it('goes behind the selected node and is wired to it', () => {
    const edited = classifier().addAfter('ReLU', 'fc1');
    expect(edited.wires).toContain('fc1.y>relu1.x');
    edited.undo();
    expect(edited.ids).not.toContain('relu1');
  });

  it('goes into a wire, and neighbours make room', () => {
    const edited = classifier().addOnWire('ReLU', 'fc1.x');
    expect(edited.wires).toEqual(['data1.image>flat1.x', 'flat1.y>relu1.x', 'relu1.y>fc1.x']);
    const at = new Map(edited.document.nodes.map(({ id, position }) => [id, position.x]));
    expect(at.get('relu1')).toBeGreaterThanOrEqual((at.get('flat1') ?? 0) + 144);
    expect(at.get('fc1')).toBeGreaterThanOrEqual((at.get('relu1') ?? 0) + 144);
  });

  it('splices a node that has no wires yet, and no other', () => {
    const edited = classifier().add('ReLU');
    const { document, analysis } = edited.store.getState();
    const edits = spliceExisting(document, analysis, 'relu1', 'fc1.x');
    expect(edits).toHaveLength(2);
    expect(spliceExisting(document, analysis, 'flat1', 'fc1.x')).toBeNull();
  });
});

describe('what could come behind a wire', () => {
  it('says what would come out, what is missing, and what does not fit', () => {
    const image = tensorType(['N', 1, 28, 28] as const);
    expect(fitBehind(layer('ReLU'), image)).toMatchObject({ fit: 'fits', note: 'N×1×28×28' });
    expect(fitBehind(layer('Add'), image)).toMatchObject({ fit: 'partly', note: 'needs 2' });
    expect(fitBehind(layer('Linear'), image).fit).toBe('misfit');
    expect(fitBehind(layer('Data'), image).fit).toBe('misfit');
  });

  it('ranks what fits first, and recent layers first among those', () => {
    const list = candidatesBehind(tensorType(['N', 128] as const), ['Tanh']);
    expect(list[0]?.definition.type).toBe('Tanh');
    const fits = list.map(({ fit }) => fit);
    expect(fits).toEqual([...fits].sort((a, b) => rank(a) - rank(b)));
  });
});

const rank = (fit: string): number => ['fits', 'partly', 'misfit'].indexOf(fit);

describe('the clipboard as text', () => {
  it('reads back what it wrote', () => {
    const { document } = classifier();
    const fragment = copyFragment(document, new Set(['flat1', 'fc1']));
    if (!fragment) throw new Error('nothing copied');
    expect(readFragment(writeFragment(fragment))).toEqual(fragment);
    expect(fragment.incoming).toHaveLength(1);
  });

  it('takes a whole project, and nothing else', () => {
    const { document } = classifier();
    expect(readFragment(JSON.stringify(document))?.nodes).toHaveLength(4);
    for (const text of ['', 'hello', '{', '{}', '[1]', '{"format":"netloom-fragment"}']) {
      expect(readFragment(text)).toBeNull();
    }
  });
});
