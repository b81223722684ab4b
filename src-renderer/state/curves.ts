/** How curves are looked at: shared by every chart of the window, so that their crosshairs agree. */
import { createStore } from 'zustand/vanilla';
import type { XAxis } from '../charts/curveModel.ts';

export interface CurvesState {
  readonly metrics: readonly string[];
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
  metrics: ['loss', 'accuracy'],
  smoothing: 0.9,
  axis: 'step',
  logarithmic: true,
  ignoreOutliers: true,
  zoom: null,
  crosshair: null,
}));

/** A zoom is in units of its axis: it does not outlive a change of axis. */
export function setAxis(axis: XAxis): void {
  curvesStore.setState({ axis, zoom: null, crosshair: null });
}
