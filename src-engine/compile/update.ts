/**
 * The end of a training step for one objective: clipping, the optimiser's update of each group of parameters;
 * and the average of all. Each is a pass over a stretch of the parameter arena, whatever the number of
 * layers in it; or, of an optimiser that looks at rows and norms, some passes over each parameter.
 */
import type { TrainingSettings } from '../ir/document.ts';
import type { ArenaKind } from '../ir/graph.ts';
import { elementCount } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, isFinite, mul, reshape, scale, shift, sub } from '../ops/nn.ts';
import type { ArenaRange, Layout } from './layout.ts';
import { type LossScale, SKIPS_KNOWN } from './lossScale.ts';
import { EMA_SHARE, type Penalty, scalarFeed, type TrainedGroup } from './optimizer.ts';
import type { BufferRef } from './program.ts';

export interface UpdateRequest {
  readonly layout: Layout;
  /** Those of one objective: they lie one after the other, and are clipped as one. */
  readonly groups: readonly TrainedGroup[];
  readonly clip: TrainingSettings['gradientClip'];
  /** A scalar: where it is not above 0, the optimiser sees a gradient of zero. */
  readonly onlyWhere: Value;
  /** What the gradients were scaled by. */
  readonly lossScale?: LossScale;
}

/** Euclidean norm of everything, a scalar. */
export function norm(builder: GraphBuilder, x: Value): Value {
  return builder.emit('sqrt', [builder.emit('sumSquares', [x], {})], {});
}

/** A stretch of an arena as a leaf, one for each kind and, in the optimiser's, each slot before it. */
function arenaLeaves(builder: GraphBuilder, { offset, length }: ArenaRange): ArenaLeaves {
  const leaves = new Map<string, Value>();
  return (arena, before = 0) => {
    const key = `${arena}:${before}`;
    const leaf =
      leaves.get(key) ??
      builder.leaf(
        { kind: 'arena', arena, offset: before + offset },
        { dtype: 'f32', shape: [length] },
      );
    leaves.set(key, leaf);
    return leaf;
  };
}
type ArenaLeaves = (arena: ArenaKind, before?: number) => Value;

export interface Applied {
  /** Before clipping, where clipping needed it. */
  readonly gradientNorm?: Value;
  /** A scalar: 1 where no gradient overflowed. */
  readonly fits?: Value;
}

/** Appends penalties, clipping and the updates. */
export function applyUpdates(builder: GraphBuilder, request: UpdateRequest): Applied {
  const { layout, groups, clip, lossScale, onlyWhere } = request;
  // First of all: what has to be added up for one would split the pass over the arena that uses it.
  const scalars = new Map(groups.map((group) => [group, scalarsOf(builder, group, lossScale)]));
  const range = layout.rangeOf(groups.flatMap(({ nodes }) => nodes));
  const whole = arenaLeaves(builder, range);
  const stored = whole('gradients');
  const fits = lossScale && isFinite(builder, builder.emit('sumSquares', [stored], {}));
  const unscaled = lossScale ? lossScale.unscale(stored) : stored;
  // Others look at the gradients too.
  if (lossScale) builder.emit('assign', [stored, unscaled], {});
  const isPenalised = penalise(builder, layout, groups);
  const all = isPenalised ? arenaLeaves(builder, range)('gradients') : unscaled;
  const gradientNorm = clip?.kind === 'norm' ? norm(builder, all) : undefined;
  const only = groups.length === 1;
  for (const group of groups) {
    const arena = only ? whole : arenaLeaves(builder, layout.rangeOf(group.nodes));
    const gradients = only ? all : arena('gradients');
    const clipped =
      clip?.kind === 'value'
        ? clipByValue(builder, gradients, clip.max)
        : clip && gradientNorm
          ? clipByNorm(builder, gradients, gradientNorm, clip.max)
          : gradients;
    update(builder, group, {
      layout,
      arena,
      gradients: clipped,
      scalars: scalars.get(group) ?? {},
      onlyWhere,
      ...(fits && { fits }),
    });
  }
  if (lossScale && fits && groups[0]) lossScale.count(groups[0].objective, fits);
  return { ...(gradientNorm && { gradientNorm }), ...(fits && { fits }) };
}

/** Adds the gradients of the penalties to those of the losses, where others find them too; whether there are any. */
function penalise(builder: GraphBuilder, layout: Layout, groups: readonly TrainedGroup[]): boolean {
  const penalised = groups.filter(({ penalty: { l1, l2 } }) => l1 > 0 || l2 > 0);
  for (const { nodes, penalty } of penalised) {
    const arena = arenaLeaves(builder, layout.rangeOf(nodes));
    const gradients = arena('gradients');
    const more = penaltyGradient(builder, arena('parameters'), penalty);
    builder.emit('assign', [gradients, add(builder, gradients, more)], {});
  }
  return penalised.length > 0;
}

