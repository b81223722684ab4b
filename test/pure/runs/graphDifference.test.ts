/** Rule: nodes of two graphs are the same by id, else by structure; what differs is told, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import type { DocumentNode, NetworkDocument, RawAttrs, Wire } from '#engine/ir/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { graphDifference, hasDifference, ownWires, pairsById } from '#engine/runs/index.ts';
import { pointsDocument } from '#test/support/documents.ts';

type Graph = Pick<NetworkDocument, 'nodes' | 'wires'>;
type Step = readonly [id: string, type: string, attrs?: RawAttrs];

const wire = (from: string, to: string): Wire => {
  const [source = '', out = 'y'] = from.split('.');
  const [target = '', into = 'x'] = to.split('.');
  return { from: { node: source, port: out }, to: { node: target, port: into } };
};
const node = ([id, type, attrs = {}]: Step): DocumentNode => ({
  ...{ id, type, attrs, position: { x: 0, y: 0 } },
});

/** Each wired to the one before. */
const chain = (...steps: readonly Step[]): Graph => ({
  nodes: steps.map(node),
  wires: steps.slice(1).map(([id], i) => wire(steps[i]?.[0] ?? '', id)),
});
const with_ = (graph: Graph, change: Partial<Graph>): Graph => ({ ...graph, ...change });

/** `+id`, `-id`, `old>new`, `id attr: was -> now`; what is the same is left out. */
function told(before: Graph, after: Graph): readonly string[] {
  const { nodes, wires } = graphDifference(before, after);
  return [
    ...nodes.flatMap(({ kind, before: was, after: now, changes }): string[] => {
      if (kind === 'added') return [`+${now?.id}`];
      if (kind === 'removed') return [`-${was?.id}`];
      const name = was?.id === now?.id ? `${now?.id}` : `${was?.id}>${now?.id}`;
      if (kind === 'renamed') return [name];
      return changes.map((each) => `${name} ${each.key}: ${each.was} -> ${each.now}`);
    }),
    ...wires.flatMap(({ kind, from, to }) =>
      kind === 'same' ? [] : [`${kind} ${from.node}.${from.port} > ${to.node}.${to.port}`],
    ),
  ];
}

const MLP = chain(
  ['data', 'Data', { source: 'digits' }],
  ['fc1', 'Linear', { outFeatures: 64 }],
  ['relu1', 'ReLU'],
  ['fc2', 'Linear', { outFeatures: 10 }],
);
const CNN = chain(
  ['data', 'Data', { source: 'digits' }],
  ['conv1', 'Conv2d', { outChannels: 8 }],
  ['relu1', 'ReLU'],
  ['conv2', 'Conv2d', { outChannels: 16 }],
  ['relu2', 'ReLU'],
  ['flat', 'Flatten'],
  ['fc', 'Linear', { outFeatures: 10 }],
);

const EXAMPLES = 'resources/examples';
const examples = (): readonly Graph[] =>
  readdirSync(EXAMPLES).map((file) => {
    const restored = restoreDocumentText(readFileSync(`${EXAMPLES}/${file}`, 'utf8'));
    if (!restored.ok) throw new Error(file);
    return restored.document;
  });

/** Every id another one. */
const renamed = ({ nodes, wires }: Graph): Graph => ({
  nodes: nodes.map(({ sharesWith, ...each }) => ({
    ...each,
    id: `${each.id}_`,
    ...(sharesWith && { sharesWith: { ...sharesWith, node: `${sharesWith.node}_` } }),
  })),
  wires: wires.map(({ from, to }) => ({
    from: { ...from, node: `${from.node}_` },
    to: { ...to, node: `${to.node}_` },
  })),
});

