/** Which runs can be laid over each other unasked: those of one project on the same data. Pure. */
import type { RunSummary } from '../protocol/run.ts';

type Known = Pick<RunSummary, 'documentId' | 'dataFingerprint'>;

/** Runs from before documents had ids belong to no project. */
export const areComparable = (a: Known, b: Known): boolean =>
  a.documentId !== null && a.documentId === b.documentId && a.dataFingerprint === b.dataFingerprint;
