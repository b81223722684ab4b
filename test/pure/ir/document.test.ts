/**
 * Rule: restoreDocument is the only way in. Whatever it is given, it answers with a document or with
 * problems that say what and where; it never throws, and keeps what it does not understand.
 */
import { describe, expect, test } from 'vitest';
import { emptyDocument, networkDocument, withoutIdentity } from '#engine/ir/document.ts';
import {
  migrate,
  restoreDocument,
  restoreDocumentText,
  serializeDocument,
} from '#engine/ir/restoreDocument.ts';
import { layers } from '#engine/layers/index.ts';
import { analyse } from '#engine/check/analyse.ts';

const HEAD = { format: 'netloom', version: 1, name: 'x' };
const base = (more: object = {}) => ({ ...HEAD, nodes: [], wires: [], ...more });
const node = (more: object = {}) => ({ id: 'a', type: 'Linear', ...more });
const wire = (from: unknown, to: unknown) => ({ from, to });
const at = (id: string, port: string) => ({ node: id, port });

/** Each line: what is wrong, the input, and `code path` of every problem. */
const REFUSED: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['null', null, ['document.not-object']],
  ['undefined', undefined, ['document.not-object']],
  ['a number', 7, ['document.not-object']],
  ['text', 'netloom', ['document.not-object']],
  ['a list', [base()], ['document.not-object']],
  ['a date', new Date(0), ['document.not-object']],
  ['a typed array', new Uint8Array(8), ['document.not-object']],
  ['an empty object', {}, ['document.format format']],
  ['another format', base({ format: 'onnx' }), ['document.format format']],
  ['a format that is no text', base({ format: 1 }), ['document.format format']],
  ['no version', base({ version: undefined }), ['document.version version']],
  ['version zero', base({ version: 0 }), ['document.version version']],
  ['a negative version', base({ version: -1 }), ['document.version version']],
  ['half a version', base({ version: 1.5 }), ['document.version version']],
  ['a version as text', base({ version: '1' }), ['document.version version']],
  ['a newer version', base({ version: 3 }), ['document.newer version']],
  ['a name that is no text', base({ name: 3 }), ['document.type name']],
  ['an empty name', base({ name: '' }), ['document.range name']],
  ['a very long name', base({ name: 'x'.repeat(201) }), ['document.range name']],
  ['notes that are no text', base({ notes: ['hi'] }), ['document.type notes']],
  ['no nodes', { ...HEAD, wires: [] }, ['document.missing nodes']],
  ['nodes that are an object', base({ nodes: {} }), ['document.type nodes']],
  ['no wires', { ...HEAD, nodes: [] }, ['document.missing wires']],
  ['wires that are text', base({ wires: 'a-b' }), ['document.type wires']],
  ['too many nodes', base({ nodes: Array(5001).fill(node()) }), ['document.range nodes']],
  ['a node that is null', base({ nodes: [null] }), ['document.type nodes[0]']],
  ['a node that is a list', base({ nodes: [[]] }), ['document.type nodes[0]']],
  [
    'a node without an id',
    base({ nodes: [node({ id: undefined })] }),
    ['document.missing nodes[0].id'],
  ],
  ['an id that is a number', base({ nodes: [node({ id: 4 })] }), ['document.type nodes[0].id']],
  ['an empty id', base({ nodes: [node({ id: '' })] }), ['document.range nodes[0].id']],
  [
    'a very long id',
    base({ nodes: [node({ id: 'x'.repeat(121) })] }),
    ['document.range nodes[0].id'],
  ],
  [
    'a node without a type',
    base({ nodes: [node({ type: undefined })] }),
    ['document.missing nodes[0].type'],
  ],
  ['a type that is null', base({ nodes: [node({ type: null })] }), ['document.type nodes[0].type']],
  [
    'attributes in a list',
    base({ nodes: [node({ attrs: [] })] }),
    ['document.type nodes[0].attrs'],
  ],
  [
    'attributes that are null',
    base({ nodes: [node({ attrs: null })] }),
    ['document.type nodes[0].attrs'],
  ],
  [
    'attributes that are not JSON',
    base({ nodes: [node({ attrs: { p: NaN } })] }),
    ['document.type nodes[0].attrs'],
  ],
  [
    'a typed array as an attribute',
    base({ nodes: [node({ attrs: { p: new Float32Array(2) } })] }),
    ['document.type nodes[0].attrs'],
  ],
  [
    'a position in a list',
    base({ nodes: [node({ position: [0, 0] })] }),
    ['document.type nodes[0].position'],
  ],
  [
    'half a position',
    base({ nodes: [node({ position: { x: 1 } })] }),
    ['document.type nodes[0].position'],
  ],
  [
    'a position far out',
    base({ nodes: [node({ position: { x: 1e9, y: 0 } })] }),
    ['document.type nodes[0].position'],
  ],
  [
    'a position of NaN',
    base({ nodes: [node({ position: { x: NaN, y: 0 } })] }),
    ['document.type nodes[0].position'],
  ],
  [
    'a node name that is a number',
    base({ nodes: [node({ name: 1 })] }),
    ['document.type nodes[0].name'],
  ],
  [
    'bypassed as text',
    base({ nodes: [node({ bypassed: 'yes' })] }),
    ['document.type nodes[0].bypassed'],
  ],
  [
    'two nodes of one id',
    base({ nodes: [node(), node({ type: 'ReLU' })] }),
    ['document.duplicate-id nodes[1].id'],
  ],
  [
    'three nodes of one id',
    base({ nodes: [node(), node(), node()] }),
    ['document.duplicate-id nodes[1].id', 'document.duplicate-id nodes[2].id'],
  ],
  ['a wire that is text', base({ wires: ['a.y > b.x'] }), ['document.type wires[0]']],
  [
    'a wire without an end',
    base({ wires: [{ from: at('a', 'y') }] }),
    ['document.missing wires[0].to'],
  ],
  [
    'an end without a port',
    base({ wires: [wire(at('a', 'y'), { node: 'b' })] }),
    ['document.missing wires[0].to.port'],
  ],
  [
    'an end that is text',
    base({ wires: [wire('a.y', at('b', 'x'))] }),
    ['document.type wires[0].from'],
  ],
  ['training in a list', base({ training: [] }), ['document.type training']],
  ['training that is null', base({ training: null }), ['document.type training']],
  ['epochs as text', base({ training: { epochs: 'five' } }), ['document.type training.epochs']],
  ['no epochs', base({ training: { epochs: 0 } }), ['document.range training.epochs']],
  ['half an epoch', base({ training: { epochs: 0.5 } }), ['document.type training.epochs']],
  [
    'a negative batch',
    base({ training: { batchSize: -64 } }),
    ['document.range training.batchSize'],
  ],
  ['a huge batch', base({ training: { batchSize: 1e9 } }), ['document.range training.batchSize']],
  ['a negative seed', base({ training: { seed: -1 } }), ['document.range training.seed']],
  [
    'more validation than data',
    base({ training: { split: { validation: 1.5, test: 0 } } }),
    ['document.range training.split.validation'],
  ],
  ['no objectives', base({ training: { objectives: [] } }), ['document.range training.objectives']],
  [
    'an optimiser without a type',
    base({ training: { objectives: [{ optimizer: {} }] } }),
    ['document.missing training.objectives[0].optimizer.type'],
  ],
  [
    'clipping to zero',
    base({ training: { gradientClip: { kind: 'norm', max: 0 } } }),
    ['document.range training.gradientClip.max'],
  ],
  ['an unknown device', base({ training: { device: 'tpu' } }), ['document.type training.device']],
  [
    'an unknown setting',
    base({ training: { epoch: 10 } }),
    ['document.unknown-key training.epoch'],
  ],
  ['an unknown key that is not JSON', base({ when: new Date(0) }), ['document.type when']],
  [
    'many mistakes at once',
    base({
      nodes: [node({ id: 7 }), 'x', node({ id: 'b', position: 1 })],
      wires: [1, wire(at('b', 'y'), at('', 'x'))],
      training: { epochs: 0, seed: 'x' },
    }),
    [
      'document.type nodes[0].id',
      'document.type nodes[1]',
      'document.type nodes[2].position',
      'document.type wires[0]',
      'document.range wires[1].to.node',
      'document.range training.epochs',
      'document.type training.seed',
    ],
  ],
];

