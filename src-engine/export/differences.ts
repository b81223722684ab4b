/**
 * How two answers to the same samples differ: number by number, in the classes they say, and in what that costs.
 * Pure.
 */
import type { ForwardOutput } from '../compile/forward.ts';
import { elementCount } from '../ir/tensor.ts';
import {
  type ClassAgreement,
  DECADES,
  type OutputDifference,
  type OutputLoss,
} from '../protocol/exportContract.ts';
import type { Batch, BatchValue } from './answers.ts';
import { classifierOf } from './classifiers.ts';
import type { NamedClasses } from './onnx/classNames.ts';
import type { ExportSource } from './source.ts';

/** One right answer in a hundred, or a single one of fewer. */
const mostLost = (samples: number): number => Math.max(0.01, 1 / Math.max(1, samples)) + 1e-9;
/** A twentieth of the standard deviation: of the variance of an answer 99.75 % is kept. */
export const MOST_DEVIATION = 0.05;

export function differenceOf(name: string, here: Batch, there: Batch): OutputDifference {
  const [a, b] = [here.get(name)?.data ?? [], there.get(name)?.data ?? []];
  const decades = new Array<number>(DECADES.length + 1).fill(0);
  let [largest, sum, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? NaN, b[i] ?? NaN];
    // Both broken the same way are the same.
    const difference = Object.is(x, y) || x === y ? 0 : Math.abs(x - y);
    const counted = Number.isNaN(difference) ? Infinity : difference;
    largest = Math.max(largest, counted);
    sum += counted;
    if (Number.isFinite(x)) [low, high] = [Math.min(low, x), Math.max(high, x)];
    const decade = DECADES.findIndex((end) => counted < end);
    const place = decade < 0 ? DECADES.length : decade;
    decades[place] = (decades[place] ?? 0) + 1;
  }
  if (a.length !== b.length) largest = Infinity;
  const size = Math.max(Math.abs(low), Math.abs(high));
  return {
    ...{ name, largest, decades },
    mean: a.length === 0 ? 0 : sum / a.length,
    relative: largest === 0 ? 0 : largest / Math.max(size, Number.MIN_VALUE),
    range: low > high ? [0, 0] : [low, high],
  };
}

export interface JudgedAnswers {
  readonly source: ExportSource;
  readonly outputs: readonly ForwardOutput[];
  readonly here: Batch;
  readonly there: Batch;
  /** Of samples. */
  readonly count: number;
  /** Classes by field. */
  readonly labels: ReadonlyMap<string, Int32Array>;
}

export function classesOf(answers: JudgedAnswers): readonly ClassAgreement[] {
  const { source, outputs, here, there, labels } = answers;
  return outputs.flatMap((output): ClassAgreement[] => {
    const { name } = output;
    const classifier = classifierOf(source.analysis, output);
    const [a, b] = [here.get(name), there.get(name)];
    if (!classifier || !a || !b) return [];
    const { head, threshold } = classifier;
    const [x, y] = [predictedClasses(a, threshold), predictedClasses(b, threshold)];
    const truth = labels.get(head.targetField?.field.name ?? '');
    const right = (all: readonly number[]): number =>
      all.filter((each, i) => each === truth?.[i]).length / Math.max(1, all.length);
    return [
      {
        output: name,
        same: x.filter((each, i) => each === y[i]).length,
        accuracy: truth ? { here: right(x), there: right(y) } : null,
      },
    ];
  });
}

/** Whether each name is that of the largest score beside it. */
export function namesAgree(all: readonly NamedClasses[], there: Batch): readonly ClassAgreement[] {
  return all.map(({ scores, names, threshold, output }) => {
    const found = there.get(scores);
    const texts = there.get(output)?.texts ?? [];
    const classes = found ? predictedClasses(found, threshold) : [];
    const same = classes.filter((each, i) => names[each] === texts[i]).length;
    return { output, same, accuracy: null };
  });
}

/** `classes`: of these answers. */
export function lossesOf(
  answers: JudgedAnswers,
  classes: readonly ClassAgreement[],
): readonly OutputLoss[] {
  const limit = mostLost(answers.count);
  return answers.outputs.map(({ name }): OutputLoss => {
    const found = classes.find(({ output }) => output === name);
    if (found?.accuracy) {
      const { here, there } = found.accuracy;
      return { output: name, measure: 'accuracy', loss: here - there, limit };
    }
    if (found) {
      const loss = 1 - found.same / Math.max(1, answers.count);
      return { output: name, measure: 'class', loss, limit };
    }
    const loss = deviationOf(answers.here.get(name), answers.there.get(name));
    return { output: name, measure: 'deviation', loss, limit: MOST_DEVIATION };
  });
}

/** The root mean squared difference, in shares of the standard deviation here. */
export function deviationOf(here: BatchValue | undefined, there: BatchValue | undefined): number {
  const [a, b] = [here?.data ?? [], there?.data ?? []];
  if (a.length !== b.length) return Infinity;
  let [sum, squares, differences] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? NaN, b[i] ?? NaN];
    const difference = Object.is(x, y) ? 0 : x - y;
    if (Number.isNaN(difference)) return Infinity;
    differences += difference * difference;
    sum += x;
    squares += x * x;
  }
  if (differences === 0) return 0;
  const variance = squares / a.length - (sum / a.length) ** 2;
  // Of what is the same for all samples: in shares of it.
  const size = variance > 1e-12 * (squares / a.length) ? variance : squares / a.length;
  return Math.sqrt(differences / a.length / Math.max(size, Number.MIN_VALUE));
}

/** The largest score of each sample; a single score is of the second class where it is above the threshold. */
function predictedClasses({ dims, data }: BatchValue, threshold: number): number[] {
  const classes = elementCount(dims.slice(1));
  return Array.from({ length: dims[0] ?? 0 }, (_, sample) => {
    const scores = data.subarray(sample * classes, (sample + 1) * classes);
    if (classes === 1) return (scores[0] ?? 0) > threshold ? 1 : 0;
    return scores.reduce((best, score, i) => (score > (scores[best] ?? 0) ? i : best), 0);
  });
}
