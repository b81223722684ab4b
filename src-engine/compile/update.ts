/**
 * The end of a training step: gradients into their arena, clipping, the optimiser's update. Each is a
 * pass over the whole parameter arena, whatever the number of layers.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { TrainingSettings } from '../ir/document.ts';
import type { ArenaKind, ValueId } from '../ir/graph.ts';
import type { OptimizerDefinition } from '../optimizers/define.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, mul, reshape, scale, shift } from '../ops/nn.ts';

export interface UpdateRequest {
  readonly parameters: ReadonlyMap<string, Value>;
  readonly gradients: ReadonlyMap<ValueId, Value>;
  /** Elements of the parameter arena, padding included. */
  readonly arenaLength: number;
  readonly optimizer: OptimizerDefinition;
  readonly attrs: AttrValues<AttrSchema>;
  readonly clip: TrainingSettings['gradientClip'];
  /** A scalar: where it is not above 0, the optimiser sees a gradient of zero. */
  readonly onlyWhere: Value;
}

export interface Update {
  readonly arena: (kind: ArenaKind) => Value;
  /** Gradients as computed, before clipping: the whole arena. */
  readonly gradients: Value;
}

/** Stores every gradient in its arena; call before anything reads the gradient arena. */
export function storeGradients(builder: GraphBuilder, request: UpdateRequest): Update {
  const leaves = new Map<ArenaKind, Value>();
  const arena = (kind: ArenaKind): Value => {
    const leaf =
      leaves.get(kind) ??
      builder.leaf(
        { kind: 'arena', arena: kind, offset: 0 },
        { dtype: 'f32', shape: [request.arenaLength] },
      );
    leaves.set(kind, leaf);
    return leaf;
  };
  for (const [name, parameter] of request.parameters) {
    const gradient = request.gradients.get(parameter.id);
    if (!gradient) continue;
    const target = builder.leaf({ kind: 'gradient', name }, parameter.type);
    builder.emit('assign', [target, reshape(builder, gradient, parameter.type.shape)], {});
  }
  return { arena, gradients: arena('gradients') };
}

/** Euclidean norm of everything, a scalar. */
export function norm(builder: GraphBuilder, x: Value): Value {
  return builder.emit('sqrt', [builder.emit('sumSquares', [x], {})], {});
}

/** Appends clipping and the update; returns the gradient norm where clipping needed it. */
export function applyUpdate(
  builder: GraphBuilder,
  { arena, gradients }: Update,
  request: UpdateRequest,
): { readonly gradientNorm?: Value } {
  const { optimizer, attrs, clip } = request;
  const scalar = { dtype: 'f32', shape: [] } as const;
  const gradientNorm = clip?.kind === 'norm' ? norm(builder, gradients) : undefined;
  const clipped = clip
    ? clip.kind === 'value'
      ? clipByValue(builder, gradients, clip.max)
      : clipByNorm(builder, gradients, gradientNorm ?? norm(builder, gradients), clip.max)
    : gradients;
  const count =
    typeof optimizer.moments === 'function' ? optimizer.moments(attrs) : optimizer.moments;
  optimizer.update(
    {
      emit: (op, inputs, params) => builder.emit(op, inputs, params),
      parameters: arena('parameters'),
      gradients: gated(builder, clipped, arena('parameters'), request.onlyWhere),
      moments: (['moments0', 'moments1'] as const).slice(0, count).map(arena),
      learningRate: builder.leaf({ kind: 'feed', name: 'learningRate' }, scalar),
      step: builder.leaf({ kind: 'feed', name: 'step' }, scalar),
      assign: (target, value) => void builder.emit('assign', [target, value], {}),
    },
    attrs,
  );
  return gradientNorm ? { gradientNorm } : {};
}

/**
 * A step whose loss is not a number has no gradient to follow, and must not spoil the weights: they are
 * what tells where the bad number came from, and what one may want to go on with.
 */
function gated(builder: GraphBuilder, x: Value, parameters: Value, onlyWhere: Value): Value {
  // The condition in the shape of the weights, in the same pass over memory; 0 times a weight is 0.
  const condition = add(builder, scale(builder, parameters, 0), onlyWhere);
  // The gradient of ReLU is a choice: x where the condition is above 0, else 0, even for a NaN.
  return builder.emit('reluGrad', [x, condition], {});
}

function clipByValue(builder: GraphBuilder, x: Value, max: number): Value {
  const bound = (value: number) => builder.emit('full', [], { shape: [], value });
  const below = builder.emit('minimum', [x, bound(max)], {});
  return builder.emit('maximum', [below, bound(-max)], {});
}

/** As torch.nn.utils.clip_grad_norm_: factor min(1, max / (norm + 1e-6)). */
function clipByNorm(builder: GraphBuilder, x: Value, length: Value, max: number): Value {
  const constant = (value: number) => builder.emit('full', [], { shape: [], value });
  const ratio = builder.emit('div', [constant(max), shift(builder, length, 1e-6)], {});
  return mul(builder, x, builder.emit('minimum', [ratio, constant(1)], {}));
}
