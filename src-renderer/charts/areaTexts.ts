/** What is written beside the title of each curve of a class, in the order of CLASS_CURVE_KINDS. */
import { formatFixed } from '../ui/format.ts';
import type { ClassScores } from './classCurves.ts';

export function areaTexts({ rocAuc, prAuc, calibration }: ClassScores): readonly string[] {
  const area = (value: number): string =>
    Number.isNaN(value) ? '' : `AUC ${formatFixed(value, 4)}`;
  const { samples, positives, scores } = calibration;
  const all = samples.reduce((sum, each) => sum + each, 0);
  const apart = samples.reduce(
    (sum, count, i) => sum + Math.abs((positives[i] ?? 0) - (scores[i] ?? 0) * count),
    0,
  );
  return [area(rocAuc), area(prAuc), all === 0 ? '' : `ECE ${formatFixed(apart / all, 4)}`];
}
