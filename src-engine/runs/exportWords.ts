/** What the proof of an export says, in words: the dialog, the command line and the model card say the same. */
import type { OutputLoss, Verification } from '../protocol/exportContract.ts';
import { formatExponent, formatPercent } from './numberText.ts';

/** Of the verdict that an output is judged by where numbers are less precise; none of float32. */
export const reducedLosses = ({ precision, losses }: Verification): readonly OutputLoss[] =>
  precision === 'float32' ? [] : losses;

/** `accuracy falls by 0.20%, at most 1.0% is fine` */
export const lossText = ({ output, measure, loss, limit }: OutputLoss): string =>
  `${output}: ${lossWords({ measure, loss })}, at most ${formatPercent(limit, 1)} is fine`;

export function lossWords({ measure, loss }: Pick<OutputLoss, 'measure' | 'loss'>): string {
  const share = formatPercent(Math.abs(loss), 2);
  switch (measure) {
    case 'accuracy':
      if (loss === 0) return 'accuracy stays';
      return `accuracy ${loss > 0 ? 'falls' : 'rises'} by ${share}`;
    case 'class':
      return `another class for ${share} of the samples`;
    case 'deviation':
      return `differs by ${share} of its standard deviation`;
  }
}

export function sameText({ precision, limit }: Verification): string {
  if (precision !== 'float32') return `${precision} costs no more than is fine`;
  return `same answers: within ${formatExponent(limit, 1)} of an output's largest number`;
}

export function differsText({ precision, limit }: Verification): string {
  if (precision !== 'float32') return `${precision} costs more than is fine`;
  return `the answers differ by more than ${formatExponent(limit, 1)} of an output's largest number`;
}
