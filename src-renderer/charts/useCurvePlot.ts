/** The chart below a legend of curves: follows the run, its clock, and how curves are looked at. */
import { type RefObject, useEffect, useRef } from 'react';
import { curvesStore, type CurvesState } from '../state/curves.ts';
import type { RunView } from '../state/runView.ts';
import { timelineX } from './curveContent.ts';
import { CurvePlot, type PlotContent } from './curvePlot.ts';

const looks = (of: CurvesState): string => JSON.stringify({ ...of, crosshair: null });

/** `content` makes a new chart wherever it is another function. The element that the chart is in gets the ref. */
export function useCurvePlot(
  content: (width: number) => PlotContent | null,
  view: RunView,
  ghost: RunView | null,
): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!container.current) return;
    const plot = new CurvePlot(container.current, content, {
      crosshair: (crosshair) => curvesStore.setState({ crosshair }),
      zoom: (zoom) => curvesStore.setState({ zoom }),
    });
    const showNow = (): void => plot.setNow(timelineX(view));
    showNow();
    const stops = [
      view.timeline.store.subscribe(showNow),
      view.subscribeSeries(plot.invalidate),
      ghost?.subscribeSeries(plot.invalidate) ?? (() => undefined),
      curvesStore.subscribe((state, before) => {
        plot.setCrosshair(state.crosshair);
        if (looks(state) !== looks(before)) plot.redraw();
        if (state.axis !== before.axis) showNow();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      plot.dispose();
    };
  }, [content, view, ghost]);
  return container;
}