describe('the same', () => {
  test('a copy, one in another order, one moved, renamed for people and with notes', () => {
    expect(told(CNN, structuredClone(CNN))).toEqual([]);
    expect(
      told(CNN, with_(CNN, { nodes: CNN.nodes.toReversed(), wires: CNN.wires.toReversed() })),
    ).toEqual([]);
    const nodes = CNN.nodes.map((each) => ({
      ...each,
      position: { x: 99, y: 1 },
      name: `a name for ${each.id}`,
    }));
    expect(told(CNN, with_(CNN, { nodes }))).toEqual([]);
  });

  test('a default that is written out, and fields of the data', () => {
    const nodes = MLP.nodes.map((each) => ({
      ...each,
      attrs: each.type === 'Linear' ? { ...each.attrs, bias: true } : { ...each.attrs, fields: [] },
    }));
    expect(told(MLP, with_(MLP, { nodes })).filter((line) => line.startsWith('fc'))).toEqual([]);
    expect(told(pointsDocument('moons', 2), pointsDocument('moons', 3))).toEqual([
      'fc2 outFeatures: 2 -> 3',
    ]);
  });

  test('under other ids, in whatever order: renamed, and no difference', () => {
    for (const graph of [MLP, CNN, ...examples()]) {
      const other = renamed(graph);
      const shuffled = with_(other, {
        nodes: other.nodes.toReversed(),
        wires: other.wires.toReversed(),
      });
      const difference = graphDifference(graph, shuffled);
      expect(difference.nodes.filter(({ kind }) => kind !== 'renamed')).toEqual([]);
      expect(hasDifference(difference)).toBe(false);
    }
  });

  test('by ids alone a renamed node is another one', () => {
    const { nodes } = graphDifference(MLP, renamed(MLP), pairsById(MLP, renamed(MLP)));
    expect(nodes.map(({ kind }) => kind)).toEqual([
      ...MLP.nodes.map(() => 'added'),
      ...MLP.nodes.map(() => 'removed'),
    ]);
  });
});

describe('changed', () => {
  test('an attribute, with both values; a source by its options', () => {
    const nodes = MLP.nodes.map((each) =>
      each.id === 'fc1' ? { ...each, attrs: { outFeatures: 128, bias: false } } : each,
    );
    expect(told(MLP, with_(MLP, { nodes }))).toEqual([
      'fc1 outFeatures: 64 -> 128',
      'fc1 bias: yes -> no',
    ]);
    const noisy = (noise: number): Graph =>
      chain(['data', 'Data', { source: 'moons', options: { noise } }]);
    expect(told(noisy(0.1), noisy(0.3))).toEqual(['data options.noise: 0.1 -> 0.3']);
  });

  test('a replaced activation, under its id, another id, and where everything is called otherwise', () => {
    const replaced = (id: string): Graph =>
      chain(
        ['data', 'Data', { source: 'digits' }],
        ['fc1', 'Linear', { outFeatures: 64 }],
        [id, 'Tanh'],
        ['fc2', 'Linear', { outFeatures: 10 }],
      );
    expect(told(MLP, replaced('relu1'))).toEqual(['relu1 type: ReLU -> Tanh']);
    expect(told(MLP, replaced('tanh1'))).toEqual(['relu1>tanh1 type: ReLU -> Tanh']);
    expect(told(MLP, renamed(replaced('act')))).toEqual([
      'data>data_',
      'fc1>fc1_',
      'relu1>act_ type: ReLU -> Tanh',
      'fc2>fc2_',
    ]);
  });

  test('a replaced activation beside something that went', () => {
    const steps = (...ids: readonly Step[]): Graph =>
      chain(['data', 'Data'], ['fc1', 'Linear'], ...ids, ['fc2', 'Linear']);
    const found = told(steps(['relu1', 'ReLU'], ['drop1', 'Dropout']), steps(['tanh1', 'Tanh']));
    expect(found.filter((line) => !/^(?:added|removed) /.test(line))).toEqual([
      'relu1>tanh1 type: ReLU -> Tanh',
      '-drop1',
    ]);
  });

  test('bypass, and whose weights it shares, whatever that one is called', () => {
    const shares = (id: string, of: string): Graph => ({
      ...chain([of, 'Linear'], [id, 'Linear']),
      nodes: [
        node([of, 'Linear']),
        { ...node([id, 'Linear']), sharesWith: { node: of, transposed: false } },
      ],
    });
    expect(told(shares('b', 'a'), shares('b', 'a_'))).toEqual(['a>a_']);
    const nodes = MLP.nodes.map((each) =>
      each.id === 'relu1' ? { ...each, bypassed: true } : each,
    );
    expect(told(MLP, with_(MLP, { nodes }))).toEqual(['relu1 bypassed: no -> yes']);
  });
});

