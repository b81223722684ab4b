/** What a join of calls is. Not the joins (joins.ts). */
import type { BufferRef, KernelCall } from '#engine/compile/program.ts';
import type { KernelContext, Phase } from '../kernel.ts';

/** One kernel, for one call or several. */
export interface JoinedCalls {
  readonly calls: readonly KernelCall[];
  /** What its kernel reads beside the inputs of its calls. */
  readonly alsoReads?: readonly BufferRef[];
  plan(context: KernelContext): Phase[];
}

/** A join, and how many calls after the first it may skip to find its parts. */
export type Rule = (calls: readonly KernelCall[], from: number) => JoinedCalls | null;
