/**
 * Networks that are no chain: layers of one and of several inputs drawn from the registry, each fed with whatever
 * fits of all that came before, so that a tensor is read more than once and late. Attributes may differ from their
 * defaults. What nothing reads goes to the loss.
 */
import { analyse } from '#engine/check/analyse.ts';
import type { Attr, JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import type { LayerRole } from '#engine/layers/define.ts';
import { layer, layers } from '#engine/layers/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { data, network, type NodeText } from './network.ts';
import { attrsOf } from './layerCase.ts';
import { CLASSES, fieldsOf, type NetworkFamily, type RandomNetwork } from './randomNetworks.ts';

const MOST_DRAWN = 8;
const MOST_TRIES = 30;
const OTHER_ATTR = 0.25;
const MERGES = 0.35;
/** Weights of a layer, and what it gives for a sample. */
const MOST_NUMBERS = 20_000;
/** What people build of comes more often than by its share of the registry. */
const BUILT_OF = 0.4;
const BLOCKS = [
  ...[
    'Linear',
    'Conv1d',
    'Conv2d',
    'BatchNorm1d',
    'BatchNorm2d',
    'LayerNorm',
    'GroupNorm',
    'RMSNorm',
  ],
  ...['ReLU', 'GELU', 'Sigmoid', 'SiLU', 'Dropout', 'MaxPool2d', 'LSTM', 'GRU', 'Add', 'Multiply'],
  ...['Concat', 'MultiheadAttention', 'TransformerEncoderLayer', 'Chunk', 'Slice', 'Expression'],
];

const inputsOf = (type: string, attrs: RawAttrs): readonly string[] =>
  layer(type).ports(attrsOf(type, attrs)).in;
const OTHERS: readonly LayerRole[] = ['data', 'latent', 'loss'];
const computing = [...layers.values()].filter(
  // An exponential of whatever came before leaves float32.
  ({ role, type }) => !OTHERS.includes(role) && type !== 'Reparameterise',
);
const blocks = computing.filter(({ type }) => BLOCKS.includes(type));
const single = computing.filter(({ type }) => inputsOf(type, {}).length === 1);
const merging = computing.filter(({ type }) => inputsOf(type, {}).length > 1);

/** Rows that fill registers, several times over or not at all, and end in every way. */
function randomShape(family: NetworkFamily, random: RandomStream): readonly number[] {
  const upTo = (most: number): number => 1 + random.integer(most);
  switch (family) {
    case 'vector':
      return [upTo(70)];
    case 'image':
      return [upTo(5), upTo(20), upTo(36)];
    case 'sequence':
      return [upTo(20), upTo(36)];
  }
}
const MOST_CHANNELS = 20;

function firstOf(family: NetworkFamily, outChannels: number): NodeText {
  switch (family) {
    case 'vector':
      return ['in', 'Linear', { outFeatures: 3 * outChannels }];
    case 'image':
      return ['in', 'Conv2d', { outChannels, kernelSize: [3, 3], padding: [1, 1] }];
    case 'sequence':
      return ['in', 'Conv1d', { outChannels, kernelSize: 1 }];
  }
}

/** A tensor beside itself gives a constant, of which only rounding is left after a norm. */
const COMPARING = ['CosineSimilarity', 'PairwiseDistance'];

/** Parts of a network that grows. */
interface Growing {
  readonly nodes: readonly NodeText[];
  readonly wires: readonly string[];
}

export function randomGraphs(
  family: NetworkFamily,
  count: number,
  seed: number,
): readonly RandomNetwork[] {
  const random = new RandomStream(seed, 'data');
  return Array.from({ length: count }, () => randomGraph(family, random));
}

function randomGraph(family: NetworkFamily, random: RandomStream): RandomNetwork {
  const source = data(fieldsOf(randomShape(family, random)));
  const first = firstOf(family, 1 + random.integer(MOST_CHANNELS));
  let grown: Growing = { nodes: [source, first], wires: ['data.x > in.x'] };
  const wanted = 2 + random.integer(MOST_DRAWN - 1);
  for (let tries = 0; tries < MOST_TRIES && grown.nodes.length < 2 + wanted; tries++) {
    const next = withOneMore(grown, random);
    if (next && isSound(next)) grown = next;
  }
  const drawn = grown.nodes.slice(2).map(([, type, attrs = {}]) => `${type}${changed(attrs)}`);
  return { title: drawn.join(', '), document: withLoss(grown) };
}

const changed = (attrs: RawAttrs): string =>
  Object.keys(attrs).length === 0 ? '' : ` ${JSON.stringify(attrs)}`;

const one = <T>(list: readonly T[], random: RandomStream): T | undefined =>
  list[random.integer(list.length)];

/** Everything that a node may read: outputs of numbers. */
function tensorsOf({ nodes, wires }: Growing): readonly string[] {
  const { nodes: known } = analyse(network(nodes, wires));
  return nodes.slice(1).flatMap(([id]) =>
    Object.entries(known.get(id)?.outputs ?? {})
      .filter(([, { dtype }]) => dtype === 'f32')
      .map(([port]) => `${id}.${port}`),
  );
}

function withOneMore(grown: Growing, random: RandomStream): Growing | null {
  const all = random.uniform() < MERGES ? merging : single;
  const definition = one(random.uniform() < BUILT_OF ? blocks : all, random);
  if (!definition) return null;
  const attrs = randomAttrs(definition.attrs, random);
  const id = `n${grown.nodes.length}`;
  const tensors = tensorsOf(grown);
  const wires = inputsOf(definition.type, attrs).map((port) => {
    // Most often what came last.
    const from = random.uniform() < 0.5 ? tensors.at(-1) : one(tensors, random);
    return `${from ?? ''} > ${id}.${port}`;
  });
  const isWithItself = new Set(wires.map((wire) => wire.split(' > ')[0])).size === 1;
  if (isWithItself && COMPARING.includes(definition.type)) return null;
  return {
    nodes: [...grown.nodes, [id, definition.type, attrs]],
    wires: [...grown.wires, ...wires],
  };
}

function randomAttrs(schema: Readonly<Record<string, Attr>>, random: RandomStream): RawAttrs {
  const entries = Object.entries(schema).flatMap(([key, attr]): [string, JsonValue][] => {
    if (random.uniform() >= OTHER_ATTR) return [];
    const value = randomValue(attr, random);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function randomValue(attr: Attr, random: RandomStream): JsonValue | undefined {
  switch (attr.kind) {
    case 'bool':
      return !attr.default;
    case 'choice':
      return one(attr.options, random);
    case 'int':
      return Math.min(
        Math.max(attr.min ?? 1, attr.default + random.integer(3) - 1),
        attr.max ?? Infinity,
      );
    case 'pair':
      return attr.default.map((size) => Math.max(attr.min ?? 0, size + random.integer(3) - 1));
    case 'number':
    case 'shape':
    case 'numbers':
    case 'text':
    case 'source':
    case 'options':
    case 'fields':
    case 'names':
    case 'steps':
      return undefined;
  }
}

/** There is no loss yet: of the last node only. Nor is it so large that others have to wait. */
function isSound({ nodes, wires }: Growing): boolean {
  const [last = ''] = nodes.at(-1) ?? [];
  const { problems, nodes: known } = analyse(network(nodes, wires));
  const { parameterCount = 0, outputs = {} } = known.get(last) ?? {};
  const sizes = Object.values(outputs).map(({ shape }) =>
    elementCount(shape.filter((size) => typeof size === 'number')),
  );
  if (parameterCount > MOST_NUMBERS || Math.max(...sizes) > MOST_NUMBERS) return false;
  return problems.every(({ severity, node }) => severity !== 'error' || node !== last);
}

/** Each tensor that nothing reads is flattened and adds to the scores. */
function withLoss(grown: Growing) {
  const read = new Set(grown.wires.map((wire) => wire.split(' > ')[0]));
  const loose = tensorsOf(grown).filter((tensor) => !read.has(tensor));
  const parts = loose.map((tensor, i) => ({
    nodes: [
      [`flat${i}`, 'Flatten'],
      [`score${i}`, 'Linear', { outFeatures: CLASSES }],
    ] satisfies NodeText[],
    wires: [`${tensor} > flat${i}.x`, `flat${i}.y > score${i}.x`],
  }));
  const sums = loose.slice(1).map((_, i) => ({
    nodes: [[`sum${i}`, 'Add']] satisfies NodeText[],
    wires: [`${i === 0 ? 'score0' : `sum${i - 1}`}.y > sum${i}.a`, `score${i + 1}.y > sum${i}.b`],
  }));
  const last = loose.length > 1 ? `sum${loose.length - 2}` : 'score0';
  const all = [...parts, ...sums];
  return network(
    [...grown.nodes, ...all.flatMap(({ nodes }) => nodes), ['loss', 'CrossEntropyLoss']],
    [
      ...grown.wires,
      ...all.flatMap(({ wires }) => wires),
      ...[`${last}.y > loss.prediction`, 'data.label > loss.target'],
    ],
  );
}
