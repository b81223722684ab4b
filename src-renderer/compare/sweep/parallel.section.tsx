/**
 * Parallel coordinates of the compared runs: a line for each through all that differs to the figure that
 * decides. Dragging along an axis keeps the runs that pass there; so do the arrow keys on it.
 */
import { useMemo, useRef, type KeyboardEvent, type PointerEvent, type SVGProps } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { chooseRuns } from '#renderer/state/chosenRuns.ts';
import { viewStore } from '#renderer/state/view.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useSize } from '#renderer/ui/useSize.ts';
import type { Compared } from '../compared.ts';
import { compareStore, highlight } from '../compareStore.ts';
import { defineSection } from '../defineSection.ts';
import { FigureSelect } from '../FigureSelect.tsx';
import { figureIn, judgedStore } from '../judged.ts';
import {
  brushWords,
  keptBy,
  MISSING,
  parallelAxes,
  type ParallelAxis,
  ticksApart,
} from './parallelModel.ts';
import './sweep.css';

const TOP = 34;
const BOTTOM = 14;
/** In a low section it scrolls. */
const LEAST_AXIS = 168;
const SIDE = 64;
/** Titles of the outer axes end where the section's own does. */
const EDGE = 12;
const GRIP = 28;
/** Between two ticks, from line to line. */
const TICK_PX = 12;
/** More lines than these are drawn thinner, so that they are not one area. */
const MANY_LINES = 60;

/** An axis as high as the section lets it, with what has no value below it. */
const axisHeight = (height: number): number =>
  Math.max(LEAST_AXIS, (height - TOP - BOTTOM) / (1 - MISSING));
const yIn =
  (axisPx: number) =>
  (place: number): number =>
    TOP + (1 - place) * axisPx;

function useAxes({ runs }: Compared) {
  const chosen = useStore(judgedStore, ({ figure }) => figure);
  const brushes = useStore(judgedStore, (state) => state.brushes);
  const ignored = useStore(viewStore, ({ ignoredSettings }) => ignoredSettings);
  const axes = useMemo(() => {
    const figure = figureIn(runs, chosen);
    return figure ? parallelAxes(runs, figure, ignored) : [];
  }, [runs, chosen, ignored]);
  const kept = useMemo(() => keptBy(axes, brushes), [axes, brushes]);
  return { axes, brushes, kept };
}

