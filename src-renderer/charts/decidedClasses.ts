/** The head and the class on show, and what the threshold makes of it: one answer for every panel and export. */
import type { ConfusionCounts, ConfusionFrame } from '#engine/protocol/run.ts';
import type { DecisionState } from '../state/decision.ts';
import {
  type ClassScores,
  type Decision,
  decisionAt,
  decisionCounts,
  decisionsOf,
  usualClass,
} from './classCurves.ts';

export const allCounts = (frame: ConfusionFrame | null): readonly ConfusionCounts[] =>
  frame ? [frame, ...(frame.others ?? [])] : [];

export interface DecidedClass {
  readonly index: number;
  readonly name: string;
  readonly scores: ClassScores;
  readonly others: readonly ClassScores[];
  readonly decisions: readonly Decision[];
  /** Null: no threshold is set. */
  readonly decision: Decision | null;
}

/** Null where the record has no scores. */
export function decidedClass(
  { kind, classNames, scores }: ConfusionCounts,
  { classIndex, threshold }: DecisionState,
): DecidedClass | null {
  const usual = kind === 'labels' ? 0 : usualClass(classNames.length);
  const wanted = classIndex ?? usual;
  const index = scores?.[wanted] ? wanted : usual;
  const own = scores?.[index];
  if (!scores || !own) return null;
  const decisions = decisionsOf(own);
  return {
    index,
    name: classNames[index] ?? String(index),
    scores: own,
    others: scores.filter((_, i) => i !== index && (kind === 'labels' || classNames.length > 2)),
    decisions,
    decision: threshold === null ? null : decisionAt(decisions, threshold),
  };
}

/** A matrix of two: the class, and all others together; of a label no and yes. */
export function decidedCounts(
  { kind, classNames }: ConfusionCounts,
  { index, name }: DecidedClass,
  decision: Decision,
): ConfusionCounts {
  if (kind === 'labels') return { classNames: ['no', name], counts: decisionCounts(decision) };
  const other = classNames.length === 2 ? (classNames[1 - index] ?? 'other') : 'others';
  return { classNames: [other, name], counts: decisionCounts(decision) };
}
