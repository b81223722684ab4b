/** What a sweep came to against one of its settings: the best with each value and the range of its trials. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { metricName } from '#engine/metrics/names.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import { figureWords } from '#engine/runs/index.ts';
import { padded } from '#engine/runs/ticks.ts';
import type { Parameter } from '#engine/search/index.ts';
import { pathOf, PLOT, scaleOf } from '../compare/groups/plot.ts';
import { PlotGrid } from '../compare/groups/PlotGrid.tsx';
import { axisOf, type ParallelAxis } from '../compare/sweep/parallelModel.ts';
import { Select } from '../ui/Select.tsx';
import { useSize } from '../ui/useSize.ts';
import { isNumberLine, settingPoints } from './settingPoints.ts';
import { parameterLabel } from './sweepRows.ts';
import '../compare/groups/groups.css';

const LEAST_HEIGHT = 240;
/** Room for the name of the setting below, for words at either end of the axis, for figures above. */
const EDGE = { bottom: 36, side: 28, top: 22 } as const;
/** Of more points the figures would cover each other. */
const MOST_FIGURES = 8;

/** Which setting, by name; the first where the sweep has no such. */
const shownStore = createStore<{ readonly name: string | null }>(() => ({ name: null }));

export function useShownParameter({ plan }: SweepInfo): Parameter | null {
  const name = useStore(shownStore, (state) => state.name);
  return plan.space.find((each) => each.name === name) ?? plan.space[0] ?? null;
}

export function SettingChart({ sweep }: { readonly sweep: SweepInfo }) {
  const parameter = useShownParameter(sweep);
  const [ref, size] = useSize<HTMLDivElement>();
  const { width } = size;
  const height = Math.max(LEAST_HEIGHT, Math.floor(size.height));
  const points = useMemo(
    () => (parameter ? settingPoints(sweep, parameter) : []),
    [sweep, parameter],
  );
  const { key, better } = sweep.plan.monitor;
  const { label } = metricName(key);
  const name = parameter ? parameterLabel(parameter.name) : '';
  return (
    <div ref={ref} className="setting-chart">
      {points.length === 0 && <p className="empty">No trial has told its {label} yet.</p>}
      {points.length > 0 && parameter && width > 0 && draw(parameter)}
    </div>
  );

  /** A list as it was written, each value as far from the next; a range by its size. */
  function axisOfValues(shown: Parameter, title: string): ParallelAxis {
    const values = points.map(({ value }) => value);
    const places = values.map((_, i) => (values.length < 2 ? 0.5 : i / (values.length - 1)));
    if (shown.kind !== 'choice') return axisOf(shown.name, title, values);
    return {
      ...{ id: shown.name, title, kind: 'words', places, wordsAt: () => '' },
      ticks: values.map((value, i) => ({ at: places[i] ?? 0, text: words(value) })),
    };
  }

  function draw(shown: Parameter) {
    const all = points.flatMap(({ bests }) => bests);
    const y = scaleOf(padded([Math.min(...all), Math.max(...all)]), [
      height - EDGE.bottom,
      EDGE.top,
    ]);
    const axis = axisOfValues(shown, name);
    const from = PLOT.left + EDGE.side;
    const xAt = (place: number): number => from + place * (width - PLOT.right - EDGE.side - from);
    const xs = Float64Array.from(axis.places, xAt);
    const along = (of: (i: number) => number, backwards = false): string =>
      pathOf(
        xs,
        Float64Array.from(points, (_, i) => of(i)),
        IDENTITY,
        y,
        backwards,
      );
    const best = points.reduce((a, b) =>
      (better === 'higher' ? b.judged > a.judged : b.judged < a.judged) ? b : a,
    );
    const judgedWords = sweep.plan.space.length > 1 ? 'best of' : 'mean of';
    const isLine = isNumberLine(points, shown);
    const min = (i: number): number => points[i]?.spread.min ?? NaN;
    const max = (i: number): number => points[i]?.spread.max ?? NaN;
    const repeated = points.some(({ bests }) => bests.length > 1);
    return (
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`${label} against ${name}: ${points
          .slice(0, MOST_FIGURES)
          .map(({ value, judged }) => `${words(value)} ${figureWords(key, judged)}`)
          .join(', ')}`}
        style={{ color: 'var(--accent)' }}
      >
        <PlotGrid y={y} count={4} metric={key} width={width} />
        {axis.ticks.map(({ at, text }) => (
          <text
            key={at}
            className="plot-tick"
            textAnchor="middle"
            x={xAt(at)}
            y={height - EDGE.bottom + 16}
          >
            {text}
          </text>
        ))}
        <text className="plot-tick" textAnchor="middle" x={(from + width) / 2} y={height - 6}>
          {name}
          {axis.kind === 'logarithmic' ? ', log scale' : ''}
        </text>
        {isLine && repeated && (
          <path className="plot-band" d={`${along(max)}${along(min, true).replace('M', 'L')}Z`} />
        )}
        {isLine && <path className="plot-mean" d={along((i) => points[i]?.judged ?? NaN)} />}
        {points.map(({ value, judged, bests, spread }, i) => (
          <g key={JSON.stringify(value)}>
            {!isLine && bests.length > 1 && (
              <path
                className="plot-member"
                d={`M${xs[i]} ${y.at(spread.min)}V${y.at(spread.max)}`}
              />
            )}
            {bests.length > 1 &&
              bests.map((each, k) => (
                <circle key={k} className="setting-trial" cx={xs[i]} cy={y.at(each)} r={2} />
              ))}
            <circle
              className="setting-point"
              data-best={points[i] === best || undefined}
              cx={xs[i]}
              cy={y.at(judged)}
              r={3.5}
            >
              <title>{`${words(value)}: ${figureWords(key, judged)}${bests.length > 1 ? `, ${judgedWords} ${bests.length}` : ''}`}</title>
            </circle>
            {points.length <= MOST_FIGURES && (
              <text
                className="setting-figure"
                data-best={points[i] === best || undefined}
                textAnchor="middle"
                x={xs[i]}
                y={y.at(sweep.plan.space.length > 1 ? judged : spread.max) - 8}
              >
                {figureWords(key, judged)}
              </text>
            )}
          </g>
        ))}
      </svg>
    );
  }
}

const words = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** Places in px already. */
const IDENTITY = { range: [0, 1], at: (value: number) => Math.round(value * 10) / 10 } as const;

export function SettingChartTools({ sweep }: { readonly sweep: SweepInfo }) {
  const parameter = useShownParameter(sweep);
  const { space, seeds } = sweep.plan;
  return (
    <>
      {space.length > 1 && <span>best with each value</span>}
      {space.length === 1 && seeds > 1 && <span>mean of {seeds} seeds, band: range</span>}
      {space.length > 1 && parameter && (
        <Select
          small
          label="Against"
          value={parameter.name}
          options={space.map(({ name }) => ({ value: name, label: parameterLabel(name) }))}
          onChange={(name) => shownStore.setState({ name })}
        />
      )}
    </>
  );
}
