/**
 * Networks of each family as PyTorch trained them (parity/torch_trajectories.py): the documents that are the same
 * networks, what came of PyTorch, and how far a training of ours is from it.
 */
import { expect } from 'vitest';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import torch from '../parity/torch_trajectories.json' with { type: 'json' };
import { data, network, type NodeText } from './network.ts';
import type { GivenTraining, WalkedTraining } from './walkTraining.ts';

interface Written {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
type Tensors<T> = Readonly<Record<string, T>>;
interface Training {
  readonly optimizer: { readonly type: string; readonly attrs: Readonly<Record<string, number>> };
  readonly losses: readonly number[];
  /** Null where a parameter changes nothing, and is rounding. */
  readonly weights: Tensors<readonly (number | null)[]>;
  /** How far PyTorch in float32 was from PyTorch in float64. */
  readonly float32: Distance;
}
interface Family {
  readonly name: string;
  readonly first: Tensors<Written>;
  readonly data: Tensors<Written & { readonly isLabel: boolean }>;
  readonly trainings: readonly Training[];
}
// JSON has no records: each family names tensors of its own.
const families = torch.families as unknown as readonly Family[];

/** Each beside the largest of its kind. */
export interface Distance {
  readonly losses: number;
  readonly weights: number;
}

const CLASSES = 3;
const linear = (outFeatures: number) => ({ outFeatures });

interface Drawn {
  readonly nodes: readonly NodeText[];
  readonly wires: readonly string[];
  /** What objectives train, where there is more than one. */
  readonly objectives?: readonly { readonly losses: string[]; readonly trains: string[] }[];
  /** Nodes whose weights are those of another. */
  readonly shares?: Tensors<string>;
}

/** Each node gets what the one before it gives; `data.x` goes into the first. */
function line(nodes: readonly NodeText[], target: string): Drawn {
  const wires = nodes.map(([id, type], i) => {
    const before = nodes[i - 1];
    const into = type.endsWith('Loss') ? 'prediction' : 'x';
    return `${before ? `${before[0]}.y` : 'data.x'} > ${id}.${into}`;
  });
  return { nodes, wires: [...wires, `data.${target} > loss.target`] };
}

const NETWORKS: Tensors<Drawn> = {
  mlp: line(
    [
      ['fc1', 'Linear', linear(8)],
      ['a1', 'Tanh'],
      ['fc2', 'Linear', linear(8)],
      ['a2', 'Tanh'],
      ['fc3', 'Linear', linear(CLASSES)],
      ['loss', 'CrossEntropyLoss'],
    ],
    'label',
  ),
  cnn: line(
    [
      ['conv1', 'Conv2d', { outChannels: 4, kernelSize: [3, 3], padding: [1, 1], bias: false }],
      ['bn1', 'BatchNorm2d'],
      ['a1', 'Tanh'],
      ['pool', 'AvgPool2d', { kernelSize: [2, 2], stride: [2, 2] }],
      ['conv2', 'Conv2d', { outChannels: 4, kernelSize: [3, 3], bias: false }],
      ['bn2', 'BatchNorm2d'],
      ['a2', 'Tanh'],
      ['flat', 'Flatten'],
      ['fc', 'Linear', linear(CLASSES)],
      ['loss', 'CrossEntropyLoss'],
    ],
    'label',
  ),
  autoencoder: line(
    [
      ['fc1', 'Linear', linear(8)],
      ['a1', 'Tanh'],
      ['fc2', 'Linear', linear(3)],
      ['fc3', 'Linear', linear(8)],
      ['a3', 'Tanh'],
      ['fc4', 'Linear', linear(12)],
      ['out', 'Sigmoid'],
      ['loss', 'MSELoss'],
    ],
    'x',
  ),
  lstm: line(
    [
      ['lstm', 'LSTM', { hiddenSize: 6 }],
      ['fc', 'Linear', linear(2)],
      ['loss', 'MSELoss'],
    ],
    'y',
  ),
  transformer: line(
    [
      ['places', 'SinusoidalEncoding'],
      [
        'block',
        'TransformerEncoderLayer',
        { nhead: 2, dimFeedforward: 10, dropout: 0, activation: 'gelu' },
      ],
      ['mean', 'Mean', { dims: [1] }],
      ['fc', 'Linear', linear(CLASSES)],
      ['loss', 'CrossEntropyLoss'],
    ],
    'label',
  ),
  gan: {
    nodes: [
      ['g1', 'Linear', linear(6)],
      ['ga', 'Tanh'],
      ['g2', 'Linear', linear(4)],
      ['d1', 'Linear', linear(6)],
      ['da', 'Tanh'],
      ['d2', 'Linear', linear(1)],
      ['e1', 'Linear', linear(6)],
      ['ea', 'Tanh'],
      ['e2', 'Linear', linear(1)],
      ['real', 'BCEWithLogitsLoss'],
      ['fake', 'BCEWithLogitsLoss'],
      ['fool', 'BCEWithLogitsLoss'],
    ],
    wires: [
      ...['data.z > g1.x', 'g1.y > ga.x', 'ga.y > g2.x'],
      ...['data.x > d1.x', 'd1.y > da.x', 'da.y > d2.x'],
      ...['g2.y > e1.x', 'e1.y > ea.x', 'ea.y > e2.x'],
      ...['d2.y > real.prediction', 'data.one > real.target'],
      ...['e2.y > fake.prediction', 'data.zero > fake.target'],
      ...['e2.y > fool.prediction', 'data.one > fool.target'],
    ],
    objectives: [
      { losses: ['real', 'fake'], trains: ['d1', 'd2'] },
      { losses: ['fool'], trains: ['g1', 'g2'] },
    ],
    shares: { e1: 'd1', e2: 'd2' },
  },
  vae: {
    nodes: [
      ['enc', 'Linear', linear(8)],
      ['a1', 'Tanh'],
      ['mu', 'Linear', linear(2)],
      ['logvar', 'Linear', linear(2)],
      ['z', 'Reparameterise'],
      ['kl', 'GaussianKL', { beta: 0.1 }],
      ['dec1', 'Linear', linear(8)],
      ['a2', 'Tanh'],
      ['dec2', 'Linear', linear(6)],
      ['out', 'Sigmoid'],
      ['loss', 'BCELoss'],
    ],
    wires: [
      ...['data.x > enc.x', 'enc.y > a1.x', 'a1.y > mu.x', 'a1.y > logvar.x'],
      ...['mu.y > z.mu', 'logvar.y > z.logvar', 'mu.y > kl.mu', 'logvar.y > kl.logvar'],
      ...['z.z > dec1.x', 'dec1.y > a2.x', 'a2.y > dec2.x', 'dec2.y > out.x'],
      ...['out.y > loss.prediction', 'data.x > loss.target'],
    ],
  },
};

const fieldsOf = (family: Family): readonly DataField[] =>
  Object.entries(family.data).map(([name, { shape, isLabel }]) =>
    isLabel
      ? { name, role: 'label', dtype: 'i32', shape: [], classes: CLASSES }
      : { name, role: name === 'x' ? 'input' : 'target', dtype: 'f32', shape },
  );

function documentOf(family: Family, { optimizer }: Training): NetworkDocument {
  const drawn = NETWORKS[family.name];
  if (!drawn) throw new Error(`there is no network ${family.name}`);
  const { nodes, wires, shares = {}, objectives = [{}] } = drawn;
  const training = { objectives: objectives.map((each) => ({ ...each, optimizer })) };
  const document = network([data(fieldsOf(family)), ...nodes], wires, training);
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      const from = shares[node.id];
      return from === undefined ? node : { ...node, sharesWith: { node: from, transposed: false } };
    }),
  };
}

