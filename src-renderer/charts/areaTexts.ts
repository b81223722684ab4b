/** What is written beside the title of each curve of a class, in the order of CLASS_CURVE_KINDS. */
import { formatFixed } from '../ui/format.ts';
import { calibrationError, type ClassScores } from './classCurves.ts';

export function areaTexts(scores: ClassScores): readonly string[] {
  const told = (what: string, value: number): string =>
    Number.isNaN(value) ? '' : `${what} ${formatFixed(value, 4)}`;
  const { rocAuc, prAuc } = scores;
  return [told('AUC', rocAuc), told('AUC', prAuc), told('ECE', calibrationError(scores))];
}
