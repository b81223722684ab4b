/**
 * What an optimiser file states. One file per optimiser in this folder, found by index.ts.
 * An update is ordinary ops over whole stretches of the parameter arena (one pass over memory once
 * fused), or, where it looks at rows or norms, over each parameter in its shape; written into the same graph as
 * forward and backward.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { ConcreteShape } from '../ir/tensor.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';

/** What an update may use; all but the scalars have the same flat shape `[length]`, or those of one parameter. */
export interface UpdateContext<N extends string = string, M extends string = string> extends Pick<
  GraphBuilder,
  'emit'
> {
  readonly parameters: Value;
  /** Already clipped. */
  readonly gradients: Value;
  /** Optimiser state, zero before the first step. */
  readonly slots: Readonly<Partial<Record<M, Value>>>;
  /** Scalar f32 feeds, what `scalars` computes for each step. */
  readonly scalars: Readonly<Record<N, Value>>;
  /** Stores a new value of the parameters or of a slot. */
  assign(target: Value, value: Value): void;
}

/** Where training is before an update. */
export interface StepPosition {
  /** Counts from 1. */
  readonly step: number;
  /** Of this step. */
  readonly learningRate: number;
  /** Of the step before it; of the first its own. */
  readonly previousRate: number;
}

export interface OptimizerSpec<S extends AttrSchema, N extends string, M extends string> {
  readonly type: string;
  readonly label: string;
  /** In lists: what is usual comes first, and is what a search tries first. */
  readonly order: number;
  readonly doc: string;
  readonly formula: string;
  /** Must include `lr`. */
  readonly attrs: S;
  /** State tensors as long as the parameters, by their keys in the state of PyTorch's optimiser. */
  readonly slots: readonly M[] | ((attrs: AttrValues<S>) => readonly M[]);
  /**
   * Of an update that looks at a parameter as a whole: the shape of what a slot keeps of a parameter of this
   * shape, null where it keeps nothing. The update is then called for each parameter on its own, in its shape.
   */
  readonly slotShape?: (slot: M, parameter: ConcreteShape) => ConcreteShape | null;
  /**
   * Numbers that change from step to step, by name. The host computes them in double and rounds once: what
   * is close to 1 or to 0 in float32 would lose its digits.
   */
  readonly scalars: Readonly<Record<N, (at: StepPosition, attrs: AttrValues<S>) => number>>;
  update(context: UpdateContext<NoInfer<N>, NoInfer<M>>, attrs: AttrValues<S>): void;
  /** Python that constructs it: `torch.optim.Adam(model.parameters(), lr=0.001)`. */
  torch(attrs: AttrValues<S>, parameters: string): string;
  /** The PyTorch that has it first, where that came after 1.13. */
  readonly torchSince?: string;
  /** Python that defines its class, a file beside train.py; absent where PyTorch has it. */
  readonly torchModule?: TorchModule;
}
/** A file of Python as ruff leaves it. */
export interface TorchModule {
  /** Without its ending; small letters. */
  readonly name: string;
  readonly className: string;
  readonly source: string;
}

export type OptimizerDefinition = OptimizerSpec<AttrSchema, string, string>;

export function defineOptimizer<
  S extends AttrSchema,
  N extends string,
  const M extends string = never,
>(spec: OptimizerSpec<S, N, M>): OptimizerDefinition {
  // Erased as layers are; see layers/define.ts.
  return spec as unknown as OptimizerDefinition;
}

/** What an optimiser keeps of each weight under these attributes. */
export function slotsOf(
  { slots }: OptimizerDefinition,
  attrs: AttrValues<AttrSchema>,
): readonly string[] {
  return typeof slots === 'function' ? slots(attrs) : slots;
}