export interface Trajectory {
  readonly name: string;
  readonly given: GivenTraining;
  readonly training: Training;
}

const valuesOf = (tensors: Tensors<Written>): ReadonlyMap<string, readonly number[]> =>
  new Map(Object.entries(tensors).map(([name, { values }]) => [name, values]));

export const trajectories: readonly Trajectory[] = families.flatMap((family) =>
  family.trainings.map((training) => ({
    name: `${family.name} with ${training.optimizer.type}`,
    training,
    given: {
      ...{ document: documentOf(family, training), fields: fieldsOf(family) },
      ...{ rows: torch.rows, batch: torch.batch, seed: torch.seed },
      steps: Math.max(...torch.told),
      data: valuesOf(family.data),
      first: valuesOf(family.first),
    },
  })),
);

/** From PyTorch in float64. */
export function distance({ losses, weights }: WalkedTraining, wanted: Training): Distance {
  const told = torch.told.map((step) => losses[step - 1] ?? NaN);
  const pairs = Object.entries(wanted.weights).flatMap(([name, values]) =>
    values.flatMap((value, i) =>
      value === null ? [] : [[weights.get(name)?.[i], value] as const],
    ),
  );
  return {
    losses: apart(told, wanted.losses),
    weights: apart(
      pairs.map(([found = NaN]) => found),
      pairs.map(([, value]) => value),
    ),
  };
}

/** The largest difference, beside the largest number; NaN where one is none or missing. */
function apart(found: readonly number[], wanted: readonly number[]): number {
  if (found.length !== wanted.length) return NaN;
  const largest = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((value, i) => Math.abs((found[i] ?? NaN) - value))) / largest;
}

/** Of what rounding makes of PyTorch itself, and at least of what it makes of a number. */
const FACTOR = 3;
const LEAST = 2 ** -22;

/** For `toEqual`: no farther than PyTorch in float32 is, but for the factor. */
export function withinRounding({ float32 }: Training): Distance {
  const below = (bound: number): number =>
    expect.toSatisfy(
      (found: number) => found < FACTOR * Math.max(LEAST, bound),
      `less than ${FACTOR} times ${Math.max(LEAST, bound).toExponential(1)}`,
    ) as number;
  return { losses: below(float32.losses), weights: below(float32.weights) };
}
