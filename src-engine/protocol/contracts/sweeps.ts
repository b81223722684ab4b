/** Calls and events about sweeps: searches whose trials are ordinary runs. What they consist of: search/sweep.ts. */
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { SweepPlan, SweepTrial } from '#engine/search/sweep.ts';
import type { ProjectName } from './data.ts';

/** `paused`: cut off or stopped by hand; it can go on. */
export type SweepState = 'running' | 'paused' | 'finished';

export interface SweepInfo {
  readonly id: string;
  readonly createdAt: string;
  readonly documentId: string | null;
  readonly projectName: string;
  readonly state: SweepState;
  readonly plan: SweepPlan;
  readonly trials: readonly SweepTrial[];
  /** While it was at work. */
  readonly elapsedMs: number;
  /** Why it ended before its trials were done; empty where it did not. */
  readonly reason: string;
}

/** A plan, but for what follows from the document: the search's own seed and which metric says what is best. */
export interface SweepRequest extends Omit<SweepPlan, 'seed' | 'monitor'> {
  readonly document: NetworkDocument;
  readonly project?: ProjectName;
}

export interface SweepCalls {
  /** Newest first. */
  'sweeps.list'(input: null): readonly SweepInfo[];
  'sweeps.get'(input: { readonly sweepId: string }): SweepInfo;
  /** Fails with InputError where a parameter does not fit the document, or nothing says which trial is best. */
  'sweeps.start'(input: SweepRequest): SweepInfo;
  /** The trial that trains is stopped too; both go on with `resume`. */
  'sweeps.pause'(input: { readonly sweepId: string }): null;
  /** `more`: so many settings beyond those that were planned; `minutes` as well. */
  'sweeps.resume'(input: {
    readonly sweepId: string;
    readonly more?: number;
    readonly minutes?: number;
  }): SweepInfo;
}

export interface SweepEvents {
  'sweep.changed': SweepInfo;
}
