import { describe, expect, it } from 'vitest';
import { emptyDocument } from '#engine/ir/document.ts';
import { isDirty } from '#renderer/state/document.ts';
import { editor } from '#test/support/editor.ts';

const chain = () =>
  editor()
    .data()
    .add('Conv2d', { padding: [1, 1] })
    .add('ReLU')
    .connect('data1.image', 'conv1.x')
    .connect('conv1.y', 'relu1.x');

describe('editing', () => {
  it('knows shapes in the same call as the edit', () => {
    chain()
      .expectShape('relu1', ['N', 32, 28, 28])
      .set('conv1', 'outChannels', 8)
      .expectShape('relu1', ['N', 8, 28, 28]);
  });

  it('undoes and redoes everything, parameter edits and wires included', () => {
    const edited = chain().set('conv1', 'stride', [2, 2]).expectShape('relu1', ['N', 32, 14, 14]);
    const after = edited.document;
    while (edited.steps.length > 0) edited.undo();
    expect(edited.ids).toEqual([]);
    expect(edited.wires).toEqual([]);
    while (edited.store.getState().future.length > 0) edited.redo();
    expect(edited.document).toEqual(after);
    edited.expectShape('relu1', ['N', 32, 14, 14]);
  });

  it('makes one step of one drag and two of two', () => {
    const edited = chain();
    const before = edited.steps.length;
    edited.drag('conv1', [1, 1], [5, 5], [16, 16]).drag('conv1', [20, 20], [32, 32]);
    expect(edited.steps.slice(before)).toEqual(['Move', 'Move']);
    edited.undo();
    expect(edited.document.nodes.find(({ id }) => id === 'conv1')?.position).toEqual({
      x: 16,
      y: 16,
    });
  });

  it('merges edits of one gesture', () => {
    const edited = chain();
    const before = edited.steps.length;
    const set = (name: string, value: number): void =>
      edited.store.apply([{ kind: 'setAttrs', id: 'conv1', attrs: { [name]: value } }], {
        label: `Set ${name}`,
        undo: { gesture: `conv1.${name}` },
      });
    set('outChannels', 9);
    set('outChannels', 10);
    set('groups', 1);
    expect(edited.steps.slice(before)).toEqual(['Set outChannels', 'Set groups']);
  });

  it('does not make a step of facts looked up, and undo takes them with the step they belong to', () => {
    const edited = editor().add('Data');
    edited.store.apply([{ kind: 'setAttrs', id: 'data1', attrs: { fields: [] } }], {
      label: 'Read',
      undo: 'never',
    });
    expect(edited.steps).toEqual(['Add Data']);
    edited.undo();
    expect(edited.ids).toEqual([]);
    edited.redo();
    expect(edited.document.nodes[0]?.attrs).toEqual({ fields: [] });
  });

  it('a step is a gesture: two of the same name on two nodes are two steps', () => {
    const edited = chain();
    const before = edited.steps.length;
    const scrub = (id: string, x: number): void =>
      edited.store.apply([{ kind: 'moveNode', id, x, y: 0 }], {
        label: 'Set p',
        undo: { gesture: `${id}.p` },
      });
    for (const x of [1, 2, 3]) scrub('conv1', x);
    // The pointer was let go where nobody saw it.
    for (const x of [4, 5]) scrub('data1', x);
    expect(edited.steps.slice(before)).toEqual(['Set p', 'Set p']);
    edited.undo();
    const at = (id: string) => edited.document.nodes.find((node) => node.id === id)?.position.x;
    expect([at('conv1'), at('data1') === 5]).toEqual([3, false]);
  });

  it('drops what could be redone when something new is done', () => {
    const edited = chain().undo().add('Tanh');
    expect(edited.store.getState().future).toEqual([]);
  });

  it('leaves the document alone when an edit is refused', () => {
    const edited = chain();
    const before = edited.store.getState();
    expect(() =>
      edited.store.apply(
        [
          { kind: 'setAttrs', id: 'conv1', attrs: { groups: 2 } },
          { kind: 'removeNode', id: 'nothing' },
        ],
        { label: 'Broken' },
      ),
    ).toThrow(/nothing/);
    expect(edited.store.getState()).toBe(before);
  });

  it('keeps the analysis while nodes only move, and renews it when the gesture ends', () => {
    const edited = chain();
    const { analysis } = edited.store.getState();
    edited.store.apply([{ kind: 'moveNode', id: 'conv1', x: 8, y: 8 }], {
      label: 'Move',
      undo: { gesture: 'move' },
    });
    expect(edited.store.getState().analysis).toBe(analysis);
    edited.store.endGesture();
    expect(edited.store.getState().analysis).not.toBe(analysis);
  });
});

