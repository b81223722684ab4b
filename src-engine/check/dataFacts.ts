/**
 * What a check can know of the data once somebody has looked at it: how many samples there are and what they
 * hold. Plain values: the check itself reads nothing.
 */
import type { DataField } from '../ir/attrs.ts';
import type { SampleCounts, SplitCounts } from '../ir/batches.ts';
import type { Analysis, NodeAnalysis } from './analysis.ts';
import { demandingNodes } from './batches.ts';

export interface DataFacts {
  readonly counts: SampleCounts;
  /** As the samples were split, where they were. */
  readonly splits?: SplitCounts;
  /** As the source has them now. */
  readonly fields?: readonly DataField[];
}

/** The facts of what a Data node reads. */
export type DataLookup = (data: NodeAnalysis) => DataFacts | null | undefined;

/** Whether facts could find an error that is not known yet: then they are worth reading the data for. */
export function wantsFacts(analysis: Analysis): boolean {
  return demandingNodes(analysis).size > 0;
}
