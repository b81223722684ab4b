/**
 * Every layer of the registry with small inputs that it takes, at its defaults and with each switch and
 * choice turned: what the contract tests run without knowing any layer.
 */
import type { Attr, AttrSchema, Interval, RawAttrs } from '#engine/ir/attrs.ts';
import { defaultAttrs } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { bindBatch, elementCount, type TensorType } from '#engine/ir/tensor.ts';
import type { LayerDefinition } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';
import { attrsOf, type LayerCase, labelType, layerGraph, type } from './layerCase.ts';
import { labelTensor, type TestTensor, uniformTensor } from './random.ts';

export interface LayerTrial extends LayerCase {
  readonly title: string;
  readonly attrs: RawAttrs;
  readonly mode: 'train' | 'eval';
}

/** Samples of a trial. */
export const TRIAL_BATCH = 3;
/** Small, and of every kind that a layer could ask for. */
const OFFERS: readonly TensorType[] = [
  type('N', 4, 4, 4),
  type('N', 6),
  type('N', 4, 5),
  labelType(6),
  type('N', 1),
  labelType(4, 'N', 4),
];
/** For layers that take none of those: a sequence whose width can be divided, windows of 2×2 or 4×2 pixels,
 * what a pooling leaves. */
const MORE_OFFERS: readonly TensorType[] = [
  ...OFFERS,
  type('N', 6, 4),
  type('N', 6, 6),
  type('N', 8, 9),
  type('N', 4, 2, 2),
];

/** One after the other: few are asked for, and of four inputs there are thousands. */
function* combinations(
  count: number,
  offers: readonly TensorType[],
): Generator<readonly TensorType[]> {
  if (count === 0) yield [];
  else {
    for (const rest of combinations(count - 1, offers)) {
      for (const offer of offers) yield [...rest, offer];
    }
  }
}

/** Attributes that differ from the defaults in one place each. */
export function variations(schema: AttrSchema): readonly RawAttrs[] {
  const turned = Object.entries(schema).flatMap(([name, attr]): RawAttrs[] =>
    others(attr).map((value) => ({ [name]: value })),
  );
  return [{}, ...turned];
}

function others(attr: Attr): readonly (boolean | string | number)[] {
  if (attr.kind === 'bool') return [!attr.default];
  if (attr.kind === 'choice') return attr.options.filter((option) => option !== attr.default);
  if (attr.kind === 'number') return within(attr, attr.default === 0 ? 0.25 : attr.default / 2);
  if (attr.kind === 'int') return within(attr, attr.default + 1);
  return [];
}

const within = (
  { min = -Infinity, max = Infinity }: { readonly min?: number; readonly max?: number },
  value: number,
): readonly number[] => (min <= value && value <= max ? [value] : []);

/** The first two kinds of input that the layer takes. */
export function acceptedInputs(
  definition: LayerDefinition,
  raw: RawAttrs,
): readonly (readonly TensorType[])[] {
  const attrs = attrsOf(definition.type, raw);
  const { length } = definition.ports(attrs).in;
  const accepts = (inputs: readonly TensorType[]): boolean => {
    try {
      definition.infer(inputs, attrs);
      return true;
    } catch (error) {
      if (error instanceof ShapeError) return false;
      throw error;
    }
  };
  const firstTwo = (offers: readonly TensorType[]): readonly (readonly TensorType[])[] => {
    const accepted: (readonly TensorType[])[] = [];
    for (const inputs of combinations(length, offers)) {
      if (accepts(inputs)) accepted.push(inputs);
      if (accepted.length === 2) break;
    }
    return accepted;
  };
  const usual = firstTwo(OFFERS);
  return usual.length > 0 ? usual : firstTwo(MORE_OFFERS);
}

function rangeOf(definition: LayerDefinition, attrs: RawAttrs, input: number): Interval {
  const values = attrsOf(definition.type, attrs);
  const bounds = definition.portRanges(values)[definition.ports(values).in[input] ?? ''];
  const [low, top] = bounds ?? [-2, 2];
  const high = Number.isFinite(top) ? top : low + 4;
  // Where a logarithm ends, differences over a step tell little.
  const margin = bounds ? (high - low) / 20 : 0;
  return [low + margin, high - margin];
}

