/** Answers in words. Pure. */
import type { PlayerOutput } from '#engine/export/player/model.ts';
import { formatFixed } from '#engine/runs/numberText.ts';
import { valueText } from '../numbers.ts';

/** `98.2 %`; what is close to none or all says so instead of rounding to it. */
export function shareText(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (percent < 100 && percent >= 99.95) return '> 99.9 %';
  return `${formatFixed(percent, 1)} %`;
}

/** What is right, as examples say it. */
export function truthWords(output: PlayerOutput, truth: Float32Array): string {
  if (output.kind === 'classes' || output.kind === 'chance') {
    return output.classes?.[truth[0] ?? 0] ?? String(truth[0] ?? '');
  }
  const factor = output.kind === 'numbers' ? output.factor : 1;
  return [...truth.subarray(0, 3)].map((value) => valueText(value * factor)).join(', ');
}
