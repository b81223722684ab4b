/**
 * What is known of a document without running it: types on every port, parameters, cost, problems.
 * Pure and fast enough to run on every edit in the renderer; the compiler starts from the same result.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';
import type { Problem } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import type { LayerDefinition, ParamSpec } from '../layers/define.ts';
import type { Bottleneck } from './bottleneck.ts';
import type { Head } from './heads.ts';
import type { ObjectivePart } from './objectiveParts.ts';

/** A tensor of another node; `transposed`: its two dimensions the other way round. */
export interface SharedTensor {
  readonly node: string;
  readonly key: string;
  readonly transposed: boolean;
}

export interface NodeAnalysis {
  readonly id: string;
  readonly type: string;
  /** Null for a type this version does not know (a placeholder). */
  readonly definition: LayerDefinition | null;
  /** Acts as identity: outputs are the first input's type, no parameters, no cost. */
  readonly bypassed: boolean;
  /** With defaults filled in. */
  readonly attrs: AttrValues<AttrSchema>;
  readonly ports: { readonly in: readonly string[]; readonly out: readonly string[] };
  /** By port; absent while unknown. */
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly outputs: Readonly<Record<string, TensorType>>;
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly buffers: Readonly<Record<string, ParamSpec>>;
  /** Of its own: without what it shares. */
  readonly parameterCount: number;
  /** By the key of its own tensor: the one of another node that it computes with instead. */
  readonly shared?: ReadonlyMap<string, SharedTensor>;
  /** Forward, one sample, evaluation mode; a multiply-add counts as two. */
  readonly flopsPerSample: number;
  /** `[height, width]` of the input that one output position sees; images only. */
  readonly receptiveField?: readonly [number, number];
  /** Attribute line of the card. */
  readonly summary: string;
}

export interface Analysis {
  /** Node ids so that producers come first; nodes on a cycle are left out (and a problem). */
  readonly order: readonly string[];
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
  /** Errors first, then in graph order. */
  readonly problems: readonly Problem[];
  /** The part of `order` that a loss depends on, losses included: what training computes. */
  readonly live: readonly string[];
  /** Bypassed losses are left out. */
  readonly lossNodes: readonly string[];
  /** What each of them judges, in the same order. */
  readonly heads: readonly Head[];
  /** Where what is rebuilt is narrowest; null where nothing is. */
  readonly bottleneck: Bottleneck | null;
  /** What each objective of the training settings means for this graph. */
  readonly objectives: readonly ObjectivePart[];
  readonly dataNodes: readonly string[];
  readonly parameterCount: number;
  readonly flopsPerSample: number;
  /** No problem is an error. */
  readonly trainable: boolean;
}
