/**
 * What the compared runs have of a metric where the crosshair is. The chart, its legend and the table of values
 * ask for the same with every move of the pointer: it is worked out once.
 */
import { curvesStore } from '#renderer/state/curves.ts';
import { compareStore } from '../compareStore.ts';
import { overlayValues, type OverlayRun, type OverlayValues } from './overlayModel.ts';
import { overlayRuns, type OverlaySource } from './useOverlay.ts';

interface Known {
  /** Of what it follows: where, and of which points. */
  readonly by: readonly unknown[];
  readonly values: readonly OverlayValues[];
}
const known = new WeakMap<readonly OverlaySource[], Map<string, Known>>();

/** At the ends of the curves where `x` is null. */
export function valuesAt(
  sources: readonly OverlaySource[],
  metric: string,
  x: number | null,
): readonly OverlayValues[] {
  const runs = overlayRuns(sources, metric);
  const { axis } = compareStore.getState();
  const { smoothing } = curvesStore.getState();
  const by = [x, axis, smoothing, ...runs.flatMap(pointsOf)];
  const mine = known.get(sources) ?? new Map<string, Known>();
  known.set(sources, mine);
  const last = mine.get(metric);
  if (last && last.by.length === by.length && last.by.every((each, i) => each === by[i])) {
    return last.values;
  }
  const values = overlayValues(runs, { metric, axis, smoothing }, x);
  mine.set(metric, { by, values });
  return values;
}

const pointsOf = ({ series, scale }: OverlayRun): readonly unknown[] => [
  ...[series, series.train.version, series.validation.version, series.test.version],
  scale,
];
