/**
 * How numbers are written anywhere in the window: true minus, thin grouping, a unit after a space,
 * `×` in shapes. Editable fields keep what was typed; these are for reading.
 */
import type { Shape } from '#engine/ir/tensor.ts';
import {
  formatDuration,
  formatExponent,
  formatFixed,
  formatInteger,
  formatNumber,
  notFinite,
  scaled,
} from '#engine/runs/numberText.ts';

export * from '#engine/runs/numberText.ts';

/** As formatNumber, without zeros at the end: `0.47`, `1`. For captions, not for columns. */
export function formatShort(value: number, digits = 3): string {
  const text = formatNumber(value, digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Ends of a histogram, in as few characters as tell: `−2.4`, `17`, `0.05`, `0.0`. */
export function formatEnd(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e4 || (size > 0 && size < 1e-3)) return formatExponent(value, 2);
  if (size >= 10) return formatFixed(value, 0);
  return formatFixed(value, size >= 1 || size === 0 ? 1 : size >= 0.01 ? 2 : 3);
}

/** Rounded size: `402 k`, `18.5 k`, `1,290`, `8.61 M`. */
export function formatCompact(value: number): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const { text, symbol } = scaled(value, 10_000);
  return symbol === '' ? text : `${text} ${symbol}`;
}

/** `402 k params`, `1 param`. */
export function formatParameters(count: number): string {
  return `${formatCompact(count)} ${count === 1 ? 'param' : 'params'}`;
}

/** `452 kFLOP`, `128 FLOP`. */
export function formatFlops(count: number): string {
  const special = notFinite(count);
  if (special !== null) return special;
  const { text, symbol } = scaled(count, 1_000);
  return `${text} ${symbol}FLOP`;
}

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

/** As wires show it: `N×64×14×14`; a scalar reads `scalar`. */
export function formatWireShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

/** As the inspector shows it: `N × 64 × 14 × 14`. */
export function formatSpacedShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}
