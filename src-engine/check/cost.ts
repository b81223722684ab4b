/**
 * What one node costs in a forward pass of one sample: the node is lowered alone, in evaluation mode with
 * a batch of one, and its ops are added up. No graph is kept.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import { own } from '../ir/record.ts';
import { type ConcreteType, type TensorType, bindBatch } from '../ir/tensor.ts';
import type { BufferSpec, LayerDefinition, Lowering, ParamSpec } from '../layers/define.ts';
import { GraphBuilder, type Value } from '../ops/builder.ts';
import { flops } from '../ops/cost.ts';
import type { Op } from '../ops/ops.ts';

const RNG: ConcreteType = { dtype: 'i32', shape: [4] };

export interface CostQuery {
  readonly definition: LayerDefinition;
  readonly attrs: AttrValues<AttrSchema>;
  /** In port order. */
  readonly inputs: readonly TensorType[];
  readonly outputs: Readonly<Record<string, TensorType>>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly buffers: Readonly<Record<string, BufferSpec>>;
}

/** Throws ShapeError where the layer promises types that its ops do not keep. */
export function flopsPerSample(query: CostQuery): number {
  const { definition, attrs, inputs, outputs, params, buffers } = query;
  const builder = new GraphBuilder();
  const feed = (type: ConcreteType) => builder.leaf({ kind: 'feed', name: 'rng' }, type);
  let total = 0;

  const weight = (key: string, spec: ParamSpec | undefined): Value => {
    if (!spec) throw new Error(`${definition.type} uses ${key} but does not declare it`);
    return feed({ dtype: 'f32', shape: spec.shape });
  };
  const lowering: Lowering = {
    mode: 'eval',
    batch: 1,
    emit(op, values, opParams) {
      const result = builder.emit(op, values, opParams);
      total += cost(op, values, result, opParams);
      return result;
    },
    param: (key) => weight(key, own(params, key)),
    buffer: (key) => weight(key, own(buffers, key)),
    assignBuffer: () => undefined,
    rng: feed(RNG),
    randomStream: () => 0,
    batchField(field) {
      const type = own(outputs, field);
      if (!type) throw new Error(`${definition.type} reads an unknown field ${field}`);
      return feed(bindBatch(type, 1));
    },
    sampleWeights: null,
  };
  definition.lower(
    lowering,
    inputs.map((type) => feed(bindBatch(type, 1))),
    attrs,
  );
  return total;
}

function cost<O extends Op>(
  op: O,
  inputs: readonly Value[],
  output: Value,
  params: Parameters<typeof flops<O>>[3],
): number {
  return flops(
    op,
    inputs.map((value) => value.type),
    output.type,
    params,
  );
}
