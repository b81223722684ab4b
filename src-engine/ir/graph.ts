/**
 * The graph IR between passes: a list of values in execution order, batch bound. A value is a leaf
 * (storage that outlives a step) or the result of one op. `assign` is the only op with an effect; list
 * order is execution order, and passes keep the order of effects.
 * Not the document (see document.ts) and not the memory-planned Program (see compile/program.ts).
 */
import type { ConcreteType } from './tensor.ts';
import type { Op, OpParams } from '../ops/ops.ts';

/** Index into Graph.values. */
export type ValueId = number;

/** How storage is filled before the first step. `fan*` are those of the weight the tensor belongs to. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | {
      readonly kind: 'uniform' | 'normal';
      readonly scheme: 'kaiming' | 'xavier';
      readonly gain: number;
      readonly fanIn: number;
      readonly fanOut: number;
    }
  /** Uniform in [-bound, bound] (PyTorch's default bias). */
  | { readonly kind: 'uniformBound'; readonly bound: number }
  /** Normal, within two standard deviations. */
  | { readonly kind: 'truncatedNormal'; readonly std: number }
  /** Of the weight as `[rows, columns]`: whichever are fewer are at right angles, each as long as `gain`. */
  | {
      readonly kind: 'orthogonal';
      readonly rows: number;
      readonly columns: number;
      readonly gain: number;
    }
  /** Normal, with this share of zeros in each column of `[rows, columns]`. */
  | {
      readonly kind: 'sparse';
      readonly rows: number;
      readonly columns: number;
      readonly sparsity: number;
      readonly std: number;
    }
  /**
   * Of the weight as `[rows, inputs, ...kernel]`: 1 in the middle of the kernel that leads from an input to the row of
   * the same number, counted within each group of rows; else 0.
   */
  | {
      readonly kind: 'identity';
      readonly rows: number;
      readonly inputs: number;
      readonly kernel: readonly number[];
      readonly groups: number;
    }
  /** Normal, in rows of `columns`, of which one may be zeros. */
  | {
      readonly kind: 'rows';
      readonly std: number;
      readonly columns: number;
      readonly zeroRow: number | null;
    }
  | { readonly kind: 'values'; readonly values: readonly number[] };

/**
 * Storage a graph reads:
 * - `parameter`, `gradient`, `average`: one tensor each per trainable weight, named `nodeId.weight`;
 * - `buffer`: saved but not trained (running statistics, normalisation of the data);
 * - `arena`: a stretch of one contiguous arena, for whole-arena updates (optimisers);
 * - `data`: a resident field of the data set, `[samples, ...]`;
 * - `feed`: written by the host before a step (`rng`, `indices`, the optimiser's scalars).
 */
export type Leaf =
  | { readonly kind: 'parameter'; readonly name: string; readonly init: Initializer }
  | { readonly kind: 'gradient'; readonly name: string }
  | { readonly kind: 'average'; readonly name: string }
  | { readonly kind: 'buffer'; readonly name: string; readonly init: Initializer }
  | { readonly kind: 'arena'; readonly arena: ArenaKind; readonly offset: number }
  | { readonly kind: 'data'; readonly field: string }
  | { readonly kind: 'feed'; readonly name: FeedName };

/**
 * `optimizer`: the slots of the optimisers, one after the other, each as long as the parameters. `average`: the
 * moving average of the parameters.
 */
export type ArenaKind = 'parameters' | 'gradients' | 'optimizer' | 'average';
/**
 * `optimizer:NAME`: a number that changes from step to step, computed on the host.
 * `input:FIELD`: samples that come from outside instead of the data set (prediction, boundaries).
 * `latent:NODE.PORT`: what a latent source would draw.
 */
export type FeedName =
  | 'rng'
  | 'indices'
  | `optimizer:${string}`
  | `input:${string}`
  | `latent:${string}`;

/** Which document node and which part of the step a value comes from: for probes, errors and profiles. */
export interface Origin {
  readonly node?: string;
  readonly role: 'data' | 'forward' | 'backward' | 'update' | 'metric' | 'probe';
}

export interface LeafValue {
  readonly kind: 'leaf';
  readonly leaf: Leaf;
  readonly type: ConcreteType;
}
export interface OpValue<O extends Op = Op> {
  readonly kind: 'op';
  readonly op: O;
  readonly params: OpParams[O];
  readonly inputs: readonly ValueId[];
  readonly type: ConcreteType;
  readonly origin: Origin;
}
export type GraphValue = LeafValue | OpValue;

export interface Graph {
  readonly values: readonly GraphValue[];
  /** Values kept readable after a step, by name: `loss`, `output:NODE.PORT`, `probe:NODE:stats`. */
  readonly outputs: Readonly<Record<string, ValueId>>;
}
