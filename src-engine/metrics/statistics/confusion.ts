/**
 * How often each class was taken for each: what accuracy, precision, recall and F1 are made of. Of labels, of which a
 * sample may have several, how often each was found, missed, or seen where it is not.
 */
import type { ReadOutputs, Statistic } from '../define.ts';

export interface Confusion {
  readonly classes: number;
  /** Row = true class, column = predicted; of labels such a matrix of no and yes for each. */
  readonly counts: Uint32Array;
  /** Of labels alone: samples, and those of which every label is right. */
  readonly ofLabels?: { samples: number; right: number };
}

/** Of each label: no taken for no, no for yes, yes for no, yes for yes. */
export const LABEL_CELLS = 4;

export const confusion: Statistic<Confusion> = {
  id: 'confusion',
  outputs: (_g, { predicted, labels, labelled, probabilities }) => ({
    ...(predicted && { predicted }),
    ...(labels && { labels }),
    ...(labelled && probabilities && { labelled, probabilities }),
  }),
  start: ({ classes, task }) =>
    task === 'labels'
      ? {
          classes,
          counts: new Uint32Array(classes * LABEL_CELLS),
          ofLabels: { samples: 0, right: 0 },
        }
      : { classes, counts: new Uint32Array(classes ** 2) },
  add(state, outputs, samples) {
    const { classes, counts } = state;
    const { predicted, labels } = outputs;
    if (state.ofLabels) addLabels(state, state.ofLabels, outputs, samples);
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

/** A label is taken to be there from a probability of one half on, as a class of two is. */
function addLabels(
  { classes, counts }: Confusion,
  ofLabels: NonNullable<Confusion['ofLabels']>,
  { labelled, probabilities }: ReadOutputs,
  samples: number,
): void {
  if (!labelled || !probabilities) return;
  for (let i = 0; i < samples; i++) {
    let isRight = true;
    for (let index = 0; index < classes; index++) {
      const at = i * classes + index;
      const is = (labelled[at] ?? 0) > 0.5;
      const said = (probabilities[at] ?? 0) > 0.5;
      const cell = index * LABEL_CELLS + (is ? 2 : 0) + (said ? 1 : 0);
      counts[cell] = (counts[cell] ?? 0) + 1;
      isRight &&= is === said;
    }
    ofLabels.samples += 1;
    if (isRight) ofLabels.right += 1;
  }
}

/** Of one class: taken for it and right, all taken for it, all that are it. */
export interface ClassCounts {
  readonly correct: number;
  readonly predicted: number;
  readonly actual: number;
}

/** Of each label how many samples lack it, by what was said. */
const lacking = ({ counts }: Confusion, index: number): readonly [right: number, all: number] => {
  const [right = 0, wrong = 0] = counts.subarray(index * LABEL_CELLS);
  return [right, right + wrong];
};

/** The share of all answers, a label each, that are right. */
export function labelAccuracy(state: Confusion): number {
  const right = classCounts(state).reduce(
    (sum, { correct }, index) => sum + correct + lacking(state, index)[0],
    0,
  );
  return right / (state.classes * (state.ofLabels?.samples ?? 0));
}

export function classCounts({ classes, counts, ofLabels }: Confusion): readonly ClassCounts[] {
  if (ofLabels) {
    return Array.from({ length: classes }, (_, index) => {
      const [, alarms = 0, missed = 0, correct = 0] = counts.subarray(index * LABEL_CELLS);
      return { correct, predicted: alarms + correct, actual: missed + correct };
    });
  }
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
  if (state.ofLabels) {
    return Array.from({ length: state.classes }, (_, index) => {
      const [right, all] = lacking(state, index);
      return all === 0 ? 0 : right / all;
    });
  }
  const classes = classCounts(state);
  const samples = classes.reduce((sum, { actual }) => sum + actual, 0);
  return classes.map(({ correct, predicted, actual }) => {
    const others = samples - actual;
    return others === 0 ? 0 : (others - (predicted - correct)) / others;
  });
}

/** The unweighted mean over the classes that occur or were predicted, or over all labels, as scikit-learn's `macro`. */
export const macro = (state: Confusion, of: (counts: ClassCounts) => number): number =>
  macroOf(state, classCounts(state).map(of));

export function macroOf(state: Confusion, figures: readonly number[]): number {
  const classes = classCounts(state);
  const present = figures.filter((_, index) => {
    const { predicted = 0, actual = 0 } = classes[index] ?? {};
    return state.ofLabels !== undefined || predicted + actual > 0;
  });
  return present.reduce((sum, each) => sum + each, 0) / present.length;
}
