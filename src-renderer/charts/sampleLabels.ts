/** What a network makes of the labels that a sample may have several of: which it tells, which of these are right. */

/** `right`: has it and is told to. `missed`: has it and is not. `false`: is told to have it and has not. */
export type LabelVerdict = 'right' | 'missed' | 'false';

export interface ToldLabel {
  readonly name: string;
  readonly probability: number;
  readonly verdict: LabelVerdict;
}

/** Told above it, as metrics and the confusion matrix count. */
const TOLD_ABOVE = 0.5;

interface Answer {
  readonly labels: Uint8Array;
  readonly probabilities: Float32Array;
}

/** Those that the sample has or is told to have, in the order of the data. */
export function toldLabels(
  { labels, probabilities }: Answer,
  names: readonly string[],
): readonly ToldLabel[] {
  return names.flatMap((name, i) => {
    const probability = probabilities[i] ?? Number.NaN;
    const [has, told] = [labels[i] === 1, probability > TOLD_ABOVE];
    if (!has && !told) return [];
    return [{ name, probability, verdict: has ? (told ? 'right' : 'missed') : 'false' }];
  });
}

export const namesOfLabels = (labels: Uint8Array, names: readonly string[]): string =>
  names.filter((_, i) => labels[i] === 1).join(', ') || 'none';

export const VERDICTS: Readonly<
  Record<LabelVerdict, { readonly mark: string; readonly means: string }>
> = {
  right: { mark: '✓', means: 'right' },
  missed: { mark: '−', means: 'has it, not told' },
  false: { mark: '✗', means: 'told, has it not' },
};
