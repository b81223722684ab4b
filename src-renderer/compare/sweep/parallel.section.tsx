/**
 * Parallel coordinates of the compared runs: a line for each through all that differs to the figure that
 * decides. Dragging along an axis keeps the runs that pass there; so do the arrow keys on it.
 */
import { useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { chooseRuns } from '#renderer/state/chosenRuns.ts';
import { viewStore } from '#renderer/state/view.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { useWidth } from '#renderer/ui/useWidth.ts';
import type { Compared } from '../compared.ts';
import { compareStore, highlight } from '../compareStore.ts';
import { defineSection } from '../defineSection.ts';
import { FigureSelect } from '../FigureSelect.tsx';
import { figureIn, judgedStore } from '../judged.ts';
import { brushWords, keptBy, MISSING, parallelAxes, type ParallelAxis } from './parallelModel.ts';
import './sweep.css';

const TOP = 34;
const AXIS = 168;
const HEIGHT = TOP + AXIS * (1 - MISSING) + 14;
const SIDE = 64;
const GRIP = 28;

const yAt = (place: number): number => TOP + (1 - place) * AXIS;

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
  const [ref, width] = useWidth<HTMLDivElement>();
  const highlighted = useStore(compareStore, (state) => state.highlighted);
  const last = axes.at(-1);
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
  const rank = (run: number): number =>
    (kept[run] ? 1 : 0) + (runs[run]?.id === highlighted ? 2 : 0);
  const order = runs.map((_, run) => run).toSorted((a, b) => rank(a) - rank(b));
  return (
    <div ref={ref} className="parallel">
      {width > 0 && last && (
        <svg width={width} height={HEIGHT} role="group" aria-label="Parallel coordinates">
          {order.map((run) => {
            const place = last.places[run] ?? MISSING;
            const heat = place === MISSING ? 0 : 2 + Math.round(4 * Math.max(0, place));
            const row = runs[run];
            return (
              row && (
                <path
                  key={row.id}
                  className="parallel-line"
                  data-kept={kept[run]}
                  data-highlighted={row.id === highlighted || undefined}
                  style={kept[run] && heat > 0 ? { stroke: `var(--heat-${heat})` } : undefined}
                  d={line(run)}
                  onPointerEnter={() => highlight(row.id)}
                  onPointerLeave={() => highlight(null)}
                >
                  <title>{row.name}</title>
                </path>
              )
            );
          })}
          {axes.map((axis, i) => (
            <Axis
              key={axis.id}
              axis={axis}
              x={xAt(i)}
              brush={own(brushes, axis.id) ?? null}
              isLast={i === axes.length - 1}
              room={axes.length < 2 ? width / 2 : xAt(1) - xAt(0)}
            />
          ))}
        </svg>
      )}
    </div>
  );
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
  readonly brush: readonly [number, number] | null;
  /** Its ticks stand where no lines run. */
  readonly isLast: boolean;
  /** Between two axes. */
  readonly room: number;
}) {
  const { axis, x, brush, isLast, room } = props;
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
    if (start !== null && Math.abs(placeOf(event) - start) * AXIS < 3) setBrush(axis.id, null);
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
      <foreignObject x={x - room / 2} width={isLast ? room / 2 + SIDE - 6 : room} height={TITLE_PX}>
        <p className={isLast ? 'parallel-title last' : 'parallel-title'} title={axis.title}>
          {axis.title}
        </p>
      </foreignObject>
      <path className="parallel-axis" d={`M${x} ${yAt(0)}V${yAt(1)}`} />
      {axis.ticks.map(({ at, text }) => (
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
        height={AXIS}
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
