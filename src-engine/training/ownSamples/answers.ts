/**
 * What a network answers for samples that somebody brought along: as cells beside the rows of a table, and told by
 * name for people, in the data's own units. Knows nothing of where the samples came from.
 */
import type { Head } from '#engine/check/heads.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { csvText } from '#engine/ir/csv.ts';
import type { PredictInput, PredictOutput } from '#engine/protocol/engineContract.ts';
import type { ToldAnswer } from '#engine/protocol/ownSamples.ts';
import { isPictureShape, pixelsOf } from './pictureShape.ts';

/** Samples that were read as the run read its own, and how answers stand beside them. */
export interface OwnSamples {
  /** For each field that is filled. */
  readonly inputs: readonly PredictInput[];
  /** Places of what is predicted, among what there is. */
  readonly rows: readonly number[];
  readonly target: { readonly name: string; readonly classes?: readonly string[] } | null;
  readonly notes: readonly string[];
  /** As a table: what each answer is for, and the answer. */
  answered(answers: readonly Answer[]): AnsweredTable;
  /** Of one sample, the most likely class first. */
  told(answers: readonly Answer[], sample: number): readonly ToldAnswer[];
}
export interface AnsweredTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one head answers. */
export interface Answer {
  readonly output: PredictOutput;
  /** Its target is the data's own, so that it answers in the words of that. */
  readonly isTarget: boolean;
  /** Of classes that the data names, where no table does. */
  readonly classes?: readonly string[];
  /** Of labels, of which a sample may have several. */
  readonly labels?: readonly string[];
}

/** Of each head what says most: probabilities where there are some. */
export function answersOf(
  heads: readonly Head[],
  outputs: readonly PredictOutput[],
): readonly Answer[] {
  return heads.flatMap(({ loss, targetField, classifies, labels }) => {
    const own = outputs.filter((output) => output.loss === loss);
    const output = own.find(({ name }) => name.endsWith('probabilities')) ?? own[0];
    const isTarget = targetField !== null && targetField.field.role !== 'input';
    const classes = classifies && targetField ? classesOf(targetField.field) : undefined;
    const names = { ...(classes && { classes }), ...(labels && { labels }) };
    return output ? [{ output, isTarget, ...names }] : [];
  });
}

/** As the data names them, else by number. */
export const classesOf = ({ classes, classNames }: DataField): readonly string[] | undefined =>
  classNames ??
  (classes === undefined ? undefined : Array.from({ length: classes }, (_, i) => String(i)));

/** What the numbers of a head mean. */
export interface Meaning {
  readonly name: string;
  readonly classes?: readonly string[];
  /** Of numbers: in the data's own units, with the names of each. */
  readonly inOwnNumbers?: (values: Float32Array) => readonly number[];
  readonly names?: readonly string[];
}

/** More classes would make rows that nobody reads. */
export const MOST_PROBABILITIES = 20;
/** More numbers than these are no answer to be read. */
const MOST_NUMBERS = 100;
/** Of pictures from 0 to 1: a network may answer a little beyond. */
const BRIGHTEST_UNIT = 2;

export function valuesOf({ shape, data }: PredictOutput, sample: number): Float32Array {
  const width = data.length / (shape[0] ?? 1);
  return data.subarray(sample * width, (sample + 1) * width);
}

/** Classes with their probabilities where the head tells them apart, labels with theirs, else numbers by name. */
export function toldAnswer(
  { output, labels }: Answer,
  sample: number,
  { name, classes, inOwnNumbers, names }: Meaning,
): ToldAnswer {
  const { loss } = output;
  const values = valuesOf(output, sample);
  if (labels) {
    return {
      ...{ kind: 'labels', loss, name, count: labels.length },
      labels: labels
        .slice(0, MOST_NUMBERS)
        .map((each, i) => ({ name: each, probability: values[i] ?? NaN })),
    };
  }
  const isBinary = classes?.length === 2 && values.length === 1;
  if (classes && (isBinary || values.length >= classes.length)) {
    // A single number answers for the second of two classes.
    const shares = isBinary ? [1 - (values[0] ?? 0), values[0] ?? 0] : [...values];
    const sorted = shares
      .map((probability, at) => ({ name: classes[at] ?? String(at), probability }))
      .sort((a, b) => b.probability - a.probability);
    return {
      ...{ kind: 'classes', loss, name, count: sorted.length },
      classes: sorted.slice(0, MOST_PROBABILITIES),
    };
  }
  const numbers = inOwnNumbers?.(values) ?? [...values];
  const shape = output.shape.slice(1);
  // An answer in the data's units of 0 to 255 is somewhere brighter than these.
  const isUnit = numbers.every((value) => value <= BRIGHTEST_UNIT);
  return {
    ...{ kind: 'numbers', loss, name, count: numbers.length },
    ...(isPictureShape(shape) && { picture: { shape, pixels: pixelsOf(numbers, isUnit) } }),
    values: numbers.slice(0, MOST_NUMBERS).map((value, i) => ({
      name: names?.[i] ?? (numbers.length > 1 ? `${name} ${i + 1}` : name),
      value,
    })),
  };
}

export function answerCells(
  values: Float32Array,
  classes: readonly string[] | undefined,
  scale: number,
  shown: boolean,
): readonly string[] {
  if (classes === undefined) return Array.from(values, (value) => text(value * scale));
  // A single number answers for the second of two classes.
  const best =
    values.length === 1 ? Number((values[0] ?? 0) >= 0.5) : values.indexOf(Math.max(...values));
  return [classes[best] ?? String(best), ...(shown ? Array.from(values, text) : [])];
}

/** As many digits as a 32-bit float has to offer. */
export const text = (value: number): string => String(Number(value.toPrecision(6)));

export const tableText = ({ names, rows }: AnsweredTable): string =>
  csvText([names, ...rows], '\n');
