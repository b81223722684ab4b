/**
 * How numbers are written anywhere in the window: true minus, thin grouping, a unit after a space,
 * `×` in shapes. Editable fields keep what was typed; these are for reading.
 */
import type { Shape } from '#engine/ir/tensor.ts';
import { formatDuration, formatInteger, formatNumber } from '#engine/runs/numberText.ts';

export * from '#engine/runs/numberText.ts';

/** Remaining time, in whole seconds: `20 s left` without the words. */
export function formatEta(ms: number): string {
  return formatDuration(Math.max(1000, Math.round(ms / 1000) * 1000)).replace(
    /^(\d+)\.0 s$/,
    '$1 s',
  );
}

/** `4,812 samples/s` */
export function formatThroughput(samplesPerSecond: number): string {
  const text =
    Math.abs(samplesPerSecond) < 100
      ? formatNumber(samplesPerSecond, 3)
      : formatInteger(samplesPerSecond);
  return `${text} samples/s`;
}

/** As the inspector shows it: `N × 64 × 14 × 14`. */
export function formatSpacedShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}
