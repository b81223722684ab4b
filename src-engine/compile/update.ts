/**
 * The end of a training step: gradients into their arena, clipping, the optimiser's update. Each is a
 * pass over the whole parameter arena, whatever the number of layers.
 */
import type { TrainingSettings } from '../ir/document.ts';
import type { ArenaKind, ValueId } from '../ir/graph.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, isFinite, mul, reshape, scale, shift } from '../ops/nn.ts';
import type { LossScale } from './lossScale.ts';
import { type ChosenOptimizer, scalarFeed } from './optimizer.ts';

export interface UpdateRequest {
  readonly parameters: ReadonlyMap<string, Value>;
  readonly gradients: ReadonlyMap<ValueId, Value>;
  /** Elements of the parameter arena, padding included. */
  readonly arenaLength: number;
  readonly optimizer: ChosenOptimizer;
  readonly clip: TrainingSettings['gradientClip'];
  /** A scalar: where it is not above 0, the optimiser sees a gradient of zero. */
  readonly onlyWhere: Value;
  /** What the gradients were scaled by. */
  readonly lossScale?: LossScale;
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
  { arena, gradients: stored }: Update,
  request: UpdateRequest,
): { readonly gradientNorm?: Value } {
  const { clip, lossScale } = request;
  const { definition, attrs, moments } = request.optimizer;
  const fits = lossScale && isFinite(builder, builder.emit('sumSquares', [stored], {}));
  const parameters = arena('parameters');
  const either = fits && chooser(builder, parameters, mul(builder, fits, request.onlyWhere));
  const gradients = lossScale ? lossScale.unscale(stored) : stored;
  // Others look at the gradients too.
  if (lossScale) builder.emit('assign', [stored, gradients], {});
  const gradientNorm = clip?.kind === 'norm' ? norm(builder, gradients) : undefined;
  const clipped = clip
    ? clip.kind === 'value'
      ? clipByValue(builder, gradients, clip.max)
      : clipByNorm(builder, gradients, gradientNorm ?? norm(builder, gradients), clip.max)
    : gradients;
  definition.update(
    {
      emit: (op, inputs, params) => builder.emit(op, inputs, params),
      parameters,
      gradients: either ? clipped : gated(builder, clipped, parameters, request.onlyWhere),
      moments: (['moments0', 'moments1'] as const).slice(0, moments).map(arena),
      scalars: Object.fromEntries(
        Object.keys(definition.scalars).map((name) => [name, scalarLeaf(builder, name)]),
      ),
      assign(target, value) {
        builder.emit('assign', [target, either ? either(value, target) : value], {});
      },
    },
    attrs,
  );
  if (fits) lossScale.adjust(fits);
  return gradientNorm ? { gradientNorm } : {};
}

const scalarLeaf = (builder: GraphBuilder, name: string): Value =>
  builder.leaf({ kind: 'feed', name: scalarFeed(name) }, { dtype: 'f32', shape: [] });

/**
 * A step whose loss is not a number has no gradient to follow, and must not spoil the weights: they are
 * what tells where the bad number came from, and what one may want to go on with.
 */
function gated(builder: GraphBuilder, x: Value, parameters: Value, onlyWhere: Value): Value {
  return where(builder, x, condition(builder, parameters, onlyWhere));
}

/** A scalar in the shape of the weights, in the same pass over memory; 0 times a weight is 0. */
function condition(builder: GraphBuilder, parameters: Value, onlyWhere: Value): Value {
  return add(builder, scale(builder, parameters, 0), onlyWhere);
}

/** The gradient of ReLU is a choice: x where the condition is above 0, else 0, even for a NaN. */
function where(builder: GraphBuilder, x: Value, chosen: Value): Value {
  return builder.emit('reluGrad', [x, chosen], {});
}

/** Takes the first of two arrays as long as the weights where the scalar `chosen` is 1, else the second. */
function chooser(
  builder: GraphBuilder,
  parameters: Value,
  chosen: Value,
): (one: Value, other: Value) => Value {
  // A number in any case, or a bad weight would be neither.
  const any = builder.emit('greaterThan', [parameters], { threshold: 0 });
  const first = condition(builder, any, chosen);
  const second = builder.emit('affine', [first], { scale: -1, shift: 1 });
  return (one, other) => add(builder, where(builder, one, first), where(builder, other, second));
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