const places = (problems: readonly { code: string; path?: string }[]) =>
  problems.map(({ code, path }) => (path === undefined ? code : `${code} ${path}`));

describe('refused', () => {
  test.each(REFUSED)('%s', (_name, input, expected) => {
    const restored = restoreDocument(input);
    expect(restored.ok).toBe(false);
    expect(places(restored.problems)).toEqual(expected);
    for (const { message, severity } of restored.problems) {
      expect(severity).toBe('error');
      expect(message).toMatch(/\.$|\?$/);
      expect(message).not.toMatch(/undefined|\[object/);
    }
  });
  test('JSON that is nested without end', () => {
    let deep: unknown = {};
    for (let i = 0; i < 100; i++) deep = { deep };
    const restored = restoreDocument(base({ nodes: [node({ attrs: { deep } })] }));
    expect(places(restored.problems)).toEqual(['document.too-deep']);
  });
});

const TEXTS: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'document.empty'],
  ['blanks', ' \n\t', 'document.empty'],
  ['not JSON', 'netloom', 'document.json'],
  ['a missing brace', '{"format": "netloom"', 'document.json'],
  ['a comma too many', '{\n  "format": "netloom",\n}', 'document.json line 3, column 1'],
  ['a comment', '{\n// hi\n}', 'document.json line 2, column 1'],
  ['half a string', '{"format": "netl', 'document.json'],
  ['bytes that are no text', '\u0000\u0001\u0002', 'document.json'],
  ['YAML', 'format: netloom', 'document.json'],
  ['JSON that is a number', '42', 'document.not-object'],
  ['JSON that is null', 'null', 'document.not-object'],
  ['JSON deeper than the stack', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'document.'],
  ['an object deeper than the stack', `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`, 'document.'],
];

