/** The clock of the run on show: what it may stand on, and moving it. The one place that moves it. */
import type { RunSummary } from '#engine/protocol/run.ts';
import { live } from '../state/live.ts';
import { runs, runStore, shownRun } from '../state/runs.ts';
import { moved, snapped, timeline, type TimelineStep } from '../state/timeline.ts';
import { clockModel, eventNear, type ClockModel } from './clockModel.ts';

export function modelOf(run: RunSummary): ClockModel {
  return clockModel(run, runs.series(), runs.session() ?? { events: [], log: [] });
}

/** To the recorded step nearest to this one, or to an event within reach. */
export function lookAt(model: ClockModel, step: number, reach = 0): void {
  const event = eventNear(model, step, reach);
  timeline.goTo(snapped(live.steps, event?.step ?? step));
}

export function goLive(): void {
  timeline.goTo('live');
}

export function goFirst(): void {
  timeline.goTo(live.steps[0] ?? 'live');
}

export function moveBy(records: number): void {
  timeline.goTo(moved(live.steps, timeline.store.getState().step, records));
}

/** To the next event in a direction; after the last one it is live. */
export function moveToEvent(direction: 1 | -1): void {
  const run = shownRun(runStore.getState());
  const { steps } = live;
  const newest = steps.at(-1);
  if (!run || newest === undefined) return;
  const events = modelOf(run).events.map(({ step }) => snapped(steps, step));
  const places = [...new Set([steps[0] ?? newest, ...events.filter(isPast), newest])];
  places.sort((a, b) => a - b);
  timeline.goTo(moved(places, timeline.store.getState().step, direction));
}

const isPast = (step: TimelineStep): step is number => step !== 'live';
