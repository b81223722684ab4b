/**
 * One layer on its own, on the reference kernels in float64: what it says its types are, what its ops
 * compute in training and in evaluation, and whether its gradients are right.
 */
import type { AttrSchema, AttrValues, RawAttrs } from '#engine/ir/attrs.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import {
  type ConcreteShape,
  type ConcreteType,
  type TensorType,
  bindBatch,
  elementCount,
  tensorType,
} from '#engine/ir/tensor.ts';
import type { Graph, Initializer, ValueId } from '#engine/ir/graph.ts';
import type { LayerDefinition, LayerProblem, Lowering } from '#engine/layers/define.ts';
import { layer } from '#engine/layers/index.ts';
import { GraphBuilder, mul, reshape, sumAll, type Value } from '#engine/ops/index.ts';
import { differentiate } from '#engine/compile/differentiate.ts';
import { evaluateGraph } from './evaluate.ts';
import { gradcheck } from './gradcheck.ts';
import { type TestTensor, uniformTensor } from './random.ts';

export type Mode = 'train' | 'eval';

export interface LayerCase {
  readonly type: string;
  readonly attrs?: RawAttrs;
  readonly inputs: readonly TestTensor[];
  /** Weights and running statistics by key; random where absent. */
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  readonly mode?: Mode;
  /** The `rng` feed: seed low, seed high, step, 0. */
  /** For a layer without inputs. */
  readonly batch?: number;
  readonly rng?: readonly [number, number, number, number];
}

export function attrsOf(type: string, attrs: RawAttrs = {}): AttrValues<AttrSchema> {
  const read = readAttrs(layer(type).attrs, attrs);
  if (read.problems.length > 0) throw new Error(JSON.stringify(read.problems));
  return read.attrs;
}

/** `N×3×8×8` as a type; `i32` labels with `10 classes`. */
export function type(...shape: readonly (number | 'N')[]): TensorType {
  return { dtype: 'f32', shape };
}
export function labelType(classes?: number, ...shape: readonly (number | 'N')[]): TensorType {
  return {
    dtype: 'i32',
    shape: shape.length > 0 ? shape : ['N'],
    ...(classes === undefined ? {} : { classes }),
  };
}

/** Shapes that come out, with the batch as given. */
export function infer(
  name: string,
  inputs: readonly TensorType[],
  attrs: RawAttrs = {},
): readonly (readonly (number | 'N')[])[] {
  return layer(name)
    .infer(inputs, attrsOf(name, attrs))
    .map(({ shape }) => shape);
}

/** The code of the ShapeError that these inputs raise, and the kinds of its fixes. */
export function refusal(
  name: string,
  inputs: readonly TensorType[],
  attrs: RawAttrs = {},
): {
  readonly code: string;
  readonly port: string | undefined;
  readonly fixes: readonly string[];
} {
  try {
    layer(name).infer(inputs, attrsOf(name, attrs));
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const { port, fixes = [] } = error.detail;
    return { code: error.code, port, fixes: fixes.map(({ kind }) => kind) };
  }
  throw new Error(`${name} takes these inputs`);
}

/** What the layer advises; `fields`: ports that data come to as they are. */
export function advice(
  name: string,
  inputs: readonly TensorType[],
  { attrs = {}, fields = [] }: { attrs?: RawAttrs; fields?: readonly string[] } = {},
): readonly LayerProblem[] {
  const context = { nodeId: 'node', isField: (port: string) => fields.includes(port) };
  return layer(name).check?.(inputs, attrsOf(name, attrs), context) ?? [];
}

interface Lowered {
  readonly outputs: readonly Value[];
  readonly assigned: ReadonlyMap<string, Value>;
}

interface Place {
  readonly definition: LayerDefinition;
  readonly attrs: AttrValues<AttrSchema>;
  readonly mode: Mode;
  readonly tensors: ReadonlyMap<string, Value>;
  readonly rng: Value;
  /** For a layer without inputs. */
  readonly batch: number;
}

function lowerInto(g: GraphBuilder, inputs: readonly Value[], place: Place): Lowered {
  const assigned = new Map<string, Value>();
  let streams = 0;
  const tensor = (key: string): Value => {
    const value = place.tensors.get(key);
    if (!value) throw new Error(`${place.definition.type} uses ${key} but does not declare it`);
    return value;
  };
  const lowering: Lowering = {
    emit: (op, values, params) => g.emit(op, values, params),
    mode: place.mode,
    batch: inputs[0]?.type.shape[0] ?? place.batch,
    param: tensor,
    buffer: tensor,
    assignBuffer: (key, value) => assigned.set(key, value),
    rng: place.rng,
    randomStream: () => streams++,
    batchField: (field) => {
      throw new Error(`no data here for ${field}`);
    },
    sampleWeights: null,
  };
  return { outputs: place.definition.lower(lowering, inputs, place.attrs), assigned };
}

