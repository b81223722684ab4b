/** Several metrics of a run in one chart: who stands where as the legend, and the lines below. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { curvesStore, type CurvesState } from '../state/curves.ts';
import { type RunView, useRunView, useShownRun, useStep } from '../state/runView.ts';
import { objectiveToken } from '../training/objectives.ts';
import type { SharedCurves, SharedLine } from '../training/sharedCurves.ts';
import { useVersionOf } from '../ui/useVersionOf.ts';
import { drawnSeries, optionsFor, stepsPerEpochOf, timelineX } from './curveContent.ts';
import { valuesAt } from './curveModel.ts';
import { formatY } from './curveOption.ts';
import { sharedContentOf } from './sharedCurveContent.ts';
import { useCurvePlot } from './useCurvePlot.ts';
import './CurveChart.css';

export function SharedCurveChart({ curves }: { readonly curves: SharedCurves }) {
  const view = useRunView();
  // The same lines are the same chart, whenever they were put together.
  const lines = JSON.stringify(curves);
  const content = useMemo(() => {
    const shared = JSON.parse(lines) as SharedCurves;
    return (width: number) => sharedContentOf(shared, width, view);
  }, [lines, view]);
  const container = useCurvePlot(content, view, null);
  return (
    <div className="curve">
      <Legend curves={curves} />
      <div
        ref={container}
        className="curve-plot"
        role="img"
        // The figures are in the legend; the arrow keys read along the curves.
        tabIndex={0}
        aria-label={`${curves.title} over training: ${curves.lines.map(({ title }) => title).join(', ')}`}
      />
    </div>
  );
}

/** Of each line what it came to while training, and in its title what validation came to. */
function Legend({ curves }: { readonly curves: SharedCurves }) {
  const view = useRunView();
  useVersionOf(view.subscribeSeries);
  const state = useStore(curvesStore);
  const stepsPerEpoch = useShownRun(stepsPerEpochOf);
  useStep();
  return (
    <div className="curve-legend">
      <span className="curve-title" title={curves.doc}>
        {curves.title}
      </span>
      {curves.lines.map((line) => {
        const { train, validation } = valuesOf(line, state, stepsPerEpoch, view);
        const value = Number.isFinite(train) ? train : validation;
        if (!Number.isFinite(value)) return null;
        const told = Number.isFinite(validation)
          ? `, validation ${formatY(validation, line.key, true)}`
          : '';
        return (
          <span key={line.key} className="curve-value" title={`${line.title}${told}`}>
            <svg width="10" height="8" aria-hidden="true">
              <path d="M0 4h10" stroke={colorOf(line)} strokeWidth="1.5" />
            </svg>
            <span>{line.name}</span> <b>{formatY(value, line.key, true)}</b>
          </span>
        );
      })}
    </div>
  );
}

const colorOf = ({ objective }: SharedLine): string =>
  objective === null ? 'var(--t-3)' : objectiveToken(objective);

function valuesOf(line: SharedLine, state: CurvesState, stepsPerEpoch: number, view: RunView) {
  const options = optionsFor(line.key, state, stepsPerEpoch, 0);
  const series = drawnSeries(line.key, view);
  return state.crosshair === null
    ? valuesAt(series, options, timelineX(view), 'before')
    : valuesAt(series, options, state.crosshair);
}
