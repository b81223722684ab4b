/**
 * What a sign of trouble states: something that the samples on show tell of a run that goes on, and what to do
 * about it. One file per sign in this folder, found by index.ts; its problem stands with those of the frame
 * (problems, bar, journal, command line). Not what ends a run (diagnose.ts), nor silent units (silence.ts), which
 * are counted apart.
 *
 * To add a sign: copy the nearest file, name it as its `id`, and add its cases to test/pure/training/signs.test.ts.
 */
import type { Analysis } from '#engine/check/analysis.ts';
import { objectiveName, type ObjectivePart } from '#engine/check/objectiveParts.ts';
import { chosenOptimizer } from '#engine/compile/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Fix, Problem } from '#engine/ir/problem.ts';

/** What was seen of the samples on show, in evaluation mode. */
export interface SamplesSeen {
  /** Of what is made from random numbers, and of the data that it is to be like; in the units of these. */
  readonly made: {
    readonly node: string;
    /** How far samples are from their mean: the root of the mean square over samples and places. */
    readonly spread: number;
    /** The most that it was in this run. */
    readonly mostSpread: number;
    readonly dataSpread: number;
  } | null;
  /** By loss, where all samples have one target: what was answered, on average, and what was wanted. */
  readonly answers: ReadonlyMap<string, { readonly answer: number; readonly wanted: number }>;
}

export interface SignQuestion {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly seen: SamplesSeen;
  /** Full epochs and what is begun of the next one: at the beginning little is a sign of anything. */
  readonly epoch: number;
}

export interface Sign {
  readonly id: string;
  /** Null where there is none. */
  find(question: SignQuestion): Problem | null;
}

export const defineSign = (sign: Sign): Sign => sign;

/** Halves the rate of one objective; nothing where it does not move as it is. */
export function slowerObjective(
  { training }: NetworkDocument,
  part: ObjectivePart,
): readonly Fix[] {
  const rate = Number(chosenOptimizer(part.objective).attrs['lr'] ?? 0);
  if (rate === 0) return [];
  const lr = Number((rate / 2).toPrecision(6));
  const objectives = training.objectives.map((each, index) =>
    index === part.index
      ? { ...each, optimizer: { ...each.optimizer, attrs: { ...each.optimizer.attrs, lr } } }
      : each,
  );
  return [
    {
      label: `Set learning rate of ${objectiveName(part)} to ${lr}`,
      edits: [{ kind: 'setTraining', training: { objectives } }],
    },
  ];
}
