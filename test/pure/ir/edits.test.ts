/** Rules of document edits: what is not touched keeps its identity, wires follow their nodes, nonsense is refused whole. */
import { describe, expect, test } from 'vitest';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import type { DocumentNode } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { chain } from '#test/support/network.ts';

const document = chain([
  ['flat', 'Flatten'],
  ['fc1', 'Linear', { outFeatures: 32 }],
  ['relu', 'ReLU'],
  ['fc2', 'Linear', { outFeatures: 10 }],
  ['loss', 'CrossEntropyLoss'],
]);
const edit = (...edits: DocumentEdit[]) => applyEdits(document, edits);
const wires = (of = document) =>
  of.wires.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);
const node = (id: string, type = 'ReLU'): DocumentNode => ({
  id,
  type,
  attrs: {},
  position: { x: 0, y: 0 },
});

describe('nodes', () => {
  test('what an edit does not touch stays the same object', () => {
    const after = edit({ kind: 'setAttrs', id: 'fc1', attrs: { outFeatures: 64 } });
    expect(after.nodes.filter((each, i) => each !== document.nodes[i]).map(({ id }) => id)).toEqual(
      ['fc1'],
    );
    expect(after.wires).toBe(document.wires);
    expect(document.nodes.find(({ id }) => id === 'fc1')?.attrs['outFeatures']).toBe(32);
  });
  test('removing one takes its wires along', () => {
    expect(wires(edit({ kind: 'removeNode', id: 'relu' }))).not.toContainEqual(
      expect.stringContaining('relu'),
    );
  });
  test('removing one and healing joins its neighbours', () => {
    expect(wires(edit({ kind: 'removeNode', id: 'relu', heal: true }))).toContain('fc1.y > fc2.x');
  });
  test('a node is put into the middle of a wire', () => {
    const to = { node: 'fc2', port: 'x' };
    const after = wires(
      edit({ kind: 'spliceNode', to, node: node('drop', 'Dropout'), inPort: 'x', outPort: 'y' }),
    );
    expect(after).toEqual(expect.arrayContaining(['relu.y > drop.x', 'drop.y > fc2.x']));
    expect(after).not.toContain('relu.y > fc2.x');
  });
  test('an empty name and no bypass leave no trace', () => {
    const named = applyEdits(document, [
      { kind: 'renameNode', id: 'fc1', name: 'Encoder' },
      { kind: 'setBypassed', id: 'fc1', bypassed: true },
    ]);
    expect(named.nodes.find(({ id }) => id === 'fc1')).toMatchObject({
      name: 'Encoder',
      bypassed: true,
    });
    const back = applyEdits(named, [
      { kind: 'renameNode', id: 'fc1', name: '  ' },
      { kind: 'setBypassed', id: 'fc1', bypassed: false },
    ]);
    expect(back).toEqual(document);
  });
});

describe('wires', () => {
  test('an input holds one: the new one takes the place of the old', () => {
    const after = edit({
      kind: 'addWire',
      wire: { from: { node: 'fc1', port: 'y' }, to: { node: 'fc2', port: 'x' } },
    });
    expect(after.wires).toHaveLength(document.wires.length);
    expect(wires(after)).toContain('fc1.y > fc2.x');
  });
  test('one is removed by where it goes', () => {
    const after = edit({ kind: 'removeWire', to: { node: 'relu', port: 'x' } });
    expect(wires(after)).toEqual(wires().filter((wire) => !wire.endsWith('> relu.x')));
  });
});

describe('refused, with nothing changed', () => {
  test.each<[string, DocumentEdit, string]>([
    ['a node that is not there', { kind: 'setAttrs', id: 'ghost', attrs: {} }, 'edit.unknown-node'],
    ['removing it', { kind: 'removeNode', id: 'ghost' }, 'edit.unknown-node'],
    ['an id twice', { kind: 'addNode', node: node('fc1') }, 'edit.duplicate-id'],
    [
      'a wire that is not there',
      { kind: 'removeWire', to: { node: 'data', port: 'x' } },
      'edit.unknown-wire',
    ],
    [
      'a wire to nowhere',
      {
        kind: 'addWire',
        wire: { from: { node: 'fc1', port: 'y' }, to: { node: 'ghost', port: 'x' } },
      },
      'edit.unknown-node',
    ],
  ])('%s', (_name, wrong, code) => {
    const before = JSON.stringify(document);
    const refused = () => applyEdits(document, [{ kind: 'setMeta', name: 'changed' }, wrong]);
    expect(refused).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ code })] }),
    );
    expect(JSON.stringify(document)).toBe(before);
  });
});

test('any run of sensible edits leaves a document that opens', () => {
  const random = new RandomStream(11, 'data');
  for (let round = 0; round < 30; round++) {
    let current = document;
    for (let k = 0; k < 20; k++)
      current = applyEdits(current, [randomEdit(random, current, `${round}-${k}`)]);
    const restored = restoreDocument(JSON.parse(JSON.stringify(current)));
    expect(restored).toMatchObject({ ok: true, problems: [] });
    const ids = new Set(current.nodes.map(({ id }) => id));
    for (const { from, to } of current.wires)
      expect(ids.has(from.node) && ids.has(to.node)).toBe(true);
    const inputs = current.wires.map(({ to }) => `${to.node}.${to.port}`);
    expect(new Set(inputs).size).toBe(inputs.length);
  }
});

function randomEdit(random: RandomStream, of: typeof document, name: string): DocumentEdit {
  const any = () => of.nodes[random.integer(of.nodes.length)]?.id ?? 'data';
  const [wire] = of.wires;
  switch (random.integer(5)) {
    case 0:
      return { kind: 'moveNode', id: any(), x: random.integer(999), y: random.integer(999) };
    case 1:
      return of.nodes.length > 3
        ? { kind: 'removeNode', id: any(), heal: random.integer(2) === 1 }
        : { kind: 'setMeta', notes: name };
    case 2:
      return {
        kind: 'addWire',
        wire: { from: { node: any(), port: 'y' }, to: { node: any(), port: 'x' } },
      };
    case 3:
      return wire ? { kind: 'removeWire', to: wire.to } : { kind: 'setMeta', name };
    default:
      return { kind: 'addNode', node: node(`new${name}`) };
  }
}
