/**
 * Which run a part of the page shows, at which step, by React context: several may be on screen at once
 * (comparisons). Without a provider it is the run on show, at the step of the page's clock. What draws off
 * React's path is handed the view.
 */
import { createContext, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import type { RunLogEntry, RunSummary } from '#engine/protocol/run.ts';
import { live, LiveView } from './live.ts';
import { runs, shownRun, type Runs } from './runs.ts';
import type { RunSession, SessionNews } from './runSession.ts';
import { createRunSeries, type RunSeries } from './series.ts';
import { timeline, type Timeline, type TimelineStep } from './timeline.ts';

export interface RunView {
  /** What is seen of its inside, at the step of `timeline`. */
  readonly live: LiveView;
  readonly timeline: Timeline;
  /** Null where no run is shown, or its record is not kept. */
  session(): RunSession | null;
  run(): RunSummary | null;
  /** Empty where no run is shown. */
  series(): RunSeries;
  /** Oldest first; the same list until there is more of it. */
  log(): readonly RunLogEntry[];
  /** Told when another run is shown, of every change to what its summary says, and of what is logged. */
  subscribe(listener: () => void): () => void;
  /** Told when points or events were added, or another run is shown. */
  readonly subscribeSeries: (listener: () => void) => () => void;
}

/** The run on show. */
export const shownRunView: RunView = {
  live,
  timeline,
  session: () => runs.session(),
  run: () => shownRun(runs.store.getState()),
  series: () => runs.series(),
  // With what the engine told of no run.
  log: () => runs.store.getState().log,
  subscribe: (listener) => runs.store.subscribe(listener),
  subscribeSeries: (listener) => runs.subscribeSeries(listener),
};

const NO_SERIES = createRunSeries();
const NO_LOG: readonly RunLogEntry[] = [];

/** One run, whatever is on show: kept until `release`. Several may share a clock. */
export function viewOfRun(
  of: Pick<Runs, 'store' | 'hold' | 'sessionOf'>,
  runId: string,
  clock: Timeline,
): RunView & { readonly release: () => void } {
  const release = of.hold(runId);
  const view = new LiveView(clock);
  const session = (): RunSession | null => of.sessionOf(runId);
  const onNews = (listener: () => void, isMeant: (news: SessionNews) => boolean) =>
    session()?.subscribe((news) => {
      if (isMeant(news)) listener();
    }) ?? (() => undefined);
  view.show(session());
  return {
    live: view,
    timeline: clock,
    session,
    run: () => own(of.store.getState().runs, runId) ?? null,
    series: () => session()?.series ?? NO_SERIES,
    log: () => session()?.log ?? NO_LOG,
    subscribe(listener) {
      const stops = [of.store.subscribe(listener), onNews(listener, (news) => news === 'log')];
      return () => {
        for (const stop of stops) stop();
      };
    },
    subscribeSeries: (listener) =>
      onNews(listener, (news) => news === 'series' || news === 'events' || news === 'all'),
    release() {
      view.show(null);
      release();
    },
  };
}

export const RunViewContext = createContext<RunView>(shownRunView);

export function useRunView(): RunView {
  return useContext(RunViewContext);
}

/** Of the run that this part of the page shows. `select` answers the same for the same. */
export function useShownRun<T>(select: (run: RunSummary | null) => T): T {
  const view = useRunView();
  return useSyncExternalStore(
    (changed) => view.subscribe(changed),
    () => select(view.run()),
  );
}

/** Where its clock stands. */
export function useStep(): TimelineStep {
  return useStore(useRunView().timeline.store, (state) => state.step);
}
