/** How curves are looked at: shared by every chart of the window, so that their crosshairs agree. */
import { chartedByDefault, inListOrder } from '#engine/metrics/names.ts';
import { createStore } from 'zustand/vanilla';
import type { XAxis } from '../charts/curveModel.ts';

export interface CurvesState {
  /** What was chosen, by name; all else is shown as the metrics say (`shownOf`). */
  readonly chosen: ReadonlyMap<string, boolean>;
  readonly smoothing: number;
  readonly axis: XAxis;
  readonly logarithmic: boolean;
  readonly ignoreOutliers: boolean;
  /** In units of the axis; null shows everything, and follows as it grows. */
  readonly zoom: readonly [number, number] | null;
  /** Under the pointer, in units of the axis. */
  readonly crosshair: number | null;
}

export const curvesStore = createStore<CurvesState>(() => ({
  chosen: new Map(),
  smoothing: 0.9,
  axis: 'step',
  logarithmic: true,
  ignoreOutliers: true,
  zoom: null,
  crosshair: null,
}));

/** Which of the metrics that a run has are shown, in list order. */
export function shownOf(
  measured: readonly string[],
  { chosen }: Pick<CurvesState, 'chosen'>,
): readonly string[] {
  const usual = new Set(chartedByDefault(measured));
  return inListOrder(measured).filter((key) => chosen.get(key) ?? usual.has(key));
}

export function choose(metric: string, shown: boolean): void {
  curvesStore.setState(({ chosen }) => ({ chosen: new Map([...chosen, [metric, shown]]) }));
}

/** A zoom is in units of its axis: it does not outlive a change of axis. */
export function setAxis(axis: XAxis): void {
  curvesStore.setState({ axis, zoom: null, crosshair: null });
}
