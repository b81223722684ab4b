/** One metric of a run: its current values as the legend, and the chart below. */
import { useCallback, useContext } from 'react';
import { metricName } from '#engine/metrics/names.ts';
import { useRunView, useShownRun } from '../state/runView.ts';
import { contentOf } from './curveContent.ts';
import { formatY } from './curveOption.ts';
import { GhostContext } from './ghost.ts';
import { useCurvePlot } from './useCurvePlot.ts';
import { useCurveValues } from './useCurveValues.ts';
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

function CurveLegend({ metric }: { readonly metric: string }) {
  const reading = useCurveValues();
  const { train, validation, test, base } = reading.of(metric);
  const slot = useShownRun((run) => run?.colorSlot ?? 0);
  const color = `var(--run-${(slot % 8) + 1})`;
  const parts = [
    { name: 'train', dash: undefined, value: train, color },
    { name: 'val', dash: '3 2', value: validation, color },
    { name: 'test', dash: '1 2', value: test, color },
    { name: 'base', dash: undefined, value: base, color: 'var(--t-3)' },
  ].filter(({ value }) => Number.isFinite(value));
  return (
    <div className="curve-legend" data-count={parts.length}>
      <span className="curve-title">{metricName(metric).label}</span>
      {parts.map(({ name, dash, value, color: stroke }) => (
        <span
          key={name}
          className="curve-value"
          title={name === 'base' ? `The baseline, ${reading.baseline}` : undefined}
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
