/** What metrics of the run on show came to: at the crosshair, else where the clock stands; at most ten times a second. */
import { useContext } from 'react';
import { useStore } from 'zustand';
import { curvesStore } from '../state/curves.ts';
import { useRunView, useShownRun, useStep } from '../state/runView.ts';
import { useVersionOf } from '../ui/useVersionOf.ts';
import { drawnSeries, optionsFor, stepsPerEpochOf, timelineX } from './curveContent.ts';
import { type CurveValues, ghostValueAt, valuesAt, xValues } from './curveModel.ts';
import { GhostContext } from './ghost.ts';

export interface LegendValues extends CurveValues {
  /** Of the run that is seen under this one, where this one is; NaN without one. */
  readonly base: number;
}

export interface CurveReading {
  readonly of: (metric: string) => LegendValues;
  /** The name of the run whose values are `base`. */
  readonly baseline: string;
}

/** For legends: they render again as what they read changes. */
export function useCurveValues(): CurveReading {
  const view = useRunView();
  const ghost = useContext(GhostContext);
  useVersionOf(view.subscribeSeries);
  useVersionOf((ghost ?? view).subscribeSeries);
  const state = useStore(curvesStore);
  const stepsPerEpoch = useShownRun(stepsPerEpochOf);
  useStep();
  const of = (metric: string): LegendValues => {
    const options = optionsFor(metric, state, stepsPerEpoch, 0);
    const series = drawnSeries(metric, view);
    const now = timelineX(view);
    const values =
      state.crosshair === null
        ? valuesAt(series, options, now, 'before')
        : valuesAt(series, options, state.crosshair);
    // Where this run is, not where the other one ended.
    const at = state.crosshair ?? now ?? xValues(series.train, options.axis, stepsPerEpoch).at(-1);
    if (!ghost || at === undefined) return { ...values, base: Number.NaN };
    const other = { series: ghost.series(), stepsPerEpoch: stepsPerEpochOf(ghost.run()) };
    return { ...values, base: ghostValueAt(other, options, at) };
  };
  return { of, baseline: ghost?.run()?.name ?? '' };
}