describe('saved state', () => {
  it('is clean again when undo comes back to what was saved', () => {
    const edited = chain();
    edited.store.markSaved(edited.document, '/p.json', '2026-01-01T00:00:00Z');
    expect(isDirty(edited.store.getState())).toBe(false);
    edited.set('conv1', 'groups', 1);
    expect(isDirty(edited.store.getState())).toBe(true);
    edited.undo();
    expect(isDirty(edited.store.getState())).toBe(false);
  });

  it('starts history, selection and dirt anew with another document', () => {
    const edited = chain();
    const { generation } = edited.store.getState();
    edited.store.load(emptyDocument('other'));
    const state = edited.store.getState();
    expect(state).toMatchObject({ past: [], future: [], generation: generation + 1, path: null });
    expect(state.selection.nodes.size).toBe(0);
    expect(isDirty(state)).toBe(false);
    edited.store.load(emptyDocument('recovered'), { dirty: true });
    expect(isDirty(edited.store.getState())).toBe(true);
  });
});

describe('deleting', () => {
  it('joins what was around a node, or cuts', () => {
    const healed = chain().add('Tanh').connect('relu1.y', 'tanh1.x').select('relu1').delete();
    expect(healed.wires).toEqual(['conv1.y>tanh1.x', 'data1.image>conv1.x']);
    const cut = chain().select('conv1').delete({ heal: false });
    expect(cut.wires).toEqual([]);
  });

  it('heals over several nodes in a row, in one step', () => {
    const edited = chain()
      .add('Tanh')
      .connect('relu1.y', 'tanh1.x')
      .select('conv1', 'relu1')
      .delete();
    expect(edited.wires).toEqual(['data1.image>tanh1.x']);
    edited.undo();
    expect(edited.ids).toEqual(['data1', 'conv1', 'relu1', 'tanh1']);
    edited.expectSelected('conv1', 'relu1');
  });

  it('removes a selected wire whose node is removed as well only once', () => {
    const edited = chain();
    edited.store.select({ nodes: new Set(['relu1']), wires: new Set(['relu1.x']) });
    edited.delete();
    expect(edited.wires).toEqual(['data1.image>conv1.x']);
  });
});

describe('copy and paste', () => {
  it('keeps inner wires, renames what is taken, and is one step', () => {
    const edited = chain();
    const before = edited.steps.length;
    edited.select('conv1', 'relu1').copyPaste();
    expect(edited.ids).toEqual(['data1', 'conv1', 'relu1', 'conv2', 'relu2']);
    expect(edited.wires).toContain('conv2.y>relu2.x');
    expect(edited.wires).not.toContain('data1.image>conv2.x');
    expect(edited.steps.length).toBe(before + 1);
    edited.expectSelected('conv2', 'relu2').undo();
    expect(edited.ids).toEqual(['data1', 'conv1', 'relu1']);
  });

  it('keeps incoming wires when asked', () => {
    const edited = chain().select('conv1').copyPaste({ keepIncoming: true });
    expect(edited.wires).toContain('data1.image>conv2.x');
  });
});
