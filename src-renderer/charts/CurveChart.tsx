/** One metric of a run: its current values as the legend, and the chart below. */
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { metricName } from '#engine/metrics/names.ts';
import { curvesStore, type CurvesState } from '../state/curves.ts';
import { type RunView, useRunView, useShownRun, useStep } from '../state/runView.ts';
import { contentOf, drawnSeries, optionsFor, stepsPerEpochOf } from './curveContent.ts';
import { stepToAxis, valuesAt } from './curveModel.ts';
import { formatY } from './curveOption.ts';
import { CurvePlot } from './curvePlot.ts';
import './CurveChart.css';

export function CurveChart({ metric }: { readonly metric: string }) {
  const container = useRef<HTMLDivElement>(null);
  const view = useRunView();
  useEffect(() => {
    if (!container.current) return;
    const plot = new CurvePlot(container.current, (width) => contentOf(metric, width, view), {
      crosshair: (crosshair) => curvesStore.setState({ crosshair }),
      zoom: (zoom) => curvesStore.setState({ zoom }),
    });
    const showNow = (): void => plot.setNow(timelineX(view));
    showNow();
    const stops = [
      view.timeline.store.subscribe(showNow),
      view.subscribeSeries(plot.invalidate),
      curvesStore.subscribe((state, before) => {
        plot.setCrosshair(state.crosshair);
        const looks = (of: CurvesState): string => JSON.stringify({ ...of, crosshair: null });
        if (looks(state) !== looks(before)) plot.redraw();
        if (state.axis !== before.axis) showNow();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      plot.dispose();
    };
  }, [metric, view]);
  return (
    <div className="curve">
      <CurveLegend metric={metric} />
      <div
        ref={container}
        className="curve-plot"
        role="img"
        // The figure itself is in the legend; the arrow keys read along the curve.
        tabIndex={0}
        aria-label={`${metricName(metric).label} over training`}
      />
    </div>
  );
}

/** Values at the crosshair, else the last ones; at most ten times a second. */
function CurveLegend({ metric }: { readonly metric: string }) {
  const view = useRunView();
  useSeriesVersion(view);
  const state = useStore(curvesStore);
  const stepsPerEpoch = useShownRun(stepsPerEpochOf);
  const slot = useShownRun((run) => run?.colorSlot ?? 0);
  const options = optionsFor(metric, state, stepsPerEpoch, 0);
  useStep();
  const series = drawnSeries(metric, view);
  const values =
    state.crosshair === null
      ? valuesAt(series, options, timelineX(view), 'before')
      : valuesAt(series, options, state.crosshair);
  const color = `var(--run-${(slot % 8) + 1})`;
  const parts = [
    { name: 'train', dash: undefined, value: values.train },
    { name: 'val', dash: '3 2', value: values.validation },
    { name: 'test', dash: '1 2', value: values.test },
  ].filter(({ value }) => Number.isFinite(value));
  return (
    <div className="curve-legend" data-count={parts.length}>
      <span className="curve-title">{metricName(metric).label}</span>
      {parts.map(({ name, dash, value }) => (
        <span key={name} className="curve-value">
          <svg width="10" height="8" aria-hidden="true">
            <path d="M0 4h10" stroke={color} strokeWidth="1.5" strokeDasharray={dash} />
          </svg>
          <span>{name}</span> <b>{formatY(value, metric, true)}</b>
        </span>
      ))}
    </div>
  );
}

/** Where the clock stands, in units of the axis; null while it is live. */
function timelineX(view: RunView): number | null {
  const { step } = view.timeline.store.getState();
  if (step === 'live') return null;
  const { axis } = curvesStore.getState();
  return stepToAxis(step, axis, stepsPerEpochOf(view.run()), view.series());
}

const LEGEND_INTERVAL_MS = 100;

/** Renders again when series grew, but not more often than people read. */
function useSeriesVersion(view: RunView): number {
  const store = useMemo(() => {
    let version = 0;
    return {
      get: () => version,
      subscribe: (changed: () => void) => {
        let timer = 0;
        const stop = view.subscribeSeries(() => {
          if (timer !== 0) return;
          timer = window.setTimeout(() => {
            timer = 0;
            version += 1;
            changed();
          }, LEGEND_INTERVAL_MS);
        });
        return () => {
          window.clearTimeout(timer);
          stop();
        };
      },
    };
  }, [view]);
  return useSyncExternalStore(store.subscribe, store.get);
}
