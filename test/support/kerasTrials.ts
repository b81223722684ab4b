/** Every layer of the registry that Keras has, alone behind the data, with many of its attributes. */
import type { Attr, AttrSchema, DataField, JsonValue, RawAttrs } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { KerasForm, LayerDefinition } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import type { KerasTrial } from './kerasModel.ts';
import { attrsOf, labelType, type } from './layerCase.ts';
import { data, features, imageOf, network } from './network.ts';

/** So many with attributes at random, beside the defaults and each attribute alone. */
export const DRAWN = 24;
const OFFERS: readonly TensorType[] = [
  type('N', 4, 7, 6),
  type('N', 1, 8, 8),
  type('N', 6),
  type('N', 4, 5),
  type('N', 3, 4),
  type('N', 8, 9),
  type('N', 3, 4, 2, 2),
  labelType(6),
  type('N'),
];

function values(attr: Attr): readonly JsonValue[] {
  switch (attr.kind) {
    case 'int':
      return [attr.default, 1, 2, 4].filter((value) => isWithin(attr, value));
    case 'number':
      return [attr.default, 0.25].filter((value) => isWithin(attr, value));
    case 'bool':
      return [false, true];
    case 'choice':
      return attr.options;
    case 'pair':
      return [attr.default, [1, 1], [2, 2], [3, 3], [3, 2], ...(attr.min === 0 ? [[0, 0]] : [])];
    case 'shape':
      return [[-1], [2, -1], [-1, 2, 2], [1, 8, 8], [4, 1, -1], []];
    default:
      return [attr.default as JsonValue];
  }
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}
const isWithin = ({ min, max }: Range, value: number): boolean =>
  (min ?? value) <= value && value <= (max ?? value);

function attributes(schema: AttrSchema, count: number): readonly RawAttrs[] {
  const entries = Object.entries(schema);
  const alone = entries.flatMap(([name, attr]) => values(attr).map((value) => ({ [name]: value })));
  const random = new RandomStream(1, 'data');
  const drawn = Array.from({ length: entries.length > 1 ? count : 0 }, () =>
    Object.fromEntries(
      entries.map(([name, attr]) => {
        const all = values(attr);
        return [name, all[random.integer(all.length)] ?? null] as const;
      }),
    ),
  );
  return [{}, ...alone, ...drawn];
}

export interface KerasLayerCase {
  readonly title: string;
  readonly definition: LayerDefinition;
  readonly attrs: RawAttrs;
  readonly types: readonly TensorType[];
  readonly form: KerasForm;
}

/** Whatever a layer takes, with what it says of Keras. */
export function kerasCases(drawn = DRAWN): readonly KerasLayerCase[] {
  return [...layers.values()].flatMap((definition) => {
    if (!definition.keras) return [];
    const examples = (definition.examples ?? []) as readonly RawAttrs[];
    const all = [...attributes(definition.attrs, drawn), ...examples];
    return all.flatMap((attrs) => casesOf(definition, attrs));
  });
}

function casesOf(definition: LayerDefinition, raw: RawAttrs): readonly KerasLayerCase[] {
  const attrs = attrsOf(definition.type, raw);
  const { in: ports } = definition.ports(attrs);
  return OFFERS.flatMap((offer) => {
    const types = ports.map(() => offer);
    try {
      definition.infer(types, attrs);
    } catch (error) {
      if (error instanceof ShapeError) return [];
      throw error;
    }
    const form = definition.keras?.form(attrs, types, (axis) => axis, 0);
    const title = `${definition.type} of ${offer.shape.join('×')}, ${JSON.stringify(raw)}`;
    return form ? [{ title, definition, attrs: raw, types, form }] : [];
  });
}

/** Behind the data, its inputs fields. */
export function aloneInKeras({ definition, attrs, types }: KerasLayerCase): KerasTrial {
  const { in: ports, out } = definition.ports(attrsOf(definition.type, attrs));
  const fields = types.map(({ dtype, shape, classes }, i) => ({
    name: `x${i}`,
    role: dtype === 'i32' ? ('label' as const) : ('input' as const),
    dtype: dtype === 'i32' ? ('i32' as const) : ('f32' as const),
    shape: shape.slice(1).map(Number),
    ...(classes === undefined ? {} : { classes }),
  }));
  const document = network(
    [data(fields), ['layer', definition.type, attrs]],
    ports.map((port, i) => `data.x${i} > layer.${port}`),
  );
  return { document, outputs: [{ name: 'out', from: { node: 'layer', port: out[0] ?? '' } }] };
}

/** By title: those that have an equal, each computation once. */
export function kerasLayerTrials(drawn = DRAWN): ReadonlyMap<string, KerasTrial> {
  const different = new Map<string, KerasLayerCase>();
  for (const each of kerasCases(drawn)) {
    if ('none' in each.form) continue;
    const kept = Object.entries(each.attrs).filter(([name]) => !/Init$|^initValue$/.test(name));
    const shapes = each.types.map(({ shape }) => shape);
    const key = JSON.stringify([each.definition.type, Object.fromEntries(kept), shapes]);
    if (!different.has(key)) different.set(key, each);
  }
  return new Map([...different.values()].map((each) => [each.title, aloneInKeras(each)]));
}

/** Two nodes in a row, the second with the weights of the first. */
function sharing(
  type: string,
  { attrs = {}, others = {}, transposed = false, fields = [features(6)] }: Shared,
): KerasTrial {
  const input = fields[0]?.name ?? '';
  const document = network(
    [data(fields), ['one', type, attrs], ['act', 'Tanh'], ['two', type, { ...attrs, ...others }]],
    [`data.${input} > one.x`, 'one.y > act.x', 'act.y > two.x'],
  );
  const nodes = document.nodes.map((node) =>
    node.id === 'two' ? { ...node, sharesWith: { node: 'one', transposed } } : node,
  );
  return {
    document: { ...document, nodes },
    outputs: [{ name: 'out', from: { node: 'two', port: 'y' } }],
  };
}
interface Shared {
  readonly attrs?: RawAttrs;
  readonly others?: RawAttrs;
  readonly transposed?: boolean;
  readonly fields?: readonly DataField[];
}
/** Nodes that have the weights of others, in each way that there is. */
export const kerasSharedTrials: ReadonlyMap<string, KerasTrial> = new Map([
  ['all', sharing('Linear', { attrs: { outFeatures: 6 } })],
  ['without a bias', sharing('Linear', { attrs: { outFeatures: 6 }, others: { bias: false } })],
  [
    'a bias of its own',
    sharing('Linear', { attrs: { outFeatures: 6, bias: false }, others: { bias: true } }),
  ],
  [
    'transposed',
    sharing('Linear', { attrs: { outFeatures: 4 }, others: { outFeatures: 6 }, transposed: true }),
  ],
  [
    'transposed, no bias',
    sharing('Linear', {
      attrs: { outFeatures: 4, bias: false },
      others: { outFeatures: 6 },
      transposed: true,
    }),
  ],
  [
    'convolutions',
    sharing('Conv2d', {
      attrs: { outChannels: 3, padding: [1, 1], stride: [2, 2] },
      fields: [imageOf(3, 8, 7)],
    }),
  ],
  ['norms', sharing('BatchNorm2d', { fields: [imageOf(3, 8, 7)] })],
]);
