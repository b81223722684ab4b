/** Histograms as cards and the inspector show them. Heights by square root, so that tails are seen. */
import type { Histogram } from '#engine/protocol/run.ts';
import { formatEnd, formatPercent } from '../ui/format.ts';
import type { ChartColors } from './colors.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface HistogramStyle {
  readonly color: string;
  readonly alpha?: number;
  /** `linear` for weights in the inspector, where the shape is the message. */
  readonly heights?: 'root' | 'linear';
  /** Between bars, px. */
  readonly gap?: number;
  /** Exact zeros: above a fifth their bar is clipped and the share written. */
  readonly zeroShare?: number;
  /** Ends under the bars, within the box. */
  readonly ends?: boolean;
  /** A `0` between the ends, where it has room. */
  readonly zeroMark?: boolean;
  /** Text under the bars instead of the ends. */
  readonly caption?: string;
  readonly fontSize?: number;
}

const CLIP_ZEROS_ABOVE = 0.2;
/** Narrower bars than this are joined. */
const MIN_BAR_PX = 1.8;

/** Bar heights in 0..1. A spike of zeros does not press the rest flat. */
export function barHeights(
  counts: Float32Array,
  bars: number,
  { heights = 'root', zeroShare = 0 }: Pick<HistogramStyle, 'heights' | 'zeroShare'>,
): Float32Array {
  const joined = new Float32Array(bars);
  for (let i = 0; i < counts.length; i++) {
    const bar = Math.min(bars - 1, Math.floor((i * bars) / counts.length));
    joined[bar] = (joined[bar] ?? 0) + (counts[i] ?? 0);
  }
  if (heights === 'root') {
    for (let i = 0; i < bars; i++) joined[i] = Math.sqrt(joined[i] ?? 0);
  }
  let most = 0;
  let second = 0;
  for (const height of joined) {
    if (height > most) {
      second = most;
      most = height;
    } else if (height > second) second = height;
  }
  const top = zeroShare > CLIP_ZEROS_ABOVE && second > 0 ? Math.min(most, second * 1.25) : most;
  return top > 0 ? joined.map((height) => Math.min(1, height / top)) : joined;
}

export function drawHistogram(
  context: CanvasRenderingContext2D,
  box: Box,
  histogram: Histogram,
  colors: ChartColors,
  style: HistogramStyle,
): void {
  const { x, y, width } = box;
  const fontSize = style.fontSize ?? 9;
  const labelled = style.ends === true || style.caption !== undefined;
  const height = labelled ? box.height - fontSize - 4 : box.height;
  const bars = Math.max(1, Math.min(histogram.counts.length, Math.floor(width / MIN_BAR_PX)));
  const step = width / bars;
  const gap = Math.min(style.gap ?? 0.6, step / 3);
  const zero = ((0 - histogram.min) / (histogram.max - histogram.min)) * width;

  if (zero > 1 && zero < width - 1) {
    context.strokeStyle = colors.line3;
    context.lineWidth = 1;
    context.setLineDash([2, 2]);
    context.beginPath();
    context.moveTo(x + zero, y);
    context.lineTo(x + zero, y + height);
    context.stroke();
    context.setLineDash([]);
  }
  context.fillStyle = style.color;
  context.globalAlpha = style.alpha ?? 0.75;
  context.beginPath();
  barHeights(histogram.counts, bars, style).forEach((share, i) => {
    if (share <= 0) return;
    const bar = Math.max(0.8, share * height);
    context.rect(x + i * step, y + height - bar, Math.max(0.5, step - gap), bar);
  });
  context.fill();
  context.globalAlpha = 1;
  context.fillStyle = colors.axis;
  context.fillRect(x, y + height, width, 1);

  context.font = `400 ${fontSize}px ${colors.fontUi}`;
  const baseline = y + box.height - 2;
  if (style.caption !== undefined) {
    context.fillStyle = colors.text3;
    context.textAlign = 'left';
    context.fillText(style.caption, x, baseline, width);
  } else if (style.ends === true) {
    context.fillStyle = colors.text3;
    context.textAlign = 'left';
    const range = histogram.max - histogram.min;
    context.fillText(formatEnd(histogram.min, range), x, baseline);
    context.textAlign = 'right';
    context.fillText(formatEnd(histogram.max, range), x + width, baseline);
    if (style.zeroMark === true && zero > 36 && zero < width - 36) {
      context.textAlign = 'center';
      context.fillText('0', x + zero, baseline);
    }
  }
  if ((style.zeroShare ?? 0) > CLIP_ZEROS_ABOVE) {
    // Beside the clipped bar; when that stands in the middle, where the distribution has fallen off.
    const label = `${formatPercent(style.zeroShare ?? 0, 0)} zero`;
    context.textAlign = 'left';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = colors.raised;
    const at = zero < width / 3 ? x + Math.max(0, zero) + 6 : x;
    context.strokeText(label, at, y + fontSize - 1);
    context.fillStyle = colors.text2;
    context.fillText(label, at, y + fontSize - 1);
  }
  context.textAlign = 'left';
}
