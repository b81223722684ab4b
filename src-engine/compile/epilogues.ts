/**
 * Folds what follows a product into it: `matmul + bias [+ relu]` and `conv2d + bias [+ relu]` become one
 * call that finishes each tile while it is in registers. A ReLU goes through a reshape to it, as layers of
 * sequences put one between the two. Runs after differentiation, which sees the plain ops; a value that anything
 * else reads is left alone.
 */
import type { Graph, GraphValue, OpValue, ValueId } from '../ir/graph.ts';

export function foldEpilogues(graph: Graph): Graph {
  const readers = countReaders(graph);
  const values: GraphValue[] = [...graph.values];
  /** A folded value is read through the product that absorbed it. */
  const replaced = new Map<ValueId, ValueId>();
  const resolve = (id: ValueId): ValueId => {
    const next = replaced.get(id);
    return next === undefined ? id : resolve(next);
  };

  graph.values.forEach((value, id) => {
    if (value.kind !== 'op' || (value.op !== 'add' && value.op !== 'relu')) return;
    for (const operand of value.inputs) {
      if (readers[operand] !== 1) continue;
      const shaped = resolve(operand);
      const source = value.op === 'relu' ? resolve(reshapedAt(values, readers, shaped)) : shaped;
      const product = values[source];
      if (product?.kind !== 'op' || !isProduct(product)) continue;
      const folded =
        value.op === 'relu'
          ? withRelu(product)
          : withBias(product, otherInput(value, operand), values, source);
      if (!folded) continue;
      values[source] = folded;
      replaced.set(id, shaped);
      return;
    }
  });
  return compact({ values, outputs: graph.outputs }, resolve, replaced);
}

/** What is only given another shape, by a reshape that nothing else shares it with; the value itself otherwise. */
function reshapedAt(
  values: readonly GraphValue[],
  readers: readonly number[],
  id: ValueId,
): ValueId {
  const value = values[id];
  const [input] = value?.kind === 'op' && value.op === 'reshape' ? value.inputs : [];
  return input !== undefined && readers[input] === 1 ? input : id;
}

type Product = OpValue<'matmul'> | OpValue<'conv2d'>;

function isProduct(value: OpValue): value is Product {
  return value.op === 'matmul' || value.op === 'conv2d';
}

function otherInput(value: OpValue, operand: ValueId): ValueId | undefined {
  const [a, b] = value.inputs;
  return a === operand ? b : a;
}

function withRelu(product: Product): GraphValue | null {
  const { epilogue } = product.params;
  if (epilogue.activation !== 'none') return null;
  return rebuilt(product, product.inputs, { ...epilogue, activation: 'relu' });
}

/** The bias must be ready before the product runs and be one number per column or channel. */
function withBias(
  product: Product,
  bias: ValueId | undefined,
  values: readonly GraphValue[],
  at: ValueId,
): GraphValue | null {
  const { epilogue } = product.params;
  if (bias === undefined || epilogue.bias || epilogue.activation !== 'none') return null;
  const channels = product.type.shape.at(product.op === 'matmul' ? -1 : 1);
  const source = unreshaped(values, bias);
  const { shape } = source.value.type;
  const direct = values[bias]?.type.shape ?? [];
  const fits =
    product.op === 'matmul'
      ? direct.length === 1
      : direct.length === 4 && direct[0] === 1 && direct[2] === 1 && direct[3] === 1;
  if (!fits || source.id >= at || shape.length !== 1 || shape[0] !== channels) return null;
  return rebuilt(product, [...product.inputs, source.id], { ...epilogue, bias: true });
}

function unreshaped(
  values: readonly GraphValue[],
  id: ValueId,
): { id: ValueId; value: GraphValue } {
  const value = values[id];
  if (!value) throw new Error(`no value ${id}`);
  const [input] = value.kind === 'op' && value.op === 'reshape' ? value.inputs : [];
  return input === undefined ? { id, value } : unreshaped(values, input);
}

function rebuilt(
  product: Product,
  inputs: readonly ValueId[],
  epilogue: Product['params']['epilogue'],
): GraphValue {
  return { ...product, inputs, params: { ...product.params, epilogue } };
}

function countReaders(graph: Graph): readonly number[] {
  const counts = graph.values.map(() => 0);
  const read = (id: ValueId) => (counts[id] = (counts[id] ?? 0) + 1);
  for (const value of graph.values) if (value.kind === 'op') value.inputs.forEach(read);
  Object.values(graph.outputs).forEach(read);
  return counts;
}

/** Drops the folded values and renumbers. */
function compact(
  graph: Graph,
  resolve: (id: ValueId) => ValueId,
  replaced: ReadonlyMap<ValueId, ValueId>,
): Graph {
  const renamed: number[] = [];
  const values: GraphValue[] = [];
  const rename = (id: ValueId): ValueId => {
    const next = renamed[resolve(id)];
    if (next === undefined) throw new Error(`value ${id} is used before it is defined`);
    return next;
  };
  graph.values.forEach((value, id) => {
    if (replaced.has(id)) return;
    renamed[id] = values.length;
    values.push(value.kind === 'leaf' ? value : { ...value, inputs: value.inputs.map(rename) });
  });
  const outputs = Object.fromEntries(
    Object.entries(graph.outputs).map(([name, id]) => [name, rename(id)]),
  );
  return { values, outputs };
}