describe('text', () => {
  test.each(TEXTS)('%s is refused', (_name, text, expected) => {
    const restored = restoreDocumentText(text);
    expect(restored.ok).toBe(false);
    expect(restored.problems).toHaveLength(1);
    expect(places(restored.problems)[0]).toContain(expected);
  });
  test('a byte order mark is skipped', () => {
    expect(restoreDocumentText(`\ufeff${JSON.stringify(base())}`).ok).toBe(true);
  });
  test('every prefix and every one-letter loss of a file is answered', () => {
    const text = serializeDocument(emptyDocument('x'));
    for (let i = 0; i < text.length - 1; i++) {
      expect(restoreDocumentText(text.slice(0, i)).ok).toBe(false);
      const { problems } = restoreDocumentText(text.slice(0, i) + text.slice(i + 1));
      for (const { code } of problems) expect(code).toMatch(/^document\./);
    }
  });
});

function restored(input: unknown) {
  const result = restoreDocument(input);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

describe('kept, with a warning', () => {
  test.each([
    ['no name', { ...base(), name: undefined }, 'document.missing name'],
    [
      'a wire from nowhere',
      base({ nodes: [node()], wires: [wire(at('b', 'y'), at('a', 'x'))] }),
      'document.dangling-wire wires[0].from.node',
    ],
    [
      'a wire to nowhere',
      base({ nodes: [node()], wires: [wire(at('a', 'y'), at('b', 'x'))] }),
      'document.dangling-wire wires[0].to.node',
    ],
    [
      'a key on a wire',
      base({ nodes: [node()], wires: [{ ...wire(at('a', 'y'), at('a', 'x')), colour: 1 }] }),
      'document.unknown-key wires[0].colour',
    ],
    [
      'a key on a node',
      base({ nodes: [node({ atrs: {} })] }),
      'document.unknown-key nodes[0].atrs',
    ],
    ['a key on the document', base({ frames: [] }), 'document.unknown-key frames'],
  ])('%s', (_name, input, expected) => {
    const { problems } = restored(input);
    expect(places(problems)).toEqual([expected]);
    expect(problems[0]?.severity).toBe('warning');
  });
  test('two wires at one input: the first', () => {
    const nodes = [node(), node({ id: 'b' }), node({ id: 'c' })];
    const wires = [wire(at('a', 'y'), at('c', 'x')), wire(at('b', 'y'), at('c', 'x'))];
    const { document, problems } = restored(base({ nodes, wires }));
    expect(places(problems)).toEqual(['document.double-wire wires[1]']);
    expect(document.wires).toEqual(wires.slice(0, 1));
  });
  test('a near miss is named', () => {
    const { problems } = restored(base({ nodes: [node({ atrs: {} })] }));
    expect(problems[0]?.message).toContain('Did you mean attrs?');
  });
});

describe('kept without a word, for check to judge', () => {
  test('unknown layers with all their JSON', () => {
    const attrs = { depth: [1, { deep: null }], 'odd key': 'ü' };
    const { document, problems } = restored(base({ nodes: [node({ type: 'Hologram', attrs })] }));
    expect(problems).toEqual([]);
    expect(document.nodes[0]).toMatchObject({ type: 'Hologram', attrs });
    expect(analyse(document).problems.map(({ code }) => code)).toContain('document.unknown-layer');
  });
  test('attribute values that do not fit their layer', () => {
    const attrs = { outFeatures: -3, bias: 'perhaps', colour: 'red' };
    const { document } = restored(base({ nodes: [node({ attrs })] }));
    expect(document.nodes[0]?.attrs).toEqual(attrs);
    const paths = analyse(document).problems.filter(({ code }) => code.startsWith('attrs.'));
    expect(places(paths)).toEqual([
      'attrs.range attrs.outFeatures',
      'attrs.type attrs.bias',
      'attrs.unknown attrs.colour',
    ]);
  });
  test('cycles', () => {
    const wires = [wire(at('a', 'y'), at('a', 'x'))];
    expect(restored(base({ nodes: [node()], wires })).problems).toEqual([]);
  });
});

describe('filled in', () => {
  test('defaults', () => {
    const { document } = restored(base({ nodes: [node()] }));
    expect(document.notes).toBe('');
    expect(document.training).toEqual(networkDocument.shape.training.parse(undefined));
    expect(document.nodes[0]).toEqual({ ...node(), attrs: {}, position: { x: 0, y: 0 } });
  });
  test('positions: columns by depth, five to a line, below what is placed', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const nodes = ids.map((id) => node({ id }));
    const wires = ids.slice(1).map((id, i) => wire(at(ids[i] ?? '', 'y'), at(id, 'x')));
    const bare = restored(base({ nodes, wires })).document.nodes.map(({ position }) => position);
    expect(bare.map(({ x }) => x)).toEqual([0, 224, 448, 672, 896, 0]);
    expect(bare.map(({ y }) => y)).toEqual([0, 0, 0, 0, 0, 192]);
    const placed = [{ ...nodes[0], position: { x: 5, y: 100 } }, ...nodes.slice(1)];
    const mixed = restored(base({ nodes: placed, wires })).document.nodes;
    expect(mixed[0]?.position).toEqual({ x: 5, y: 100 });
    expect(Math.min(...mixed.slice(1).map(({ position }) => position.y))).toBeGreaterThan(
      100 + 128,
    );
  });
  test('no two nodes at one place', () => {
    const nodes = Array.from({ length: 40 }, (_, i) => node({ id: `n${i}` }));
    const wires = nodes
      .slice(4)
      .map(({ id }, i) => wire(at(`n${Math.floor(i / 3)}`, 'y'), at(id, 'x')));
    const { document } = restored(base({ nodes, wires }));
    const spots = new Set(document.nodes.map(({ position: { x, y } }) => `${x},${y}`));
    expect(spots.size).toBe(40);
  });
});

