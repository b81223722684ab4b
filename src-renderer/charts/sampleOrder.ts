/** Which samples to look at first, and how good a reconstruction is. */
import type { SampleAnswers, SampleImage } from '#engine/protocol/run.ts';

export type ClassificationSample = Extract<
  SampleAnswers,
  { kind: 'classification' }
>['samples'][number];

/** One probability is that of the second of two classes; the first one's follows. */
export function classShares(probabilities: Float32Array): Float32Array {
  const [only = 0] = probabilities;
  return probabilities.length === 1 ? Float32Array.of(1 - only, only) : probabilities;
}

export function predictedClass(probabilities: Float32Array): number {
  let best = 0;
  probabilities.forEach((share, i) => {
    if (share > (probabilities[best] ?? -1)) best = i;
  });
  return best;
}

/** Highest loss first; else as the data set has them. */
export function inOrder<S extends { readonly loss: number }>(
  samples: readonly S[],
  worstFirst: boolean,
): readonly S[] {
  return worstFirst ? samples.toSorted((a, b) => b.loss - a.loss) : samples;
}

/** 10 log10(255² / mean squared error) between two images of the same size; infinite when equal. */
export function psnrDb(a: SampleImage, b: SampleImage): number {
  let sum = 0;
  for (let i = 0; i < a.pixels.length; i++) {
    const difference = (a.pixels[i] ?? 0) - (b.pixels[i] ?? 0);
    sum += difference * difference;
  }
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * a.pixels.length) / sum);
}

export function sameImage(a: SampleImage, b: SampleImage): boolean {
  return a.pixels.length === b.pixels.length && a.pixels.every((pixel, i) => pixel === b.pixels[i]);
}
