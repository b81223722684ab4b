/** One metric of a run: its current values as the legend, and the chart below. */
import { useCallback, useContext } from 'react';
import { useStore } from 'zustand';
import { metricName } from '#engine/metrics/names.ts';
import { curvesStore } from '../state/curves.ts';
import { useRunView, useShownRun, useStep } from '../state/runView.ts';
import { useVersionOf } from '../ui/useVersionOf.ts';
import { contentOf, drawnSeries, optionsFor, stepsPerEpochOf, timelineX } from './curveContent.ts';
import { ghostValueAt, valuesAt, xValues } from './curveModel.ts';
import { formatY } from './curveOption.ts';
import { GhostContext } from './ghost.ts';
import { useCurvePlot } from './useCurvePlot.ts';
import './CurveChart.css';

export function CurveChart({ metric }: { readonly metric: string }) {
  const view = useRunView();
  const ghost = useContext(GhostContext);
  const content = useCallback(
    (width: number) => contentOf(metric, width, view, ghost),
    [metric, view, ghost],
  );
  const container = useCurvePlot(content, view, ghost);
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
  useVersionOf(view.subscribeSeries);
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
  const ghost = useContext(GhostContext);
  useVersionOf((ghost ?? view).subscribeSeries);
  // Where this run is, not where the other one ended.
  const { axis } = options;
  const at =
    state.crosshair ?? timelineX(view) ?? xValues(series.train, axis, stepsPerEpoch).at(-1);
  const base =
    ghost && at !== undefined
      ? ghostValueAt(
          { series: ghost.series(), stepsPerEpoch: stepsPerEpochOf(ghost.run()) },
          options,
          at,
        )
      : Number.NaN;
  const parts = [
    { name: 'train', dash: undefined, value: values.train, color },
    { name: 'val', dash: '3 2', value: values.validation, color },
    { name: 'test', dash: '1 2', value: values.test, color },
    { name: 'base', dash: undefined, value: base, color: 'var(--t-3)' },
  ].filter(({ value }) => Number.isFinite(value));
  return (
    <div className="curve-legend" data-count={parts.length}>
      <span className="curve-title">{metricName(metric).label}</span>
      {parts.map(({ name, dash, value, color: stroke }) => (
        <span
          key={name}
          className="curve-value"
          title={name === 'base' ? `The baseline, ${ghost?.run()?.name ?? ''}` : undefined}
        >
          <svg width="10" height="8" aria-hidden="true">
            <path d="M0 4h10" stroke={stroke} strokeWidth="1.5" strokeDasharray={dash} />
          </svg>
          <span>{name}</span> <b>{formatY(value, metric, true)}</b>
        </span>
      ))}
    </div>
  );
}