describe('files', () => {
  const full = base({
    notes: 'two\nlines',
    frames: [{ title: 'encoder' }],
    nodes: [
      node({ attrs: { outFeatures: 3 }, position: { x: 0, y: 16 }, name: 'first', bypassed: true }),
      node({
        id: 'b',
        type: 'Hologram',
        attrs: { a: [1, 2], z: 1 },
        colour: 'red',
        position: { x: 224, y: 0 },
      }),
    ],
    wires: [wire(at('a', 'y'), at('b', 'x'))],
    training: { epochs: 7, objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 0.1 } } }] },
  });
  const { document } = restored(full);
  const text = serializeDocument(document);

  test('are read back as they were, unknown keys included', () => {
    expect(restoreDocumentText(text)).toMatchObject({ ok: true, document });
    expect(JSON.parse(text)).toMatchObject({ frames: full['frames' as keyof typeof full] });
    expect(JSON.parse(text)).toMatchObject({ nodes: [{}, { colour: 'red' }] });
  });
  test('writing is stable and does not depend on the order of keys in memory', () => {
    const shuffled = restored(
      JSON.parse(JSON.stringify(document, Object.keys(flat(document)).toSorted())),
    );
    expect(serializeDocument(shuffled.document)).toBe(text);
  });
  test('the document in memory crosses ports and comes back the same', () => {
    expect(restored(structuredClone(document)).document).toEqual(document);
  });
  test('a line for each wire and each node that fits one', () => {
    expect(text).toMatch(/^ {4}\{ "from": \{ "node": "a", "port": "y" \}, "to": .* \}$/m);
    expect(text.endsWith('}\n')).toBe(true);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

/** All keys at any depth, for JSON.stringify's list of keys. */
function flat(value: unknown): Record<string, true> {
  if (typeof value !== 'object' || value === null) return {};
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return Object.assign(
    Object.fromEntries(own.map((key) => [key, true])),
    ...Object.values(value).map(flat),
  ) as Record<string, true>;
}

describe('migrations', () => {
  const steps = {
    1: (old: object) => ({ ...old, nodes: [] }),
    2: (old: object) => ({ ...old, title: 'now' }),
  };
  test('of a document run in order, each raising the version', () => {
    expect(migrate({ version: 1, a: 1 }, 1, 3, steps)).toEqual({
      version: 3,
      a: 1,
      nodes: [],
      title: 'now',
    });
    expect(migrate({ version: 3 }, 3, 3, steps)).toEqual({ version: 3 });
  });
  test('a missing step is a bug', () => {
    expect(() => migrate({ version: 3 }, 3, 4, steps)).toThrow('no step from document version 3');
  });
  test('of a layer leave what is current alone', () => {
    for (const { type, migrations = [], attrs } of layers.values()) {
      const current = Object.fromEntries(
        Object.entries(attrs).map(([name, attr]) => [name, attr.default]),
      );
      for (const step of migrations) expect(step(current), type).toEqual(current);
    }
  });
});

describe('identity', () => {
  test('is written and read, and is no part of the content', () => {
    const document = { ...restored(base()).document, id: 'mine', parent: 'theirs' };
    const text = serializeDocument(document);
    expect(JSON.parse(text)).toMatchObject({ version: 2, id: 'mine', parent: 'theirs' });
    expect(restoreDocumentText(text)).toMatchObject({ ok: true, document, problems: [] });
    expect(withoutIdentity(document)).toEqual(restored(base()).document);
  });
  test('a file of version 1 opens whatever it says under that name', () => {
    expect(restored(base({ id: 7, parent: [] })).document).toEqual(restored(base()).document);
    expect(restored(base({ id: 'mine' })).document.id).toBe('mine');
  });
  test.each([7, '', 'x'.repeat(121)])('%j is none', (id) => {
    expect(places(restoreDocument(base({ version: 2, id })).problems)).toHaveLength(1);
  });
});
