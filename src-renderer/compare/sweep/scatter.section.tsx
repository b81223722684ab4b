/** Any two columns of the compared runs against each other: settings that differ, and figures. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { figureName, SEED_SETTING, settingDifferences } from '#engine/runs/index.ts';
import { Select } from '#renderer/ui/Select.tsx';
import { useWidth } from '#renderer/ui/useWidth.ts';
import type { Compared } from '../compared.ts';
import { highlights, useIsHighlighted } from '../compareStore.ts';
import { defineSection } from '../defineSection.ts';
import { figureIn, figureKey, figuresOf, judgedStore, type Offered } from '../judged.ts';
import { runToken } from '../RunDot.tsx';
import { axisOf, figureAxisUp, MISSING, type ParallelAxis, ticksApart } from './parallelModel.ts';
import './sweep.css';

const HEIGHT = 250;
/** Between two ticks, from line to line. */
const TICK_PX = 13;
const EDGE = { left: 64, right: 16, top: 12, bottom: 34 } as const;

function columnsOf(runs: readonly RunRow[]): readonly Offered[] {
  const settings = settingDifferences(runs).map(({ path, name }) => ({ value: path, label: name }));
  return [...settings, ...figuresOf(runs)];
}

/** What was chosen, where there is such a column. */
function useColumns(runs: readonly RunRow[]) {
  const { x, y, figure: judged } = useStore(judgedStore);
  return useMemo(() => {
    const offered = columnsOf(runs);
    const figure = figureIn(runs, judged);
    const known = (value: string | null): string | null =>
      offered.some((each) => each.value === value) ? value : null;
    return {
      offered,
      x: known(x) ?? offered.find(({ value }) => value !== SEED_SETTING)?.value ?? null,
      y: known(y) ?? (figure ? figureKey(figure) : null),
    };
  }, [runs, x, y, judged]);
}

function axisFor(runs: readonly RunRow[], id: string, offered: readonly Offered[]): ParallelAxis {
  const title = offered.find(({ value }) => value === id)?.label ?? id;
  if (figuresOf(runs).some(({ value }) => value === id)) return figureAxisUp(figureName(id), runs);
  return axisOf(
    id,
    title,
    runs.map(({ settings }) => own(settings, id)),
  );
}

function Scatter({ runs }: Compared) {
  const columns = useColumns(runs);
  const [ref, width] = useWidth<HTMLDivElement>();
  const { x: xId, y: yId, offered } = columns;
  if (xId === null || yId === null) {
    return <p className="empty">These runs have no two columns to set against each other.</p>;
  }
  const [x, y] = [axisFor(runs, xId, offered), axisFor(runs, yId, offered)];
  const px = (place: number): number =>
    EDGE.left + 8 + place * Math.max(1, width - EDGE.left - EDGE.right - 16);
  const tall = HEIGHT - EDGE.top - EDGE.bottom - 16;
  const py = (place: number): number => EDGE.top + 8 + (1 - place) * tall;
  return (
    <div ref={ref} className="scatter">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={`${y.title} against ${x.title}`}>
          {ticksApart(y.ticks, TICK_PX / tall).map(({ at, text }) => (
            <g key={at}>
              <path className="plot-grid" d={`M${EDGE.left} ${py(at)}H${width - EDGE.right}`} />
              <text className="plot-tick" textAnchor="end" x={EDGE.left - 6} y={py(at) + 3.5}>
                {text}
              </text>
            </g>
          ))}
          {x.ticks.map(({ at, text }) => (
            <text key={at} className="plot-tick" textAnchor="middle" x={px(at)} y={HEIGHT - 20}>
              {text}
            </text>
          ))}
          <text
            className="plot-tick"
            textAnchor="middle"
            x={(width + EDGE.left) / 2}
            y={HEIGHT - 5}
          >
            {x.title}
          </text>
          {runs.map((run, i) => {
            const [a, b] = [x.places[i] ?? MISSING, y.places[i] ?? MISSING];
            if (a === MISSING || b === MISSING) return null;
            return (
              <Point
                key={run.id}
                run={run}
                x={px(a)}
                y={py(b)}
                words={`${run.name}: ${x.title} ${x.wordsAt(a)}, ${y.title} ${y.wordsAt(b)}`}
              />
            );
          })}
        </svg>
      )}
    </div>
  );
}

function Point(props: {
  readonly run: RunRow;
  readonly x: number;
  readonly y: number;
  readonly words: string;
}) {
  const { run, x, y, words } = props;
  const isHighlighted = useIsHighlighted(run.id);
  return (
    <circle
      className="scatter-point"
      data-highlighted={isHighlighted || undefined}
      cx={x}
      cy={y}
      r={isHighlighted ? 6 : 4}
      fill={runToken(run)}
      {...highlights(run.id)}
    >
      <title>{words}</title>
    </circle>
  );
}

function Tools({ runs }: Compared) {
  const { offered, x, y } = useColumns(runs);
  if (x === null || y === null) return null;
  return (
    <>
      <Select
        small
        label="Vertical"
        value={y}
        options={offered}
        onChange={(value) => judgedStore.setState({ y: value })}
      />
      <span>against</span>
      <Select
        small
        label="Horizontal"
        value={x}
        options={offered}
        onChange={(value) => judgedStore.setState({ x: value })}
      />
    </>
  );
}

export default defineSection({
  id: 'scatter',
  label: 'Scatter',
  icon: 'chart',
  order: 71,
  columns: 5,
  height: 300,
  Component: Scatter,
  tools: Tools,
});
