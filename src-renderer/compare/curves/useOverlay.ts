/** The compared runs as charts need them: their series, where they stand, how they are called and coloured. */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { RunRow } from '#engine/protocol/run.ts';
import { measuredIn, type ReadableSeries } from '#renderer/state/series.ts';
import type { RunView } from '#renderer/state/runView.ts';
import { compareStore } from '../compareStore.ts';
import { useComparedViews } from '../compared.ts';
import { useVersionOf } from '#renderer/ui/useVersionOf.ts';
import { runLabels } from '../runLabels.ts';
import { scaleOf, type RunScale } from './axes.ts';
import { stepsIn, type OverlayRun } from './overlayModel.ts';

export interface OverlaySource {
  readonly run: RunRow;
  readonly label: string;
  readonly view: RunView;
  readonly scale: RunScale;
  /** Its colour is another run's of these already. */
  readonly isRepeated: boolean;
}

type Views = ReadonlyMap<string, RunView>;
interface Made {
  readonly views: Views;
  readonly sources: readonly OverlaySource[];
}
/** Sections that show the same runs share them, and with them what is worked out of their points. */
const made = new WeakMap<readonly RunRow[], Made>();

export function useSources(runs: readonly RunRow[]): readonly OverlaySource[] {
  const views = useComparedViews();
  return useMemo(() => {
    const known = made.get(runs);
    if (known?.views === views) return known.sources;
    const sources = sourcesOf(runs, views);
    made.set(runs, { views, sources });
    return sources;
  }, [runs, views]);
}

function sourcesOf(runs: readonly RunRow[], views: Views): readonly OverlaySource[] {
  const labels = runLabels(runs.map(({ name }) => name));
  return runs.flatMap((run, i) => {
    const view = views.get(run.id);
    if (!view) return [];
    const isRepeated = runs.slice(0, i).some(({ colorSlot }) => colorSlot === run.colorSlot);
    const scale = scaleOf(run, run.settings);
    return [{ run, label: labels[i] ?? run.name, view, scale, isRepeated }];
  });
}

/**
 * The series of a metric as they are drawn: of a part that is looked at as fine as they came by now. `width`:
 * drawn so wide now, so that what is finer is asked for.
 */
export function overlayRuns(
  sources: readonly OverlaySource[],
  metric: string,
  width?: number,
): readonly OverlayRun[] {
  const { zoom, axis } = compareStore.getState();
  return sources.map(({ run, view, scale }) => {
    const session = view.session();
    const whole = view.series();
    const of = (series: ReadableSeries): OverlayRun => ({ id: run.id, series, scale });
    if (!zoom || !session) return of(whole);
    const range = stepsIn(of(whole), axis, zoom);
    if (width !== undefined) session.zoomed.look(metric, session.series, range, width);
    return of(session.zoomed.seriesOf(metric, session.series, range));
  });
}

/** Told when any of them has more. */
export function useOnSeries(
  sources: readonly OverlaySource[],
): (changed: () => void) => () => void {
  return useCallback(
    (changed: () => void) => {
      const stops = sources.map(({ view }) => view.subscribeSeries(changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [sources],
  );
}

/** Not in the name of any node. */
const BETWEEN = '\n';

/** What any of the runs has measured, in the order that lists have. */
export function useMeasured(sources: readonly OverlaySource[]): readonly string[] {
  // As one string, so that a component renders when the set changes.
  const key = useSyncExternalStore(useOnSeries(sources), () =>
    [...new Set(sources.flatMap(({ view }) => measuredIn(view.series())))].join(BETWEEN),
  );
  return useMemo(() => (key === '' ? [] : key.split(BETWEEN)), [key]);
}

/** Renders again when series grew, but not more often than people read. */
export const useSeriesVersion = (sources: readonly OverlaySource[]): number =>
  useVersionOf(useOnSeries(sources));
