/**
 * The picture of a node: what is drawn of it, live when a run is on show, else what the layer does.
 * Where it is drawn is another's matter: on the sheet under the camera (canvas/CardPictures.tsx) or on a
 * canvas of its own (NodeChart.tsx).
 */
import { metricKey } from '#engine/metrics/names.ts';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { dataPreviews } from '../app/services.ts';
import { live } from '../state/live.ts';
import { isRunOfDocument } from '../state/runOfDocument.ts';
import { runs } from '../state/runs.ts';
import { lowerBound, smooth, smoothingWeight } from '../state/series.ts';
import { timeline } from '../state/timeline.ts';
import { viewStore } from '../state/view.ts';
import { chartColors, type ChartColors, layerChartColor } from './colors.ts';
import { sourceOf } from './dataSource.ts';
import { drawData } from './drawData.ts';
import { drawActivation, drawGradient, drawLoss, drawStatic, pictureBox } from './drawNode.ts';
import { drawHeat, heatFigure } from './drawHeat.ts';
import { silenceText } from './silenceText.ts';
import type { Box } from './drawHistogram.ts';
import type { Surface } from './painter.ts';

/** `compact`: from afar: the channels through time instead of the histogram, no text but one figure. */
export type Detail = 'full' | 'compact';

/** Smoothed steps of the loss card's sparkline. */
const LOSS_STEPS = 160;
const LOSS_SMOOTHING = 0.9;
const RUN_UP = 200;

/** From afar: the zoom, for what keeps its size on screen, and what of the room above is taken. */
interface Afar {
  readonly zoom: number;
  readonly top: number;
}

export function drawNode(
  surface: Surface,
  node: NodeAnalysis,
  detail: Detail,
  { zoom, top }: Afar = { zoom: 1, top: 0 },
): void {
  const { overlay } = viewStore.getState();
  const compact = detail === 'compact';
  const colors = chartColors();
  const color = layerChartColor(colors, node.definition);
  const box = below(pictureBox(surface, node, compact), top);
  if (node.definition?.role === 'data' && drawSource(surface, box, node, colors, color, compact))
    return;
  if (
    overlay !== 'off' &&
    isRunOfDocument() &&
    drawLive(surface, box, node, overlay, colors, color, compact, zoom)
  )
    return;
  drawStatic(surface, box, node, colors, color, compact);
}

/**
 * Calls back when the pictures of these categories have news. Each kind of picture has a source of its own:
 * the frame on show, the curve of the loss, the samples of the data.
 */
export function subscribePictures(changed: (of: 'data' | 'loss' | 'layers') => void): () => void {
  const stops = [
    live.subscribeFrames(() => changed('layers')),
    runs.subscribeSeries(() => changed('loss')),
    timeline.store.subscribe(() => changed('loss')),
    dataPreviews.subscribe(() => changed('data')),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function below(box: Box, top: number): Box {
  return { ...box, y: box.y + top, height: box.height - top };
}

/** True when something was drawn. */
function drawLive(
  surface: Surface,
  box: Box,
  node: NodeAnalysis,
  overlay: 'activations' | 'gradients',
  colors: ChartColors,
  color: string,
  compact: boolean,
  zoom: number,
): boolean {
  if (node.definition?.role === 'loss') {
    const losses = lossesUpToNow(node.id);
    if (losses.length < 2) return false;
    // Smoothing needs a run-up before the window it is shown in.
    const weight = smoothingWeight(LOSS_SMOOTHING, losses.length);
    const recent = smooth(losses.slice(-LOSS_STEPS - RUN_UP), weight).slice(-LOSS_STEPS);
    drawLoss(surface, box, recent, colors, color, compact);
    return true;
  }
  const telemetry = live.node(node.id);
  if (!telemetry) return false;
  if (overlay === 'gradients' && compact && telemetry.gradientNorm === undefined) return false;
  if (overlay === 'activations') {
    const heat = compact ? live.heat(node.id) : null;
    if (heat) {
      const { tone } = silenceText(live.frame, node.id) ?? { tone: 'plain' };
      drawHeat(surface, box, heat, heatFigure(telemetry, tone), colors, zoom);
      return true;
    }
    drawActivation(surface, box, telemetry, colors, color, compact);
    return true;
  }
  const column = live.gradientColumns.indexOf(node.id);
  const logNorm = Float32Array.from(live.gradientRows, (row) => row.logNorm[column] ?? Number.NaN);
  const weight = live.weightOf(node.id);
  drawGradient(surface, box, { logNorm, node: telemetry, weight }, colors, color, compact);
  return true;
}

/** Of this loss, where it is one of several; in the past those of then. */
function lossesUpToNow(node: string): Float64Array {
  const { train } = runs.series();
  const { step } = timeline.store.getState();
  const own = metricKey(node, 'loss');
  const losses = train.column(train.names.includes(own) ? own : 'loss');
  return step === 'live' ? losses : losses.subarray(0, lowerBound(train.column('step'), step + 1));
}

function drawSource(
  { context }: Surface,
  box: Box,
  node: NodeAnalysis,
  colors: ChartColors,
  color: string,
  compact: boolean,
): boolean {
  const reference = sourceOf(node);
  if (!reference) return false;
  const description = dataPreviews.get(reference.source, reference.options);
  return description !== null && drawData(context, box, description, colors, color, compact);
}
