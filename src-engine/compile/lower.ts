/**
 * The first pass: from checked document nodes to primitive ops with the batch bound. Each layer writes
 * its own ops through `Lowering`; a bypassed node is the identity. Adds no gradients and no updates.
 */
import type { Analysis, NodeAnalysis } from '../check/analysis.ts';
import type { NetworkDocument, PortRef } from '../ir/document.ts';
import type { FeedName, Initializer } from '../ir/graph.ts';
import { own } from '../ir/record.ts';
import { bindBatch, type ConcreteShape, type ConcreteType, elementCount } from '../ir/tensor.ts';
import type { Lowering } from '../layers/define.ts';
import { GraphBuilder, type Value } from '../ops/builder.ts';
import { mul, reshape, sub } from '../ops/nn.ts';
import { namedStream, RNG_WORDS } from '../ops/philox.ts';
import { type DataBinding, SAMPLE_WEIGHTS } from './binding.ts';
import type { Layout } from './layout.ts';

export interface LowerRequest {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly binding: DataBinding;
  readonly layout: Layout;
  readonly batch: number;
  readonly mode: 'train' | 'eval';
  /** `rows`: gathered from the resident table; `fed`: written by the host before the step. */
  readonly samples: 'rows' | 'fed';
  /** Fields that are augmented are written by the host: as they were stored but f32, and shares of classes for labels. */
  readonly augments?: boolean;
  /** Nodes to lower; their producers must be among them. */
  readonly nodes: ReadonlySet<string>;
  /** Running statistics and the like stay as they are, whatever the mode. */
  readonly onlyLooks?: boolean;
  /** Layers that spoil what they are given are the identity: nobody wants them of a model in use. */
  readonly withoutNoise?: boolean;
  /** Latent sources draw nothing: the host writes their numbers before the step. */
  readonly latents?: 'fed';
  /** What earlier passes of the same step left. Absent: a graph of its own. */
  readonly before?: LoweredSoFar;
}

/** A graph that several passes write into. */
export interface LoweredSoFar {
  readonly builder: GraphBuilder;
  readonly leaves: LeafCache;
  /** By `node.port`, as far as it still holds; nodes that have these are not computed again. */
  readonly outputs: ReadonlyMap<string, Value>;
  readonly parameters: ReadonlyMap<string, Value>;
}

export const emptyGraph = (builder: GraphBuilder): LoweredSoFar => ({
  builder,
  leaves: new LeafCache(builder),
  outputs: new Map(),
  parameters: new Map(),
});

export interface Lowered extends LoweredSoFar {
  /** Input values of each node in port order, for losses and probes. */
  readonly inputs: ReadonlyMap<string, readonly Value[]>;
  /** A Lowering for more ops on behalf of a node (classification heads). */
  readonly loweringOf: (node: string) => Lowering;
}

export function lower(request: LowerRequest): Lowered {
  const { document, analysis, layout, mode, batch } = request;
  const before = request.before ?? emptyGraph(new GraphBuilder());
  const { builder, leaves } = before;
  const outputs = new Map(before.outputs);
  const inputs = new Map<string, readonly Value[]>();
  const parameters = new Map(before.parameters);
  const producers = new Map(document.wires.map((wire) => [portKey(wire.to), portKey(wire.from)]));

  const loweringOf = (id: string): Lowering => {
    const node = nodeOf(analysis, id);
    let drawn = 0;
    return {
      emit: (op, operands, params) => builder.emit(op, operands, params),
      mode,
      batch,
      get rng() {
        return leaves.feed('rng', { dtype: 'i32', shape: [RNG_WORDS] });
      },
      // By the node's name and not its place: inserting a layer changes no other one's numbers.
      randomStream: () => namedStream(`${id}#${drawn++}`),
      param(key) {
        const owner = node.shared?.get(key) ?? { node: id, key, transposed: false };
        const name = `${owner.node}.${owner.key}`;
        const spec = specOf(nodeOf(analysis, owner.node).params, owner.node, owner.key);
        const value = leaves.get(`parameter:${name}`, () =>
          builder.leaf(
            mode === 'eval' && layout.evaluatesAverage
              ? { kind: 'average', name }
              : { kind: 'parameter', name, init: spec.init },
            { dtype: 'f32', shape: spec.shape },
          ),
        );
        parameters.set(name, value);
        return owner.transposed ? builder.emit('permute', [value], { axes: [1, 0] }) : value;
      },
      buffer: (key) => {
        const owner = node.shared?.get(key) ?? { node: id, key };
        const spec = specOf(nodeOf(analysis, owner.node).buffers, owner.node, owner.key);
        return leaves.buffer(`${owner.node}.${owner.key}`, spec.shape, spec.init);
      },
      assignBuffer(key, value) {
        if (request.onlyLooks === true) return;
        builder.emit('assign', [this.buffer(key), value], {});
      },
      batchField: (field) => batchField(request, builder, leaves, id, field),
      get sampleWeights() {
        // What is measured counts every sample alike.
        const weighs =
          mode === 'train' && request.samples === 'rows' && request.binding.has(SAMPLE_WEIGHTS);
        return weighs ? batchField(request, builder, leaves, id, SAMPLE_WEIGHTS) : null;
      },
    };
  };

  for (const id of analysis.order) {
    if (!request.nodes.has(id)) continue;
    const node = nodeOf(analysis, id);
    const values = node.ports.in.map((port) => {
      const value = outputs.get(producers.get(portKey({ node: id, port })) ?? '');
      if (!value) throw new Error(`input ${id}.${port} is open: the document was not checked`);
      return value;
    });
    inputs.set(id, values);
    const known = node.ports.out.map((port) => outputs.has(portKey({ node: id, port })));
    if (known.length > 0 && known.every(Boolean)) continue;
    const results = builder.within({ node: id, role: 'forward' }, () => {
      const { definition } = node;
      if (node.bypassed || !definition) return values;
      if (request.withoutNoise === true && definition.role === 'noise') return values;
      if (request.latents === 'fed' && definition.role === 'latent') {
        return fedOutputs(node, batch, leaves);
      }
      return definition.lower(loweringOf(id), values, node.attrs);
    });
    node.ports.out.forEach((port, index) => {
      const value = results[index];
      if (value) outputs.set(portKey({ node: id, port }), value);
    });
  }
  return { builder, leaves, outputs, parameters, inputs, loweringOf };
}