function Parallel(compared: Compared) {
  const { runs } = compared;
  const { axes, brushes, kept } = useAxes(compared);
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const last = axes.at(-1);
  const axisPx = axisHeight(height);
  const yAt = yIn(axisPx);
  const xAt = (i: number): number =>
    axes.length < 2 ? width / 2 : SIDE + (i * (width - 2 * SIDE)) / (axes.length - 1);
  const line = (run: number): string =>
    axes
      .map(({ places }, i) => {
        const [x, y] = [xAt(i), yAt(places[run] ?? MISSING)];
        if (i === 0) return `M${x} ${y}`;
        const [x0, y0] = [xAt(i - 1), yAt(axes[i - 1]?.places[run] ?? MISSING)];
        const half = (x0 + x) / 2;
        return `C${half} ${y0} ${half} ${y} ${x} ${y}`;
      })
      .join('');
  // Those that are kept above the others, the one pointed at above all.
  const rank = (run: number): number => (kept[run] ? 1 : 0);
  const order = runs.map((_, run) => run).toSorted((a, b) => rank(a) - rank(b));
  const lookOf = (run: number): LineLook => {
    const place = last?.places[run] ?? MISSING;
    const heat = place === MISSING ? 0 : 2 + Math.round(4 * Math.max(0, place));
    const style = kept[run] && heat > 0 ? { stroke: `var(--heat-${heat})` } : undefined;
    const isStopped = runs[run]?.progress.state === 'stopped';
    return { d: line(run), style, 'data-stopped': isStopped || undefined };
  };
  return (
    <div ref={ref} className="parallel">
      {width > 0 && last && (
        <svg
          width={width}
          height={Math.floor(yAt(MISSING) + BOTTOM)}
          role="group"
          aria-label="Parallel coordinates"
          data-many={runs.length > MANY_LINES || undefined}
        >
          {order.map((run) => {
            const row = runs[run];
            return (
              row && (
                <path
                  key={row.id}
                  className="parallel-line"
                  data-kept={kept[run]}
                  {...lookOf(run)}
                  onPointerEnter={() => highlight(row.id)}
                  onPointerLeave={() => highlight(null)}
                >
                  <title>{row.name}</title>
                </path>
              )
            );
          })}
          <PointedAt runs={runs} lookOf={lookOf} />
          {axes.map((axis, i) => (
            <Axis
              key={axis.id}
              axis={axis}
              x={xAt(i)}
              axisPx={axisPx}
              brush={own(brushes, axis.id) ?? null}
              end={i === 0 ? 'first' : i === axes.length - 1 ? 'last' : null}
              room={axes.length < 2 ? width / 2 : xAt(1) - xAt(0)}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

type LineLook = Pick<SVGProps<SVGPathElement>, 'd' | 'style'> & {
  readonly 'data-stopped': true | undefined;
};

/** Its line once more, so that only this is drawn anew when another run is pointed at. */
function PointedAt(props: {
  readonly runs: Compared['runs'];
  readonly lookOf: (run: number) => LineLook;
}) {
  const { runs, lookOf } = props;
  const id = useStore(compareStore, (state) => state.highlighted);
  const run = runs.findIndex((each) => each.id === id);
  if (run < 0) return null;
  return <path className="parallel-line" data-highlighted {...lookOf(run)} />;
}

const TITLE_PX = 18;
const STEP = 0.05;
const clamp = (place: number): number => Math.min(1, Math.max(0, place));

function setBrush(id: string, brush: readonly [number, number] | null): void {
  const { [id]: _, ...others } = judgedStore.getState().brushes;
  judgedStore.setState({ brushes: brush === null ? others : { ...others, [id]: brush } });
}

function Axis(props: {
  readonly axis: ParallelAxis;
  readonly x: number;
  readonly axisPx: number;
  readonly brush: readonly [number, number] | null;
  /** An outer one: its title ends with the section; ticks of the last stand where no lines run. */
  readonly end: 'first' | 'last' | null;
  /** Between two axes. */
  readonly room: number;
}) {
  const { axis, x, axisPx, brush, end, room } = props;
  const yAt = yIn(axisPx);
  const isLast = end === 'last';
  const [left, right] = [
    end === 'first' ? EDGE : x - room / 2,
    isLast ? x + SIDE - EDGE : x + room / 2,
  ];
  const from = useRef<number | null>(null);
  const placeOf = (event: PointerEvent<SVGElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return clamp(1 - (event.clientY - box.top) / box.height);
  };
  const onMove = (event: PointerEvent<SVGElement>): void => {
    if (from.current === null) return;
    const to = placeOf(event);
    setBrush(axis.id, [Math.min(from.current, to), Math.max(from.current, to)]);
  };
  const onUp = (event: PointerEvent<SVGElement>): void => {
    const start = from.current;
    from.current = null;
    // A click takes the brush away.
    if (start !== null && Math.abs(placeOf(event) - start) * axisPx < 3) setBrush(axis.id, null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (event.key === 'Escape' || event.key === 'Delete') setBrush(axis.id, null);
    else if (direction === 0) return;
    else if (!brush) setBrush(axis.id, direction > 0 ? [0.5, 1] : [0, 0.5]);
    else if (event.shiftKey) {
      setBrush(axis.id, [brush[0], clamp(Math.max(brush[0], brush[1] + direction * STEP))]);
    } else {
      const room = direction > 0 ? 1 - brush[1] : brush[0];
      const by = direction * Math.min(STEP, room);
      setBrush(axis.id, [clamp(brush[0] + by), clamp(brush[1] + by)]);
    }
    event.preventDefault();
  };
  const [low, high] = brush ?? [0, 1];
  return (
    <g>
      <foreignObject x={left} width={Math.max(0, right - left)} height={TITLE_PX}>
        <p className="parallel-title" data-end={end ?? undefined} title={axis.title}>
          {axis.title}
        </p>
      </foreignObject>
      <path className="parallel-axis" d={`M${x} ${yAt(0)}V${yAt(1)}`} />
      {ticksApart(axis.ticks, TICK_PX / axisPx).map(({ at, text }) => (
        <text
          key={at}
          className="parallel-tick"
          x={isLast ? x + 6 : x - 5}
          y={yAt(at) + 3.5}
          textAnchor={isLast ? 'start' : 'end'}
        >
          {text}
        </text>
      ))}
      {brush && (
        <rect
          className="parallel-brush"
          x={x - 5}
          width={10}
          y={yAt(high)}
          height={Math.max(2, yAt(low) - yAt(high))}
        />
      )}
      <rect
        className="parallel-grip"
        x={x - GRIP / 2}
        width={GRIP}
        y={yAt(1)}
        height={axisPx}
        tabIndex={0}
        role="slider"
        aria-orientation="vertical"
        aria-label={`Keep runs by ${axis.title}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(50 * (low + high))}
        aria-valuetext={brush ? brushWords(axis, brush) : 'all'}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = placeOf(event);
        }}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onKeyDown={onKeyDown}
      />
    </g>
  );
}

function Tools(compared: Compared) {
  const { runs } = compared;
  const { brushes, kept } = useAxes(compared);
  const ids = runs.flatMap(({ id }, i) => (kept[i] ? [id] : []));
  const brushed = Object.keys(brushes).length > 0;
  return (
    <>
      <span aria-live="polite">
        {brushed ? `Brush keeps ${ids.length} of ${runs.length}` : `${runs.length} runs`}
        {runs.some(({ progress }) => progress.state === 'stopped') && ', dashed: stopped'}
      </span>
      {brushed && (
        <>
          <Button small onClick={() => judgedStore.setState({ brushes: {} })}>
            Clear brush
          </Button>
          <Button
            small
            disabled={ids.length < 2}
            onClick={() => {
              judgedStore.setState({ brushes: {} });
              chooseRuns(ids);
            }}
          >
            Compare these only
          </Button>
        </>
      )}
      <FigureSelect runs={runs} />
    </>
  );
}

export default defineSection({
  id: 'parallel',
  label: 'Parallel coordinates',
  icon: 'chart',
  order: 72,
  columns: 8,
  height: 280,
  when: ({ runs }) => runs.length > 2,
  Component: Parallel,
  tools: Tools,
});
