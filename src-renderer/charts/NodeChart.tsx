/**
 * The picture area of a node's card, drawn on a canvas that redraws itself when the live view has news
 * of this node. Rendering it is rare: a new analysis, another zoom level, another overlay.
 */
import { memo, useCallback } from 'react';
import { useStore } from 'zustand';
import { metricKey } from '#engine/metrics/names.ts';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import { dataPreviews } from '../app/services.ts';
import { live } from '../state/live.ts';
import { isRunOfDocument } from '../state/runOfDocument.ts';
import { runs } from '../state/runs.ts';
import { lowerBound, smooth, smoothingWeight } from '../state/series.ts';
import { timeline } from '../state/timeline.ts';
import { viewStore } from '../state/view.ts';
import { chartColors, type ChartColors } from './colors.ts';
import { sourceOf } from './dataSource.ts';
import { drawData } from './drawData.ts';
import { drawActivation, drawGradient, drawLoss, drawStatic, pictureBox } from './drawNode.ts';
import type { Box } from './drawHistogram.ts';
import type { Surface } from './painter.ts';
import { useCanvas, type Subscribe } from './useCanvas.ts';
import './charts.css';

export interface NodeChartProps {
  readonly node: NodeAnalysis;
  /** `compact`: the histogram alone over the full width, no text (zoom 0.5 to 0.75). */
  readonly detail?: 'full' | 'compact';
  /** Zoom the card is shown at, in coarse steps: the resolution, so that it stays sharp. */
  readonly scale?: number;
}

/** Smoothed steps of the loss card's sparkline. */
const LOSS_STEPS = 160;
const LOSS_SMOOTHING = 0.9;
const RUN_UP = 200;

const subscribeSeries: Subscribe = (redraw) => {
  const stops = [runs.subscribeSeries(redraw), timeline.store.subscribe(redraw)];
  return () => {
    for (const stop of stops) stop();
  };
};
const subscribePreviews: Subscribe = (redraw) => dataPreviews.subscribe(redraw);
const never: Subscribe = () => () => {};

export const NodeChart = memo(function NodeChart({
  node,
  detail = 'full',
  scale = 1,
}: NodeChartProps) {
  const overlay = useStore(viewStore, (view) => view.overlay);
  const { id } = node;
  const category = node.definition?.category;
  const compact = detail === 'compact';
  const subscribeNode = useCallback<Subscribe>((redraw) => live.subscribe(id, redraw), [id]);

  const draw = (surface: Surface): void => {
    const colors = chartColors();
    const color = category ? colors.category[category] : colors.text3;
    const box = pictureBox(surface, node, compact);
    if (category === 'Data' && drawSource(surface, box, node, colors, color, compact)) return;
    if (
      overlay !== 'off' &&
      isRunOfDocument() &&
      drawLive(surface, box, node, overlay, colors, color, compact)
    )
      return;
    drawStatic(surface, box, node, colors, color, compact);
  };
  const canvas = useCanvas(
    draw,
    [
      subscribeNode,
      category === 'Loss' ? subscribeSeries : never,
      category === 'Data' ? subscribePreviews : never,
    ],
    { scale },
  );
  return <canvas ref={canvas.ref} className="node-chart" aria-hidden="true" />;
});

/** True when something was drawn. */
function drawLive(
  surface: Surface,
  box: Box,
  node: NodeAnalysis,
  overlay: 'activations' | 'gradients',
  colors: ChartColors,
  color: string,
  compact: boolean,
): boolean {
  if (node.definition?.category === 'Loss') {
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