export function portKey(ref: { readonly node: string; readonly port: string }): string {
  return `${ref.node}.${ref.port}`;
}

export function nodeOf(analysis: Analysis, id: string): NodeAnalysis {
  const node = analysis.nodes.get(id);
  if (!node) throw new Error(`no node ${id} in the analysis`);
  return node;
}

/** Numbers that the host writes in place of what a node would compute. */
export const latentFeed = (ref: PortRef): FeedName => `latent:${portKey(ref)}`;

const fedOutputs = (
  { id, ports, outputs }: NodeAnalysis,
  batch: number,
  leaves: LeafCache,
): readonly Value[] =>
  ports.out.flatMap((port) => {
    const type = own(outputs, port);
    return type ? [leaves.feed(latentFeed({ node: id, port }), bindBatch(type, batch))] : [];
  });

function specOf<T>(specs: Readonly<Record<string, T>>, id: string, key: string): T {
  const spec = own(specs, key);
  if (!spec) throw new Error(`layer ${id} uses the tensor "${key}" without declaring it`);
  return spec;
}

/** Each leaf once per graph, however often it is asked for. */
export class LeafCache {
  readonly #builder: GraphBuilder;
  readonly #values = new Map<string, Value>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  get(key: string, make: () => Value): Value {
    const found = this.#values.get(key) ?? make();
    this.#values.set(key, found);
    return found;
  }

  feed(name: FeedName, type: ConcreteType): Value {
    return this.get(`feed:${name}`, () => this.#builder.leaf({ kind: 'feed', name }, type));
  }

  buffer(name: string, shape: ConcreteShape, init: Initializer): Value {
    return this.get(`buffer:${name}`, () =>
      this.#builder.leaf({ kind: 'buffer', name, init }, { dtype: 'f32', shape }),
    );
  }
}

/** The current batch of a field: gathered (or fed), as numbers, normalised. */
function batchField(
  request: LowerRequest,
  builder: GraphBuilder,
  leaves: LeafCache,
  node: string,
  name: string,
): Value {
  const bound = request.binding.get(name);
  if (!bound) throw new Error(`the data has no field "${name}"`);
  const { field, normalisation } = bound;
  const shape = [request.batch, ...field.shape];
  return builder.within({ node, role: 'data' }, () => {
    const stored = (): Value => {
      if (request.augments === true && bound.mixed !== undefined) {
        const shares = { dtype: 'f32', shape: [request.batch, bound.mixed] } as const;
        return leaves.feed(`input:${name}`, shares);
      }
      if (request.samples === 'fed' || (request.augments === true && bound.augmented === true)) {
        return leaves.feed(`input:${name}`, { dtype: field.dtype, shape });
      }
      const table = leaves.get(`data:${name}`, () =>
        builder.leaf(
          { kind: 'data', field: name },
          { dtype: bound.storedDtype, shape: [bound.rows, ...field.shape] },
        ),
      );
      const indices = leaves.feed('indices', { dtype: 'i32', shape: [request.batch] });
      return builder.emit('gatherRows', [table, indices], {});
    };
    const raw = leaves.get(`batch:${name}`, stored);
    if (!normalisation) return raw;
    return leaves.get(`normal:${name}`, () => {
      const constant = (key: 'shift' | 'scale'): Value => {
        const values = normalisation[key];
        const dims = broadcastShape(values.length, field.shape);
        const init = { kind: 'values', values } as const;
        return reshape(builder, leaves.buffer(`$data.${name}.${key}`, [values.length], init), dims);
      };
      return mul(builder, sub(builder, raw, constant('shift')), constant('scale'));
    });
  });
}

/** Shape under which `count` normalisation numbers broadcast over `[N, ...shape]`. */
export function broadcastShape(count: number, shape: ConcreteShape): ConcreteShape {
  if (count === 1) return [1];
  if (count === shape[0] && shape.length > 1) return [1, count, ...shape.slice(1).map(() => 1)];
  if (count === elementCount(shape)) return [1, ...shape];
  throw new Error(`${count} normalisation numbers do not fit a field of shape ${shape.join('x')}`);
}
