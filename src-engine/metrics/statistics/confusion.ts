/** How often each class was taken for each: what accuracy, precision, recall and F1 are made of. */
import type { Statistic } from '../define.ts';

export interface Confusion {
  readonly classes: number;
  /** Row = true class, column = predicted. */
  readonly counts: Uint32Array;
}

export const confusion: Statistic<Confusion> = {
  id: 'confusion',
  outputs: (_g, { predicted, labels }) => ({
    ...(predicted && { predicted }),
    ...(labels && { labels }),
  }),
  start: ({ classes }) => ({ classes, counts: new Uint32Array(classes ** 2) }),
  add({ classes, counts }, { predicted, labels }, samples) {
    if (!predicted || !labels) return;
    for (let i = 0; i < samples; i++) {
      const [label, guess] = [labels[i] ?? -1, predicted[i] ?? -1];
      // A network may have more outputs than the data has classes.
      if (label < 0 || label >= classes || guess < 0 || guess >= classes) continue;
      const cell = label * classes + guess;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  },
};

/** Of one class: taken for it and right, all taken for it, all that are it. */
export interface ClassCounts {
  readonly correct: number;
  readonly predicted: number;
  readonly actual: number;
}

export function classCounts({ classes, counts }: Confusion): readonly ClassCounts[] {
  const at = (row: number, column: number): number => counts[row * classes + column] ?? 0;
  const indices = Array.from({ length: classes }, (_, index) => index);
  return indices.map((index) => ({
    correct: at(index, index),
    predicted: indices.reduce((sum, other) => sum + at(other, index), 0),
    actual: indices.reduce((sum, other) => sum + at(index, other), 0),
  }));
}

/** As scikit-learn: 0 where nothing was predicted (precision) or nothing is there (recall). */
export const precisionOf = ({ correct, predicted }: ClassCounts): number =>
  predicted === 0 ? 0 : correct / predicted;
export const recallOf = ({ correct, actual }: ClassCounts): number =>
  actual === 0 ? 0 : correct / actual;
export const f1Of = ({ correct, predicted, actual }: ClassCounts): number =>
  predicted + actual === 0 ? 0 : (2 * correct) / (predicted + actual);

/** Of each class; it needs all samples besides those of the class. */
export function specificities(state: Confusion): readonly number[] {
  const classes = classCounts(state);
  const samples = classes.reduce((sum, { actual }) => sum + actual, 0);
  return classes.map(({ correct, predicted, actual }) => {
    const others = samples - actual;
    return others === 0 ? 0 : (others - (predicted - correct)) / others;
  });
}

/** The unweighted mean over the classes that occur or were predicted, as scikit-learn's `macro`. */
export const macro = (state: Confusion, of: (counts: ClassCounts) => number): number =>
  macroOf(state, classCounts(state).map(of));

export function macroOf(state: Confusion, figures: readonly number[]): number {
  const classes = classCounts(state);
  const present = figures.filter((_, index) => {
    const { predicted = 0, actual = 0 } = classes[index] ?? {};
    return predicted + actual > 0;
  });
  return present.reduce((sum, each) => sum + each, 0) / present.length;
}
