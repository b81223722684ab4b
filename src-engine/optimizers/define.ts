/**
 * What an optimiser file states. One file per optimiser in this folder, found by index.ts.
 * An update is ordinary ops over whole stretches of the parameter arena (one pass over memory once
 * fused), written into the same graph as forward and backward.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';

/** What an update may use; all but `step` and `learningRate` have the same flat shape `[length]`. */
export interface UpdateContext extends Pick<GraphBuilder, 'emit'> {
  readonly parameters: Value;
  /** Already clipped. */
  readonly gradients: Value;
  /** Optimiser state, zero before the first step. */
  readonly moments: readonly Value[];
  /** Scalar f32 feeds. `step` counts from 1. */
  readonly learningRate: Value;
  readonly step: Value;
  /** Stores a new value of the parameters or of a moment. */
  assign(target: Value, value: Value): void;
}

export interface OptimizerSpec<S extends AttrSchema> {
  readonly type: string;
  readonly label: string;
  readonly doc: string;
  readonly formula: string;
  /** Must include `lr`. */
  readonly attrs: S;
  /** Flat state tensors as long as the parameters: 0, 1 or 2. */
  readonly moments: 0 | 1 | 2 | ((attrs: AttrValues<S>) => 0 | 1 | 2);
  update(context: UpdateContext, attrs: AttrValues<S>): void;
  /** Python: `torch.optim.Adam(params, lr=0.001)`. */
  torch(attrs: AttrValues<S>): string;
}
export type OptimizerDefinition = OptimizerSpec<AttrSchema>;

export function defineOptimizer<S extends AttrSchema>(spec: OptimizerSpec<S>): OptimizerDefinition {
  // Erased as layers are; see layers/define.ts.
  return spec as unknown as OptimizerDefinition;
}
