/** What a join of calls is. Not the joins (joins.ts). */
import type { KernelCall } from '#engine/compile/program.ts';
import type { KernelContext, Phase } from '../kernel.ts';

/** One kernel, for one call or several. */
export interface JoinedCalls {
  readonly calls: readonly KernelCall[];
  plan(context: KernelContext): Phase[];
}

/** A join, and how many calls after the first it may skip to find its parts. */
export type Rule = (calls: readonly KernelCall[], from: number) => JoinedCalls | null;
