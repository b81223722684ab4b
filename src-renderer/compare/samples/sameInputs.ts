/**
 * What several runs answer to the same samples, those first about which they disagree most. Samples are the
 * same where row, truth and input are; what one run alone was shown is left out and counted. Pure.
 */
import type { SampleAnswers, SampleFrame, SampleImage } from '#engine/protocol/run.ts';
import { classShares, sameImage } from '#renderer/charts/sampleOrder.ts';

type Kind = SampleAnswers['kind'];
export type AnswersOf<K extends Kind> = Extract<SampleAnswers, { readonly kind: K }>;
export type SampleOf<K extends 'classification' | 'labels' | 'reconstruction'> =
  AnswersOf<K>['samples'][number];

/** One sample, as each run answered it, in the order of the runs. */
export interface SharedSample<S> {
  readonly row: number;
  readonly answers: readonly S[];
  /** From 0, where all answer alike. */
  readonly disagreement: number;
}

export type SameInputs =
  | {
      readonly kind: 'classification';
      readonly classNames: readonly string[];
      readonly samples: readonly SharedSample<SampleOf<'classification'>>[];
      readonly leftOut: number;
    }
  | {
      readonly kind: 'labels';
      readonly names: readonly string[];
      readonly samples: readonly SharedSample<SampleOf<'labels'>>[];
      readonly leftOut: number;
    }
  | {
      readonly kind: 'reconstruction';
      readonly samples: readonly SharedSample<SampleOf<'reconstruction'>>[];
      readonly leftOut: number;
    }
  | {
      readonly kind: 'regression';
      readonly samples: readonly SharedValue[];
      readonly leftOut: number;
    }
  | { readonly kind: 'generated'; readonly images: readonly (readonly SampleImage[])[] }
  /** Nothing to lay side by side; the reason is a sentence. */
  | { readonly kind: 'none'; readonly why: string };

export interface SharedValue {
  /** Of its only input; null where there are several. */
  readonly input: number | null;
  /** What is wanted, where several numbers are. */
  readonly name: string | null;
  readonly target: number;
  readonly predictions: readonly number[];
  readonly disagreement: number;
}

/** Of every head. */
export const answersOf = (frame: SampleFrame): readonly SampleAnswers[] => [
  frame,
  ...(frame.others ?? []),
];

/** The head of this name; where a run calls it otherwise, its only one of the kind. */
export function answersLike(frame: SampleFrame, head: SampleAnswers): SampleAnswers | null {
  const all = answersOf(frame);
  const named = all.find((each) => each.loss === head.loss && each.kind === head.kind);
  const alike = all.filter(({ kind }) => kind === head.kind);
  return named ?? (alike.length === 1 ? (alike[0] ?? null) : null);
}

/** Of two runs or more, one head of each. */
export function sameInputs(heads: readonly SampleAnswers[]): SameInputs {
  const [first] = heads;
  if (!first) return none('These runs recorded no answers.');
  switch (first.kind) {
    case 'classification':
      return classified(heads.filter((each) => each.kind === 'classification'));
    case 'labels':
      return labelled(heads.filter((each) => each.kind === 'labels'));
    case 'tokens':
      return none('Answers for each token of a text are shown run by run, in the Samples panel.');
    case 'reconstruction': {
      const all = heads.filter((each) => each.kind === 'reconstruction');
      const shared = sharedRows(
        all.map(({ samples }) => samples),
        (a, b) => sameImageSize(a.target, b.target) && sameImage(a.target, b.target),
        (a, b) => rootMeanSquare(a.reconstruction, b.reconstruction),
      );
      return shared.samples.length === 0
        ? none(OTHER_SAMPLES)
        : { kind: 'reconstruction', ...shared };
    }
    case 'regression':
      return regressed(heads.filter((each) => each.kind === 'regression'));
    case 'generated': {
      const all = heads.filter((each) => each.kind === 'generated');
      return { kind: 'generated', images: all.map(({ images }) => images) };
    }
  }
}

const OTHER_SAMPLES =
  'These runs were shown different samples, so that their answers cannot be laid side by side. Their data or its split differs.';
const none = (why: string): SameInputs => ({ kind: 'none', why });

function classified(all: readonly AnswersOf<'classification'>[]): SameInputs {
  const classNames = all[0]?.classNames ?? [];
  if (all.some((each) => each.classNames.join('\n') !== classNames.join('\n'))) {
    return none('These runs tell other classes apart, so that their answers cannot be compared.');
  }
  const shared = sharedRows(
    all.map(({ samples }) => samples),
    (a, b) => a.label === b.label && sameInput(a, b),
    (a, b) => apart(classShares(a.probabilities), classShares(b.probabilities)),
  );
  return shared.samples.length === 0
    ? none(OTHER_SAMPLES)
    : { kind: 'classification', classNames, ...shared };
}