describe('added and removed', () => {
  const bn = chain(
    ['data', 'Data', { source: 'digits' }],
    ['conv1', 'Conv2d', { outChannels: 8 }],
    ['bn1', 'BatchNorm2d'],
    ['relu1', 'ReLU'],
    ['conv2', 'Conv2d', { outChannels: 16 }],
    ['bn2', 'BatchNorm2d'],
    ['relu2', 'ReLU'],
    ['flat', 'Flatten'],
    ['fc', 'Linear', { outFeatures: 10 }],
  );

  test('BatchNorm between, with the wires that go over it', () => {
    expect(told(CNN, bn)).toEqual([
      '+bn1',
      '+bn2',
      'added conv1.y > bn1.x',
      'added bn1.y > relu1.x',
      'added conv2.y > bn2.x',
      'added bn2.y > relu2.x',
      'removed conv1.y > relu1.x',
      'removed conv2.y > relu2.x',
    ]);
  });

  test('BatchNorm between, everything else under other ids', () => {
    const names = told(CNN, renamed(bn)).filter((line) => !/^(?:added|removed) /.test(line));
    expect(names).toEqual([
      ...['data>data_', 'conv1>conv1_', '+bn1_', 'relu1>relu1_', 'conv2>conv2_', '+bn2_'],
      ...['relu2>relu2_', 'flat>flat_', 'fc>fc_'],
    ]);
    const back = told(renamed(bn), CNN).filter((line) => !/^(?:added|removed) /.test(line));
    expect(back.filter((line) => line.startsWith('-'))).toEqual(['-bn1_', '-bn2_']);
  });

  test('a block once more: one copy is new, and all of it', () => {
    const twice = chain(
      ['data', 'Data', { source: 'digits' }],
      ['fc1', 'Linear', { outFeatures: 64 }],
      ['relu1', 'ReLU'],
      ['fc3', 'Linear', { outFeatures: 64 }],
      ['relu3', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 10 }],
    );
    const names = told(MLP, twice).filter((line) => !/^(?:added|removed) /.test(line));
    expect(names).toEqual(['+fc3', '+relu3']);
    const others = graphDifference(MLP, renamed(twice)).nodes;
    const fresh = others.filter(({ kind }) => kind === 'added').map(({ after }) => after?.type);
    expect(fresh.toSorted()).toEqual(['Linear', 'ReLU']);
    expect(others.filter(({ kind }) => kind === 'changed' || kind === 'removed')).toEqual([]);
  });

  test('a kind that stands elsewhere now is another node', () => {
    const early = chain(
      ['data', 'Data', { source: 'digits' }],
      ['dropA', 'Dropout'],
      ['fc1', 'Linear', { outFeatures: 64 }],
      ['relu1', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 10 }],
    );
    const late = chain(
      ['data', 'Data', { source: 'digits' }],
      ['fc1', 'Linear', { outFeatures: 64 }],
      ['relu1', 'ReLU'],
      ['dropB', 'Dropout'],
      ['fc2', 'Linear', { outFeatures: 10 }],
    );
    const names = told(early, late).filter((line) => !/^(?:added|removed) /.test(line));
    expect(names).toEqual(['+dropB', '-dropA']);
  });

  test('a removed node whose id is taken for another kind elsewhere keeps a key of its own', () => {
    const a = chain(['data', 'Data'], ['x', 'Dropout'], ['fc1', 'Linear'], ['relu1', 'ReLU']);
    const b = chain(['data', 'Data'], ['fc1', 'Linear'], ['relu1', 'ReLU'], ['x', 'Flatten']);
    const { nodes } = graphDifference(a, b);
    expect(nodes.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      ...['same data', 'same fc1', 'same relu1', 'added x', 'removed -x'],
    ]);
  });
});

test('wires that lead elsewhere by themselves are told apart from those of nodes that came or went', () => {
  const without = chain(['data', 'Data'], ['fc1', 'Linear'], ['fc2', 'Linear']);
  const between = chain(['data', 'Data'], ['fc1', 'Linear'], ['relu1', 'ReLU'], ['fc2', 'Linear']);
  expect(ownWires(graphDifference(without, between))).toEqual([]);
  expect(ownWires(graphDifference(between, without))).toEqual([]);
  const skipping = with_(without, { wires: [wire('data', 'fc1'), wire('data', 'fc2')] });
  expect(ownWires(graphDifference(without, skipping)).map(({ kind }) => kind)).toEqual([
    'added',
    'removed',
  ]);
});

