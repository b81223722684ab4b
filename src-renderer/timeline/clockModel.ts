/**
 * What the run clock shows, without pixels of a screen: how far the run is of what is planned, its smoothed
 * loss, and what happened on the way. Steps in, shares of the track's width out. Pure.
 */
import { curveEvents, type CurveEvent, type RunStory } from '../charts/curveModel.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import { decimate, extent, smoothed, smoothingWeight, type RunSeries } from '../state/series.ts';

export interface ClockEvent {
  readonly step: number;
  readonly text: string;
  readonly kind: 'rate' | 'checkpoint' | 'warning' | 'danger';
}

export interface ClockModel {
  /** Steps of the whole track: what is planned, or what became of it. */
  readonly plannedSteps: number;
  readonly recordedSteps: number;
  /** x, y in a row, both 0..1 of the track; y is the loss, high up is high. */
  readonly loss: Float64Array;
  readonly epochs: readonly { readonly step: number; readonly label: string }[];
  readonly events: readonly ClockEvent[];
}

const SMOOTHING = 0.9;
const BUCKETS = 400;
/** More labels than this run into each other. */
const MOST_EPOCHS = 12;

export function clockModel(
  run: Pick<RunSummary, 'progress' | 'best'>,
  series: RunSeries,
  story: RunStory,
): ClockModel {
  const { progress } = run;
  const plannedSteps = Math.max(1, progress.totalSteps, progress.step);
  const stepsPerEpoch = Math.max(1, progress.stepsPerEpoch);
  return {
    plannedSteps,
    recordedSteps: progress.step,
    loss: lossLine(series, plannedSteps),
    epochs: epochsOf(progress.totalEpochs, stepsPerEpoch, plannedSteps),
    events: curveEvents(run, series, story, 'step', stepsPerEpoch).map(eventOf),
  };
}

function lossLine(series: RunSeries, plannedSteps: number): Float64Array {
  const steps = series.train.column('step');
  const line = smoothed(series.train, 'loss', smoothingWeight(SMOOTHING, steps.length));
  const points = decimate(steps, line, [0, plannedSteps], BUCKETS);
  const heights = points.filter((_, i) => i % 2 === 1);
  // A loss below zero (a score, a GAN's) has no logarithm.
  const logarithmic = heights.every((value) => value > 0);
  const scaled = heights.map((value) => (logarithmic ? Math.log10(value) : value));
  const [low, high] = extent(scaled) ?? [0, 1];
  const range = Math.max(high - low, 1e-9);
  return points.map((value, i) =>
    i % 2 === 0 ? value / plannedSteps : ((scaled[(i - 1) / 2] ?? low) - low) / range,
  );
}

function epochsOf(epochs: number, stepsPerEpoch: number, plannedSteps: number) {
  const stride = Math.max(1, Math.ceil(epochs / MOST_EPOCHS));
  const starts = Array.from({ length: Math.ceil(epochs / stride) }, (_, i) => i * stride);
  return starts
    .map((epoch) => ({ step: epoch * stepsPerEpoch, label: `epoch ${epoch + 1}` }))
    .filter(({ step }) => step < plannedSteps);
}

function eventOf({ x, text, tone }: CurveEvent): ClockEvent {
  const kind =
    tone === 'danger'
      ? 'danger'
      : tone === 'warn'
        ? 'warning'
        : /checkpoint/i.test(text)
          ? 'checkpoint'
          : 'rate';
  return { step: x, text, kind };
}

/** The step under a place on the track, 0..1. */
export function stepAt(model: ClockModel, share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * model.plannedSteps);
}

/** The event within reach of a step, the nearest; the handle snaps to it. */
export function eventNear(model: ClockModel, step: number, reach: number): ClockEvent | null {
  let best: ClockEvent | null = null;
  for (const event of model.events) {
    const distance = Math.abs(event.step - step);
    if (distance <= reach && (best === null || distance < Math.abs(best.step - step))) best = event;
  }
  return best;
}