/** Of `l1 * sum |w| + l2 * sum w²`: the sign of a weight, 0 at zero, and twice the weight. */
function penaltyGradient(builder: GraphBuilder, w: Value, { l1, l2 }: Penalty): Value {
  if (l1 === 0) return scale(builder, w, 2 * l2);
  const above = (x: Value): Value => builder.emit('greaterThan', [x], { threshold: 0 });
  const sign = sub(builder, above(w), above(builder.emit('neg', [w], {})));
  const ofSize = scale(builder, sign, l1);
  return l2 === 0 ? ofSize : add(builder, ofSize, scale(builder, w, 2 * l2));
}

/**
 * Moves the average of all parameters towards what they are now, by the share that is fed.
 * Reference: torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn.
 */
export function averageParameters(builder: GraphBuilder, layout: Layout): void {
  builder.within({ role: 'update' }, () => {
    const arena = arenaLeaves(builder, { offset: 0, length: layout.arenaLength });
    const [average, parameters] = [arena('average'), arena('parameters')];
    const share = builder.leaf({ kind: 'feed', name: EMA_SHARE }, { dtype: 'f32', shape: [] });
    const moved = mul(builder, sub(builder, parameters, average), share);
    builder.emit('assign', [average, add(builder, average, moved)], {});
  });
}

function update(
  builder: GraphBuilder,
  group: TrainedGroup,
  {
    layout,
    arena,
    gradients,
    scalars,
    onlyWhere,
    fits,
  }: {
    readonly layout: Layout;
    readonly arena: ArenaLeaves;
    readonly gradients: Value;
    readonly scalars: Scalars;
    readonly onlyWhere: Value;
    readonly fits?: Value;
  },
): void {
  const { definition, attrs, slots } = group.optimizer;
  const either = fits && chooser(builder, mul(builder, fits, onlyWhere));
  const apply = (
    parameters: Value,
    own: Value,
    kept: Readonly<Partial<Record<string, Value>>>,
  ): void => {
    definition.update(
      {
        emit: (op, inputs, params) => builder.emit(op, inputs, params),
        parameters,
        gradients: either ? own : gated(builder, own, parameters, onlyWhere),
        slots: kept,
        scalars,
        assign(target, value) {
          builder.emit('assign', [target, either ? either(value, target) : value], {});
        },
      },
      attrs,
    );
  };
  if (definition.slotShape) {
    const { offset } = layout.rangeOf(group.nodes);
    for (const { name, ref } of layout.slotsOfNodes(group.nodes)) {
      const kept = layout.optimizerSlots.filter(({ parameter }) => parameter === name);
      apply(
        arenaLeaf(builder, ref),
        partOf(builder, gradients, ref, offset),
        Object.fromEntries(kept.map((slot) => [slot.slot, arenaLeaf(builder, slot.ref)])),
      );
    }
    return;
  }
  apply(
    arena('parameters'),
    gradients,
    Object.fromEntries(
      slots.map((name, index) => [name, arena('optimizer', layout.slotOffset(index))]),
    ),
  );
}

/** One tensor of the arenas, in its shape. */
function arenaLeaf(builder: GraphBuilder, { arena, offsetBytes, type }: BufferRef): Value {
  if (arena !== 'parameters' && arena !== 'optimizer') throw new Error(`${arena} is not updated`);
  return builder.leaf({ kind: 'arena', arena, offset: offsetBytes / 4 }, type);
}

/** Of the gradients of a stretch that begins at `offset`, those of one parameter. */
function partOf(
  builder: GraphBuilder,
  gradients: Value,
  { offsetBytes, type: { shape } }: BufferRef,
  offset: number,
): Value {
  const [start, length] = [offsetBytes / 4 - offset, elementCount(shape)];
  return reshape(builder, builder.emit('slice', [gradients], { axis: 0, start, length }), shape);
}

type Scalars = Readonly<Record<string, Value>>;

function scalarsOf(
  builder: GraphBuilder,
  group: TrainedGroup,
  lossScale: LossScale | undefined,
): Scalars {
  const names = Object.keys(group.optimizer.definition.scalars);
  return Object.fromEntries(
    names.map((name) => [name, scalarValue(builder, group, name, lossScale)]),
  );
}

function scalarValue(
  builder: GraphBuilder,
  group: TrainedGroup,
  name: string,
  lossScale: LossScale | undefined,
): Value {
  const leaf = { kind: 'feed', name: scalarFeed(group, name) } as const;
  if (!lossScale) return builder.leaf(leaf, { dtype: 'f32', shape: [] });
  const fed = builder.leaf(leaf, { dtype: 'f32', shape: [SKIPS_KNOWN] });
  return lossScale.scalarOf(group.objective, fed);
}

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

/** Takes the first of two arrays where the scalar `chosen` is above 0, else the second. */
function chooser(builder: GraphBuilder, chosen: Value): (one: Value, other: Value) => Value {
  // 1 or 0: what is no number is not above 0.
  const first = builder.emit('greaterThan', [chosen], { threshold: 0 });
  return (one, other) => builder.emit('select', [first, one, other], {});
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