describe('branches', () => {
  const branches = (
    first: readonly [string, number],
    second: readonly [string, number],
  ): Graph => ({
    nodes: (
      [
        ['data', 'Data', { source: 'digits' }],
        [first[0], 'Linear', { outFeatures: first[1] }],
        [second[0], 'Linear', { outFeatures: second[1] }],
        ['cat', 'Concat'],
      ] as const
    ).map(node),
    wires: [
      wire('data.y', `${first[0]}.x`),
      wire('data.y', `${second[0]}.x`),
      wire(`${first[0]}.y`, 'cat.x1'),
      wire(`${second[0]}.y`, 'cat.x2'),
    ],
  });

  test('swapped at their end: the wires differ, not the nodes', () => {
    const before = branches(['wide', 64], ['narrow', 8]);
    expect(told(before, branches(['narrow', 8], ['wide', 64]))).toEqual([
      'added narrow.y > cat.x1',
      'added wide.y > cat.x2',
      'removed wide.y > cat.x1',
      'removed narrow.y > cat.x2',
    ]);
  });

  test('under other ids each is found by what it is', () => {
    expect(told(branches(['wide', 64], ['narrow', 8]), branches(['b', 64], ['a', 8]))).toEqual([
      'wide>b',
      'narrow>a',
    ]);
  });
});

test('any two graphs: every node and wire of either is told once', () => {
  const stream = new RandomStream(5, 'data');
  const random = (): number => stream.uniform();
  const kinds = ['Linear', 'ReLU', 'Dropout', 'Flatten'];
  const graph = (): Graph => {
    const count = 1 + Math.floor(random() * 9);
    const nodes = Array.from({ length: count }, (_, i) =>
      node([`n${Math.floor(random() * 4) * 10 + i}`, kinds[Math.floor(random() * 4)] ?? 'ReLU']),
    );
    const wires = nodes.flatMap((each, i) => {
      const from = nodes[Math.floor(random() * i)];
      return from && i > 0 && random() < 0.8 ? [wire(from.id, each.id)] : [];
    });
    return { nodes, wires };
  };
  for (let i = 0; i < 200; i++) {
    const [a, b] = [graph(), graph()];
    const { nodes, wires } = graphDifference(a, b);
    expect(nodes.flatMap(({ before }) => (before ? [before] : [])).length).toBe(a.nodes.length);
    expect(nodes.flatMap(({ after }) => (after ? [after] : []))).toEqual(b.nodes);
    expect(new Set(nodes.map(({ key }) => key)).size).toBe(nodes.length);
    expect(wires.flatMap(({ before }) => (before ? [before] : [])).length).toBe(a.wires.length);
    expect(wires.flatMap(({ after }) => (after ? [after] : []))).toEqual(b.wires);
  }
});

test('five hundred nodes, all called otherwise, with some put between: seconds, not minutes', () => {
  const steps = Array.from({ length: 250 }, (_, i): readonly Step[] => [
    [`fc${i}`, 'Linear', { outFeatures: 8 + (i % 3) }],
    [`relu${i}`, 'ReLU'],
  ]).flat();
  const before = chain(['data', 'Data'], ...steps);
  const after = renamed(
    chain(['data', 'Data'], ...steps.slice(0, 200), ['bn', 'BatchNorm1d'], ...steps.slice(200)),
  );
  const kinds = graphDifference(before, after).nodes.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'renamed')).toHaveLength(501);
  expect(kinds.filter((kind) => kind === 'added')).toHaveLength(1);
});

describe('switches of a node', () => {
  const at = (change: Partial<DocumentNode>): Graph =>
    with_(MLP, {
      nodes: MLP.nodes.map((each) => (each.id === 'fc2' ? { ...each, ...change } : each)),
    });

  test('passing it by is a change, and saying that it is not passed by is none', () => {
    expect(told(MLP, at({ bypassed: true }))).toEqual(['fc2 bypassed: no -> yes']);
    expect(told(at({ bypassed: true }), MLP)).toEqual(['fc2 bypassed: yes -> no']);
    expect(told(MLP, at({ bypassed: false }))).toEqual([]);
  });
  test('so is whose weights it shares, or that it shares none', () => {
    const shares = at({ sharesWith: { node: 'fc1', transposed: false } });
    expect(told(MLP, shares)).toEqual(['fc2 sharesWith: none -> fc1']);
    expect(told(shares, MLP)).toEqual(['fc2 sharesWith: fc1 -> none']);
    expect(told(shares, shares)).toEqual([]);
  });
});
