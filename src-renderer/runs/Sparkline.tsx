/** The loss of a run in a line as small as a cell; a cross where it was no number any more. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { RunRow, SmallCurve } from '#engine/protocol/index.ts';
import { formatCount } from '../ui/format.ts';
import { smallCurves } from './curvesInSight.ts';
import type { GroupLine } from './grouping.ts';
import { evenly, meanCurve } from './meanCurve.ts';

const [WIDTH, HEIGHT] = [98, 20];
/** Of a group so many are read: its line is to show how it went, not each of them. */
const MOST_OF_GROUP = 8;
/** Room for the dot at its end. */
const INSET = 2.5;

export interface SparkPath {
  readonly path: string;
  readonly end: { readonly x: number; readonly y: number } | null;
  /** Where the first stretch without a number is. */
  readonly lost: { readonly x: number; readonly y: number } | null;
}

/** As long as the run is of what was planned, so that one that was stopped ends early. */
export function sparkPath({ steps, values }: SmallCurve, plannedSteps: number): SparkPath {
  const finite = values.filter((value) => Number.isFinite(value));
  const [low, high] = [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const last = Math.max(plannedSteps, steps.at(-1) ?? 0, 1);
  const placeOf = (i: number): { x: number; y: number } => {
    const share = high > low ? ((values[i] ?? NaN) - low) / (high - low) : 0.5;
    return {
      x: INSET + ((steps[i] ?? 0) / last) * (WIDTH - 2 * INSET),
      y: HEIGHT - INSET - share * (HEIGHT - 2 * INSET),
    };
  };
  let path = '';
  let end: SparkPath['end'] = null;
  let lost: SparkPath['lost'] = null;
  values.forEach((value, i) => {
    const place = placeOf(i);
    if (!Number.isFinite(value)) {
      lost ??= { x: place.x, y: HEIGHT / 2 };
      return;
    }
    // A gap where there was no number in between.
    const goesOn = path !== '' && Number.isFinite(values[i - 1]);
    path += `${goesOn ? 'L' : 'M'}${place.x.toFixed(1)} ${place.y.toFixed(1)}`;
    end = place;
  });
  return { path, end, lost };
}

export function Sparkline({ run }: { readonly run: RunRow }) {
  const { id, progress, colorSlot } = run;
  const curve = useSyncExternalStore(smallCurves.subscribe, () => smallCurves.get(id));
  useEffect(() => smallCurves.want(id, progress.step), [id, progress.step]);
  const { totalSteps } = progress;
  return curve && <Spark curve={curve} plannedSteps={totalSteps} slot={colorSlot} />;
}

/** The mean of its runs; of a large group that of some of them, which its title says. */
export function GroupSparkline({ line: { key, runs } }: { readonly line: GroupLine }) {
  const version = useSyncExternalStore(smallCurves.subscribe, smallCurves.version);
  const some = useMemo(() => evenly(runs, MOST_OF_GROUP), [runs]);
  useEffect(() => {
    for (const { id, progress } of some) smallCurves.want(id, progress.step);
  }, [some]);
  const curve = useMemo(
    () =>
      // More is known with each version.
      version < 0
        ? null
        : meanCurve(
            key,
            some.flatMap(({ id }) => smallCurves.get(id) ?? []),
          ),
    [key, some, version],
  );
  if (!curve) return null;
  const plannedSteps = Math.max(...some.map(({ progress }) => progress.totalSteps));
  const of = some.length < runs.length ? `${some.length} of ` : '';
  return (
    <span title={`Mean of ${of}${formatCount(runs.length, 'run')}`}>
      <Spark curve={curve} plannedSteps={plannedSteps} slot={runs[0]?.colorSlot ?? 0} />
    </span>
  );
}

function Spark(props: {
  readonly curve: SmallCurve;
  readonly plannedSteps: number;
  readonly slot: number;
}) {
  const { curve, plannedSteps, slot } = props;
  const { path, end, lost } = useMemo(() => sparkPath(curve, plannedSteps), [curve, plannedSteps]);
  const color = `var(--run-${slot + 1})`;
  return (
    <svg
      className="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} fill="none" stroke={color} strokeWidth="1.25" strokeLinejoin="round" />
      {lost ? (
        <path
          d={`M${lost.x - 2} ${lost.y - 2}l4 4m0-4l-4 4`}
          stroke="var(--danger)"
          strokeWidth="1.3"
        />
      ) : (
        end && <circle cx={end.x} cy={end.y} r="1.8" fill={color} />
      )}
    </svg>
  );
}