/** The layer's declared tensors for these inputs, filled as the case says. */
export function tensorsOf(test: LayerCase, attrs: AttrValues<AttrSchema>) {
  const definition = layer(test.type);
  const types = test.inputs.map((input) => input.type);
  const params = definition.params?.(types, attrs) ?? {};
  const buffers = definition.buffers?.(types, attrs) ?? {};
  const filled = Object.entries({ ...params, ...buffers }).map(([key, { shape, init }], i) => {
    const given = test.tensors?.[key];
    // Variances must not be negative; between 0.5 and 2 suits weights as well. Through a block of many layers
    // such weights would make all numbers large and alike, of which float32 then tells little.
    const range = Object.keys(params).length > 8 ? { low: -1, high: 1 } : { low: 0.5, high: 2 };
    const drawn = given ?? uniformTensor(shape, { seed: 100 + i, ...range });
    const frozen = frozenOf(init);
    const values = drawn.values.map((value, at) => (frozen(at) ? 0 : value));
    return [key, { ...drawn, values }] as const;
  });
  const frozen = new Map(Object.entries(params).map(([key, { init }]) => [key, frozenOf(init)]));
  return { filled, buffers: new Set(Object.keys(buffers)), frozen };
}

/** By its place, whether a number of a weight starts at zero and is not trained. */
function frozenOf(init: Initializer): (at: number) => boolean {
  const row = init.kind === 'rows' ? init : null;
  return (at) => row !== null && Math.floor(at / row.columns) === row.zeroRow;
}

export interface LayerResult {
  readonly types: readonly ConcreteType[];
  /** Numbers of each output, row-major. */
  readonly outputs: readonly (readonly number[])[];
  /** New values of the buffers that were stored. */
  readonly buffers: Readonly<Record<string, readonly number[]>>;
}

/** The layer as a graph over leaves that hold the case's numbers. */
function buildLayer(test: LayerCase) {
  const definition = layer(test.type);
  const attrs = attrsOf(test.type, test.attrs);
  const g = new GraphBuilder();
  const leaves = new Map<ValueId, Pick<TestTensor, 'values'>>();
  const leaf = (tensor: TestTensor): Value => {
    const value = g.leaf({ kind: 'gradient', name: `leaf${leaves.size}` }, tensor.type);
    leaves.set(value.id, tensor);
    return value;
  };
  const inputs = test.inputs.map(leaf);
  const { filled, buffers } = tensorsOf(test, attrs);
  const tensors = new Map(filled.map(([key, tensor]) => [key, leaf(tensor)]));
  const place = {
    definition,
    attrs,
    mode: test.mode ?? 'eval',
    tensors,
    rng: leaf(rngTensor(test)),
    batch: test.batch ?? 1,
  };
  return { g, leaf, leaves, inputs, tensors, buffers, ...lowerInto(g, inputs, place) };
}

export function runLayer(test: LayerCase): LayerResult {
  const { g, leaves, outputs, assigned } = buildLayer(test);
  const results = evaluateGraph(g.finish(), leaves);
  const numbers = (value: Value): readonly number[] => [...(results[value.id]?.data ?? [])];
  return {
    types: outputs.map((output) => output.type),
    outputs: outputs.map(numbers),
    buffers: Object.fromEntries([...assigned].map(([key, value]) => [key, numbers(value)])),
  };
}

/** The layer with the gradients of `sum(dy * output)`, as one graph over leaves that hold the numbers. */
export interface LayerGraph {
  readonly graph: Graph;
  readonly leaves: ReadonlyMap<ValueId, Pick<TestTensor, 'values'>>;
  readonly outputs: readonly Value[];
  /** The output; of several, all their numbers in a row. */
  readonly joined: Value;
  /** By the name of the weight, `input0` and so on for the inputs; undefined where nothing flows. */
  readonly gradients: ReadonlyMap<string, Value | undefined>;
}