function labelled(all: readonly AnswersOf<'labels'>[]): SameInputs {
  const names = all[0]?.names ?? [];
  if (all.some((each) => each.names.join('\n') !== names.join('\n'))) {
    return none('These runs tell other labels, so that their answers cannot be compared.');
  }
  const shared = sharedRows(
    all.map(({ samples }) => samples),
    (a, b) => sameNumbers(a.labels, b.labels) && sameInput(a, b),
    (a, b) => mostApart(a.probabilities, b.probabilities),
  );
  return shared.samples.length === 0 ? none(OTHER_SAMPLES) : { kind: 'labels', names, ...shared };
}

/** Of one label. */
const mostApart = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, share, i) => Math.max(most, Math.abs(share - (b[i] ?? 0))), 0);

type Given = Pick<SampleOf<'classification'>, 'image' | 'features'>;

function sameInput(a: Given, b: Given): boolean {
  if (a.image && b.image) return sameImageSize(a.image, b.image) && sameImage(a.image, b.image);
  if (a.features && b.features) return sameNumbers(a.features, b.features);
  return true;
}

function sharedRows<S extends { readonly row: number }>(
  runs: readonly (readonly S[])[],
  isSame: (a: S, b: S) => boolean,
  distance: (a: S, b: S) => number,
): { readonly samples: readonly SharedSample<S>[]; readonly leftOut: number } {
  const [first = [], ...others] = runs;
  const byRow = others.map((samples) => new Map(samples.map((each) => [each.row, each])));
  const samples = first.flatMap((sample): SharedSample<S>[] => {
    const found = byRow.map((rows) => rows.get(sample.row));
    const same = found.filter((each) => each !== undefined && isSame(sample, each));
    if (same.length < others.length) return [];
    const answers = [sample, ...same.filter((each) => each !== undefined)];
    return [{ row: sample.row, answers, disagreement: farthest(answers, distance) }];
  });
  return {
    samples: samples.toSorted((a, b) => b.disagreement - a.disagreement),
    leftOut: Math.max(...runs.map(({ length }) => length)) - samples.length,
  };
}

/** Between any two of them. */
function farthest<S>(all: readonly S[], distance: (a: S, b: S) => number): number {
  let most = 0;
  all.forEach((a, i) => {
    for (const b of all.slice(i + 1)) most = Math.max(most, distance(a, b));
  });
  return most;
}

/** Total variation: how much probability would have to move, from 0 to 1. */
function apart(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, share, i) => sum + Math.abs(share - (b[i] ?? 0)), 0) / 2;
}

/** Of pixels, from 0 to 1. */
function rootMeanSquare(a: SampleImage, b: SampleImage): number {
  if (!sameImageSize(a, b)) return 1;
  const sum = a.pixels.reduce((all, pixel, i) => all + (pixel - (b.pixels[i] ?? 0)) ** 2, 0);
  return Math.sqrt(sum / Math.max(1, a.pixels.length)) / 255;
}

const sameImageSize = (a: SampleImage, b: SampleImage): boolean =>
  a.pixels.length === b.pixels.length && a.width === b.width;

const sameNumbers = <T extends Float32Array | Uint8Array>(a: T, b: T): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Their rows are not recorded: they are the same where all inputs and targets are. */
function regressed(all: readonly AnswersOf<'regression'>[]): SameInputs {
  const [first] = all;
  if (!first) return none(OTHER_SAMPLES);
  const isSame = all.every(
    (each) =>
      sameNumbers(each.targets, first.targets) &&
      each.names?.length === first.names?.length &&
      each.inputCount === first.inputCount &&
      sameNumbers(each.inputs, first.inputs),
  );
  if (!isSame) return none(OTHER_SAMPLES);
  const { names = [null] } = first;
  const samples = Array.from(first.targets, (target, i): SharedValue => {
    const predictions = all.map((each) => each.predictions[i] ?? Number.NaN);
    const disagreement = farthest(predictions, (a, b) => Math.abs(a - b));
    const sample = Math.floor(i / names.length);
    const input = first.inputCount === 1 ? (first.inputs[sample] ?? null) : null;
    return { input, name: names[i % names.length] ?? null, target, predictions, disagreement };
  });
  return {
    kind: 'regression',
    samples: samples.toSorted((a, b) => b.disagreement - a.disagreement),
    leftOut: 0,
  };
}

/** How far an image is from what was wanted, as an image. */
export function errorImage(made: SampleImage, wanted: SampleImage): SampleImage {
  const pixels = made.pixels.map((pixel, i) => Math.abs(pixel - (wanted.pixels[i] ?? 0)));
  return { ...made, pixels };
}