function numbers(wanted: TensorType, seed: number, [low, high]: Interval): TestTensor {
  const { shape, classes, dtype } = bindBatch(wanted, TRIAL_BATCH);
  if (dtype === 'f32') return uniformTensor(shape, { seed, low, high });
  const labels = labelTensor(shape, classes ?? 1, seed);
  return { ...labels, type: { ...labels.type, ...(classes === undefined ? {} : { classes }) } };
}

/** What is computed, without what it is computed from: initialisers and titles differ. */
function computation(trial: LayerTrial): string {
  const { graph } = layerGraph(trial, (shape) => uniformTensor(shape));
  return JSON.stringify(
    graph.values.map((value) =>
      value.kind === 'leaf' ? value.type : [value.op, value.params, value.inputs, value.type],
    ),
  );
}

/**
 * One trial for each computation: many attributes say only how weights start. Sizes are small ones where there
 * would be more weights than `mostWeights`.
 */
export function trialsOf(
  definition: LayerDefinition,
  mostWeights = MOST_WEIGHTS,
): readonly LayerTrial[] {
  const key = `${definition.type} ${mostWeights}`;
  const made = known.get(key) ?? differentTrials(definition, mostWeights);
  known.set(key, made);
  return made;
}

/** Several tests of a worker ask for the same. */
const known = new Map<string, readonly LayerTrial[]>();

function differentTrials(definition: LayerDefinition, mostWeights: number): readonly LayerTrial[] {
  const different = new Map<string, LayerTrial>();
  for (const trial of allTrials(definition, mostWeights)) {
    const key = computation(trial);
    if (!different.has(key)) different.set(key, trial);
  }
  return [...different.values()];
}

/** With more weights than these, differences in each of them take longer than they tell. */
const MOST_WEIGHTS = 4096;
/** No whole number of vectors. */
const SMALL_SIZE = 6;

/** The size of a layer that has too many weights by default. */
function smaller(definition: LayerDefinition, mostWeights: number): RawAttrs {
  const attrs = attrsOf(definition.type);
  const [inputs = []] = acceptedInputs(definition, {});
  const params = Object.values(definition.params?.(inputs, attrs) ?? {});
  const weights = params.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  if (weights <= mostWeights) return {};
  const sizes = Object.entries(definition.attrs).flatMap(([name, { kind, default: value }]) =>
    kind === 'int' && value > SMALL_SIZE ? [[name, SMALL_SIZE] as const] : [],
  );
  return Object.fromEntries(sizes);
}

function allTrials(definition: LayerDefinition, mostWeights: number): readonly LayerTrial[] {
  const small = smaller(definition, mostWeights);
  // Each is plain JSON, as its attributes are.
  const examples = (definition.examples ?? []) as readonly RawAttrs[];
  const all = [...variations(definition.attrs), ...examples];
  const turned = all.map((attrs) => ({ ...small, ...attrs, ...small }));
  return turned.flatMap((attrs) =>
    acceptedInputs(definition, attrs).flatMap((types) =>
      (['train', 'eval'] as const).map((mode): LayerTrial => {
        const shapes = types.map(({ shape }) => shape.join('×')).join(' and ');
        const text = Object.keys(attrs).length === 0 ? 'defaults' : JSON.stringify(attrs);
        return {
          title: `${definition.type} of ${shapes}, ${text}, ${mode}`,
          type: definition.type,
          attrs,
          mode,
          inputs: types.map((each, k) => numbers(each, k + 1, rangeOf(definition, attrs, k))),
        };
      }),
    ),
  );
}

/** Those with inputs; what has none gives what it is told to. */
export const layersWithInputs = [...layers.values()].filter(
  (definition) => definition.ports(defaultAttrs(definition.attrs)).in.length > 0,
);
export const layerTrials: readonly LayerTrial[] = layersWithInputs.flatMap((definition) =>
  trialsOf(definition),
);