function joined(g: GraphBuilder, outputs: readonly Value[]): Value {
  if (outputs.length === 1) return at(outputs, 0);
  const rows = outputs.map((each) => reshape(g, each, [elementCount(each.type.shape)]));
  return g.emit('concat', rows, { axis: 0 });
}

export function layerGraph(
  test: LayerCase,
  dyOf: (shape: ConcreteShape) => TestTensor,
): LayerGraph {
  const { g, leaf, leaves, inputs, tensors, buffers, outputs } = buildLayer(test);
  const trained = new Map([
    ...inputs
      .map((value, i) => [`input${i}`, value] as const)
      .filter(([, value]) => value.type.dtype === 'f32'),
    ...[...tensors].filter(([key]) => !buffers.has(key)),
  ]);
  const output = joined(g, outputs);
  const loss = sumAll(g, mul(g, output, leaf(dyOf(output.type.shape))));
  const found = differentiate(g, loss, [...trained.values()]);
  const gradients = new Map([...trained].map(([name, { id }]) => [name, found.get(id)] as const));
  return { graph: g.finish(), leaves, outputs, joined: output, gradients };
}

/** Gradients of `sum(dy * output)` by name; empty where nothing flows. */
export function layerGradients(
  test: LayerCase,
  dy: TestTensor,
): ReadonlyMap<string, readonly number[]> {
  const { graph, leaves, gradients } = layerGraph(test, () => dy);
  const results = evaluateGraph(graph, leaves);
  return new Map(
    [...gradients].map(([name, gradient]) => [
      name,
      gradient ? [...(results[gradient.id]?.data ?? [])] : [],
    ]),
  );
}

const rngTensor = ({ rng = [7, 0, 1, 0] }: LayerCase): TestTensor => ({
  type: tensorType([4], 'i32'),
  values: rng,
});

/** Types by `infer` and by the ops it lowers to, for inputs whose batch is bound. Nothing is computed. */
export function bothTypes(
  name: string,
  inputs: readonly ConcreteType[],
  mode: Mode,
): readonly [readonly ConcreteType[], readonly ConcreteType[]] {
  const definition = layer(name);
  const attrs = attrsOf(name);
  const batch = inputs[0]?.shape[0] ?? 1;
  const g = new GraphBuilder();
  const leaf = (each: ConcreteType, key: string) => g.leaf({ kind: 'gradient', name: key }, each);
  const declared = {
    ...definition.params?.(inputs, attrs),
    ...definition.buffers?.(inputs, attrs),
  };
  const tensors = new Map(
    Object.entries(declared).map(([key, { shape }]) => [key, leaf(tensorType(shape), key)]),
  );
  const values = inputs.map((each, i) => leaf(each, `input${i}`));
  const rng = leaf(tensorType([4], 'i32'), 'rng');
  const { outputs } = lowerInto(g, values, { definition, attrs, mode, tensors, rng, batch });
  const inferred = definition.infer(inputs, attrs).map((each) => bindBatch(each, batch));
  return [inferred, outputs.map((output) => output.type)];
}

/** Failures of the gradient check over inputs and weights; buffers count as constants. */
export function gradientFailures(test: LayerCase, kinks = 0.25): readonly string[] {
  const definition = layer(test.type);
  const attrs = attrsOf(test.type, test.attrs);
  const { filled, buffers, frozen } = tensorsOf(test, attrs);
  // In training, running statistics are written but not read for the result.
  const read = filled.filter(([key]) => !buffers.has(key) || test.mode !== 'train');
  const written = filled.filter(([key]) => buffers.has(key) && test.mode === 'train');
  const count = test.inputs.length;
  const all = [...test.inputs, ...read.map(([, tensor]) => tensor), rngTensor(test)];
  const constants = read.flatMap(([key], i) => (buffers.has(key) ? [count + i] : []));
  const report = gradcheck(
    all,
    (g, values) => {
      const keys = new Map(read.map(([key], i) => [key, at(values, count + i)]));
      for (const [
        key,
        {
          type: { shape },
        },
      ] of written) {
        keys.set(key, g.emit('full', [], { shape, value: 1 }));
      }
      const place = {
        definition,
        attrs,
        mode: test.mode ?? 'eval',
        tensors: keys,
        rng: at(values, all.length - 1),
        batch: test.batch ?? 1,
      };
      return joined(g, lowerInto(g, values.slice(0, count), place).outputs);
    },
    {
      ...{ kinks, constants },
      untrained: (input, at) => frozen.get(read[input - count]?.[0] ?? '')?.(at) === true,
    },
  );
  return report.failures;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}
