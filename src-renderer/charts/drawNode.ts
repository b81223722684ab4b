/** What stands in the picture area of a card: live when there is telemetry, else what the layer does. */
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { NodeTelemetry, ParameterTelemetry } from '#engine/protocol/run.ts';
import { formatExponent, formatFixed, formatNumber } from '../ui/format.ts';
import type { ChartColors } from './colors.ts';
import { drawHistogram, type Box } from './drawHistogram.ts';
import { drawBars, drawCurve, drawPicture, drawSparkline } from './drawPicture.ts';
import { drawSizes } from './drawSizes.ts';
import type { Surface } from './painter.ts';
import { staticPicture, type StaticPicture } from '#engine/drawing/staticPicture.ts';
import { formatUpdateRatio, isUpdateRatioOdd } from './updateRatio.ts';

const HISTOGRAM_WIDTH = 74;
const PICTURE_SIZE = 44;
/** Histogram, gap, picture. */
const BOTH_FIT = HISTOGRAM_WIDTH + 8 + PICTURE_SIZE;
const UNTRAINED_ALPHA = 0.38;

/** Room beside the names of ports, which the card writes inside its edges when there are several. */
export function pictureBox(surface: Surface, node: NodeAnalysis, compact: boolean): Box {
  const { width, height } = surface;
  const left = compact ? 0 : nameRoom(node.ports.in);
  const right = compact ? 0 : nameRoom(node.ports.out);
  return { x: left, y: 0, width: Math.max(24, width - left - right), height };
}

/** Names are written in 9.5 px, a little under 5 px a letter; a single port goes without. */
function nameRoom(ports: readonly string[]): number {
  return ports.length > 1 ? Math.max(...ports.map((port) => port.length)) * 4.8 + 4 : 0;
}

const statics = new WeakMap<NodeAnalysis, StaticPicture>();

/** Analysis of unchanged nodes is reused, so this is computed once per change of a node. */
function staticOf(node: NodeAnalysis): StaticPicture {
  let picture = statics.get(node);
  if (!picture) statics.set(node, (picture = staticPicture(node)));
  return picture;
}

export function drawStatic(
  { context }: Surface,
  box: Box,
  node: NodeAnalysis,
  colors: ChartColors,
  color: string,
  compact: boolean,
): void {
  const picture = staticOf(node);
  switch (picture.kind) {
    case 'weights':
      drawHistogram(context, box, picture.histogram, colors, {
        color,
        alpha: UNTRAINED_ALPHA,
        heights: 'linear',
        ...(compact ? {} : { caption: picture.caption }),
      });
      break;
    case 'curve': {
      const inset = { x: box.x, y: box.y + 3, width: box.width, height: box.height - 14 };
      drawCurve(context, inset, picture.xs, picture.ys, colors, color);
      break;
    }
    case 'bars':
      context.save();
      context.globalAlpha = UNTRAINED_ALPHA;
      drawBars(context, { ...box, height: box.height - 13 }, picture.values, colors, color);
      context.restore();
      break;
    case 'sizes':
      drawSizes(context, box, picture, colors, color, compact);
      break;
    default:
      picture satisfies never;
  }
}

/** Distribution at the left, picture at the right where both fit. */
export function drawActivation(
  { context }: Surface,
  box: Box,
  telemetry: NodeTelemetry,
  colors: ChartColors,
  color: string,
  compact: boolean,
): void {
  const { picture } = telemetry;
  const both = !compact && picture !== undefined && box.width >= BOTH_FIT - 2;
  const width = both ? box.width - PICTURE_SIZE - 8 : box.width;
  drawHistogram(context, { ...box, width }, telemetry.activation, colors, {
    color: telemetry.nonFiniteShare > 0 ? colors.danger : color,
    zeroShare: compact ? 0 : telemetry.zeroShare,
    ends: !compact,
  });
  if (both) {
    const place = { x: box.x + box.width - PICTURE_SIZE, y: box.y, width: PICTURE_SIZE };
    drawPicture(context, { ...place, height: PICTURE_SIZE }, picture, colors, color);
  }
}

/** The loss: its number, and how it went lately. */
export function drawLoss(
  { context }: Surface,
  box: Box,
  smoothed: Float64Array,
  colors: ChartColors,
  color: string,
  compact: boolean,
): void {
  const last = smoothed.at(-1);
  if (last === undefined) return;
  if (!compact) {
    context.font = `600 13px ${colors.fontUi}`;
    context.textAlign = 'right';
    context.fillStyle = Number.isFinite(last) ? colors.text1 : colors.danger;
    context.fillText(formatNumber(last, last < 1 ? 3 : 4), box.x + box.width, box.y + 11);
    context.textAlign = 'left';
  }
  const top = compact ? 4 : 18;
  const line = { x: box.x, y: box.y + top, width: box.width, height: box.height - top - 6 };
  drawSparkline(context, line, smoothed, color, { logarithmic: smoothed.every((v) => v > 0) });
}

export interface GradientTrace {
  /** log10 of the gradient norm, oldest first. */
  readonly logNorm: Float32Array;
  readonly node: NodeTelemetry;
  readonly weight: ParameterTelemetry | undefined;
}

/** How strongly the loss pulls at this node, lately; and how far its weight moves for it. */
export function drawGradient(
  { context }: Surface,
  box: Box,
  { logNorm, node, weight }: GradientTrace,
  colors: ChartColors,
  color: string,
  compact: boolean,
): void {
  const { gradientNorm } = node;
  if (gradientNorm === undefined) {
    context.font = `400 9px ${colors.fontUi}`;
    context.fillStyle = colors.text3;
    context.fillText('no gradient here', box.x, box.y + box.height / 2, box.width);
    return;
  }
  const text = compact ? 0 : 12;
  if (!compact) {
    context.font = `500 10px ${colors.fontUi}`;
    context.fillStyle = Number.isFinite(gradientNorm) ? colors.text2 : colors.danger;
    context.fillText(`|∂L/∂y| ${formatExponent(gradientNorm, 2)}`, box.x, box.y + 9);
    if (weight) {
      const { updateRatio } = weight;
      context.font = `400 9px ${colors.fontUi}`;
      context.fillStyle = isUpdateRatioOdd(updateRatio) ? colors.warn : colors.text3;
      const ratio = `update/weight ${formatUpdateRatio(updateRatio)}`;
      context.fillText(ratio, box.x, box.y + box.height - 2, box.width);
    }
  }
  const line = {
    x: box.x,
    y: box.y + text + 4,
    width: box.width,
    height: box.height - 2 * text - 8,
  };
  drawSparkline(context, line, logNorm, color);
}

/** For screen readers, who have no canvas. */
export function describeTelemetry(telemetry: NodeTelemetry): string {
  const { activation, mean, standardDeviation, zeroShare } = telemetry;
  return (
    `activations ${formatNumber(activation.min, 3)} to ${formatNumber(activation.max, 3)}, ` +
    `mean ${formatNumber(mean, 3)}, standard deviation ${formatNumber(standardDeviation, 3)}, ` +
    `${formatFixed(zeroShare * 100, 0)}% zero`
  );
}
