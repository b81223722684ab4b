/** Figures of a confusion matrix, and colours for its cells. */
import type { ConfusionFrame } from '#engine/protocol/run.ts';
import type { Ramp } from './colors.ts';

export interface ConfusionStats {
  readonly total: number;
  readonly accuracy: number;
  readonly rowTotals: readonly number[];
  /** NaN for a class of which there is no sample. */
  readonly recall: readonly number[];
}

export function confusionStats({
  counts,
  classNames,
}: Pick<ConfusionFrame, 'counts' | 'classNames'>): ConfusionStats {
  const size = classNames.length;
  const rowTotals = classNames.map((_, row) =>
    counts.subarray(row * size, (row + 1) * size).reduce((sum, count) => sum + count, 0),
  );
  const right = classNames.map((_, row) => counts[row * size + row] ?? 0);
  const total = rowTotals.reduce((sum, count) => sum + count, 0);
  return {
    total,
    accuracy: right.reduce((sum, count) => sum + count, 0) / total,
    rowTotals,
    recall: right.map((count, row) => count / (rowTotals[row] ?? 0)),
  };
}

export interface RampColor {
  readonly css: string;
  /** Relative luminance, 0..1. */
  readonly luminance: number;
}

export function rampColor(ramp: Ramp, share: number): RampColor {
  const at = Math.round(Math.min(1, Math.max(0, share)) * 255) * 3;
  const [red = 0, green = 0, blue = 0] = [ramp[at], ramp[at + 1], ramp[at + 2]];
  const linear = (value: number): number => (value / 255) ** 2.2;
  return {
    css: `rgb(${red} ${green} ${blue})`,
    luminance: 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue),
  };
}

/** Dark or white ink, whichever reads better (equal contrast lies at a luminance of 0.18). */
export function inkOn({ luminance }: RampColor): string {
  return luminance > 0.18 ? 'var(--img-bg)' : 'var(--t-on-fill)';
}
