/**
 * Small networks of layers drawn from the registry, one after the other, some with a path around them: what stands
 * beside what is nobody's choice. Every layer that takes one tensor at its defaults may come.
 */
import type { DataField } from '#engine/ir/attrs.ts';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { analyse } from '#engine/check/analyse.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { data, network, type NodeText } from './network.ts';

/** What is fed, and the trained layer that comes first: a gradient has to come through all that follows. */
const FAMILIES = {
  vector: { shape: [8], first: ['in', 'Linear', { outFeatures: 8 }] },
  image: {
    shape: [4, 6, 6],
    first: ['in', 'Conv2d', { outChannels: 4, kernelSize: [3, 3], padding: [1, 1] }],
  },
  sequence: { shape: [5, 8], first: ['in', 'Conv1d', { outChannels: 5, kernelSize: 1 }] },
} as const satisfies Readonly<
  Record<string, { readonly shape: readonly number[]; readonly first: NodeText }>
>;
export type NetworkFamily = keyof typeof FAMILIES;
export const NETWORK_FAMILIES = Object.keys(FAMILIES) as readonly NetworkFamily[];

export const CLASSES = 3;
const MOST_DRAWN = 3;
const AROUND = 0.4;

const portsOf = (definition: LayerDefinition): ReturnType<LayerDefinition['ports']> =>
  definition.ports(defaultAttrs(definition.attrs));
const drawable = [...layers.values()].filter((definition) => {
  const { in: inputs, out: outputs } = portsOf(definition);
  return inputs.length === 1 && outputs.length === 1;
});

export interface RandomNetwork {
  /** `BatchNorm1d, Tanh, +`. */
  readonly title: string;
  readonly document: NetworkDocument;
}

/** As many as fit together; the same for the same seed and registry. */
export function randomNetworks(
  family: NetworkFamily,
  count: number,
  seed: number,
): readonly RandomNetwork[] {
  const random = new RandomStream(seed, 'data');
  const found: RandomNetwork[] = [];
  while (found.length < count) {
    const drawn = Array.from(
      { length: 1 + random.integer(MOST_DRAWN) },
      () => drawable[random.integer(drawable.length)]?.type ?? '',
    );
    const isAround = random.uniform() < AROUND;
    const document = [true, false]
      .map((isFlattened) => documentOf(family, drawn, { isAround, isFlattened }))
      .find((each) => analyse(each).problems.every(({ severity }) => severity !== 'error'));
    if (document)
      found.push({ title: [...drawn, ...(isAround ? ['+'] : [])].join(', '), document });
  }
  return found;
}

export const fieldsOf = (shape: readonly number[]): readonly DataField[] => [
  { name: 'x', role: 'input', dtype: 'f32', shape },
  { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: CLASSES },
];

function documentOf(
  family: NetworkFamily,
  drawn: readonly string[],
  { isAround, isFlattened }: { readonly isAround: boolean; readonly isFlattened: boolean },
): NetworkDocument {
  const { shape, first } = FAMILIES[family];
  const middle = drawn.map((type, i): NodeText => [`n${i}`, type]);
  const end: readonly NodeText[] = [
    ...(isFlattened ? ([['flat', 'Flatten']] as const) : []),
    ['out', 'Linear', { outFeatures: CLASSES }],
    ['loss', 'CrossEntropyLoss'],
  ];
  const sum: readonly NodeText[] = isAround ? [['sum', 'Add']] : [];
  const nodes = [first, ...middle, ...sum, ...end];
  let from = 'data.x';
  const wires = nodes.map(([id, type]) => {
    const definition = layers.get(type);
    if (!definition) throw new Error(`there is no layer ${type}`);
    const ports = portsOf(definition);
    const wire = `${from} > ${id}.${ports.in[0] ?? ''}`;
    from = `${id}.${ports.out[0] ?? ''}`;
    return wire;
  });
  const around = isAround ? ['in.y > sum.b'] : [];
  return network(
    [data(fieldsOf(shape)), ...nodes],
    [...wires, ...around, 'data.label > loss.target'],
  );
}
