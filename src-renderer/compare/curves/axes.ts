/**
 * Where the points of a run stand on the axis that several runs share. Runs differ in batch size, in epochs and
 * in when they were made, so each axis but the step needs to know its run. Pure.
 */
import type { RunSettings } from '#engine/runs/index.ts';
import type { RunSummary } from '#engine/protocol/run.ts';
import { own } from '#engine/ir/record.ts';
import { derived } from '#renderer/state/derivedColumns.ts';
import type { SeriesView } from '#renderer/state/series.ts';
import { formatCompact, formatInteger, formatNumber } from '#renderer/ui/format.ts';

export const OVERLAY_AXES = ['step', 'epoch', 'time', 'clock', 'samples'] as const;
export type OverlayAxis = (typeof OVERLAY_AXES)[number];

export const AXIS_TITLES: Readonly<Record<OverlayAxis, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  time: 'Relative time',
  clock: 'Wall clock',
  samples: 'Samples seen',
};

/** What the axes need to know of a run. */
export interface RunScale {
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
}

export function scaleOf(run: RunSummary, settings: RunSettings): RunScale {
  const batchSize = own(settings, 'training.batchSize');
  return {
    stepsPerEpoch: Math.max(1, run.progress.stepsPerEpoch),
    batchSize: typeof batchSize === 'number' ? batchSize : 1,
    startedAtMs: Date.parse(run.createdAt),
  };
}

/** Of what a unit of the axis is: steps, epochs, seconds of training, milliseconds since 1970, samples. */
export function placesOn(axis: OverlayAxis, series: SeriesView, scale: RunScale): Float64Array {
  const { stepsPerEpoch, batchSize, startedAtMs } = scale;
  const of = (name: 'step' | 'timeMs', by: number, place: (value: number) => number) =>
    derived(series, axis, String(by), () => series.column(name).map(place));
  switch (axis) {
    case 'step':
      return series.column('step');
    case 'epoch':
      return of('step', stepsPerEpoch, (step) => step / stepsPerEpoch);
    case 'time':
      return of('timeMs', 0, (ms) => ms / 1000);
    case 'clock':
      return of('timeMs', startedAtMs, (ms) => startedAtMs + ms);
    case 'samples':
      return of('step', batchSize, (step) => step * batchSize);
  }
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_MS = 86_400_000;

/** `span`: how much the axis shows, so that a tick says no more than it needs to. */
export function formatPlace(value: number, axis: OverlayAxis, span = 0): string {
  switch (axis) {
    case 'step':
      return formatInteger(value);
    case 'epoch':
      return formatNumber(value, 3);
    case 'time':
      return value < 120 ? `${formatNumber(value, 3)} s` : `${formatNumber(value / 60, 3)} min`;
    case 'clock':
      return span > DAY_MS
        ? `${day.format(value)} ${clock.format(value).slice(0, 5)}`
        : clock.format(value);
    case 'samples':
      return formatCompact(value);
  }
}
