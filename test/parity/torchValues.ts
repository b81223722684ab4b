/** What torch_ops.py wrote, typed. */
import type { ConcreteShape } from '#engine/ir/index.ts';
import values from './torch_ops.json' with { type: 'json' };

export interface WrittenTensor {
  readonly shape: ConcreteShape;
  readonly values: readonly number[];
}

export interface TorchOp {
  readonly op: string;
  readonly note: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly WrittenTensor[];
  /** Weighs the output: gradients are those of `sum(dy * output)`. */
  readonly dy: WrittenTensor;
  readonly output: WrittenTensor;
  /** null for labels. */
  readonly gradients: readonly (readonly number[] | null)[];
  /** Batch normalisation: `[mean, variance]` before and after one step. */
  readonly running?: {
    readonly momentum: number;
    readonly before: readonly (readonly number[])[];
    readonly after: readonly (readonly number[])[];
  };
}

export interface TorchOptimizer {
  readonly type: string;
  /** Those that differ from our defaults. */
  readonly attrs: Readonly<Record<string, number | boolean>>;
  readonly start: readonly number[];
  /** One list per step. */
  readonly gradients: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

export interface TorchInitializer {
  readonly shape: ConcreteShape;
  /** `torch`: what nn.Linear and nn.Conv2d do by themselves. Kaiming is for ReLU. */
  readonly scheme: 'kaiming' | 'xavier' | 'torch';
  readonly fanIn: number;
  readonly fanOut: number;
  /** Of the uniform form, and the standard deviation of the normal one. */
  readonly bound: number;
  readonly std: number;
}

/** What `eye_` and `dirac_` make of a weight. */
export interface TorchIdentity extends WrittenTensor {
  readonly groups: number;
}

interface TorchValues {
  readonly torch: string;
  readonly ops: readonly TorchOp[];
  readonly optimizers: readonly TorchOptimizer[];
  readonly initializers: readonly TorchInitializer[];
  readonly identities: readonly TorchIdentity[];
}

// JSON has no tuples and no literal types; torch_ops.py writes exactly this form.
export const torchValues = values as unknown as TorchValues;
