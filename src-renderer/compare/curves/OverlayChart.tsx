/** One metric of all compared runs: who stands where at the crosshair as the legend, and the chart below. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { metricName } from '#engine/metrics/names.ts';
import { chartColors, runColor } from '#renderer/charts/colors.ts';
import { formatY } from '#renderer/charts/curveOption.ts';
import { CurvePlot, type PlotContent } from '#renderer/charts/curvePlot.ts';
import { curvesStore } from '#renderer/state/curves.ts';
import type { ReadableSeries } from '#renderer/state/series.ts';
import { useVersionOf } from '#renderer/ui/useVersionOf.ts';
import { compareStore, highlights, onPointed, type CompareState } from '../compareStore.ts';
import { RunDot } from '../RunDot.tsx';
import { formatPlace } from './axes.ts';
import {
  nearestRun,
  overlayModel,
  type OverlayLine,
  type OverlayModel,
  type OverlayOptions,
  type OverlayRun,
} from './overlayModel.ts';
import { frontLines, OVERLAY_GRID, overlayOption } from './overlayOption.ts';
import { listedOf, ranked } from './ranked.ts';
import { overlayRuns, useOnSeries, useSeriesVersion, type OverlaySource } from './useOverlay.ts';
import { valuesAt } from './valuesAt.ts';
import '#renderer/charts/CurveChart.css';

export interface OverlayChartProps {
  readonly metric: string;
  readonly sources: readonly OverlaySource[];
  readonly baseline: string | null;
}

type Shown = Pick<OverlayChartProps, 'sources' | 'baseline'>;
const NOTHING: Shown = { sources: [], baseline: null };

function optionsOf(metric: string, width: number): OverlayOptions {
  const { smoothing, logarithmic, ignoreOutliers } = curvesStore.getState();
  const { axis, zoom } = compareStore.getState();
  return { metric, axis, smoothing, logarithmic, ignoreOutliers, zoom, width };
}

/** Names behind more lines than these would cover each other. */
const MOST_NAMES = 12;

/** What was drawn last: a run that is pointed at is drawn in front, and its lines are the same ones. */
function keptModel() {
  let made = '';
  let parts: readonly ReadableSeries[] = [];
  let last: OverlayModel | null = null;
  return {
    last: () => last,
    of(runs: readonly OverlayRun[], options: OverlayOptions): OverlayModel {
      const key = JSON.stringify([
        options,
        runs.map(({ id, scale, series }) => [
          ...[id, scale],
          ...[series.train.version, series.validation.version, series.test.version],
        ]),
      ]);
      const isSame = key === made && runs.every(({ series }, i) => series === parts[i]);
      if (isSame && last) return last;
      [made, parts] = [key, runs.map(({ series }) => series)];
      return (last = overlayModel(runs, options));
    },
  };
}

function contentOf(
  { metric, sources, baseline }: OverlayChartProps,
  width: number,
  kept: ReturnType<typeof keptModel>,
): PlotContent | null {
  const runs = overlayRuns(sources, metric, width);
  const options = optionsOf(metric, width);
  const model = kept.of(runs, options);
  if (model.lines.length === 0) return null;
  const { axis } = options;
  const byId = new Map(sources.map((source) => [source.run.id, source]));
  const ends = new Map<string, OverlayLine>();
  for (const line of model.lines) if (line.kind !== 'raw') ends.set(line.run, line);
  const toAxis = (y: number): number => (model.logarithmic ? Math.log10(y) : y);
  const colorOf = (run: string): string =>
    runColor(chartColors(), byId.get(run)?.run.colorSlot ?? 0);
  return {
    xRange: model.xRange,
    yRange: model.yRange,
    events: [],
    option: (colors, height) =>
      overlayOption(
        model,
        {
          ...{ metric, axis, baseline },
          colorOf: (run) => runColor(colors, byId.get(run)?.run.colorSlot ?? 0),
          isRepeated: (run) => byId.get(run)?.isRepeated === true,
        },
        colors,
        height,
      ),
    front: () => {
      const { highlighted } = compareStore.getState();
      const isRepeated = byId.get(highlighted ?? '')?.isRepeated === true;
      return highlighted === null
        ? []
        : frontLines(model, highlighted, colorOf(highlighted), isRepeated);
    },
    label: (x) => formatPlace(x, axis, model.xRange[1] - model.xRange[0]),
    dotsAt: (x) =>
      x === null
        ? []
        : valuesAt(sources, metric, x).flatMap(({ run, train, validation, test }) =>
            [train, validation, test]
              .filter(Number.isFinite)
              .map((value) => ({ x, y: toAxis(value), color: colorOf(run) })),
          ),
    labels:
      ends.size > MOST_NAMES
        ? []
        : [...ends.values()].map(({ run, points }) => ({
            y: points.at(-1) ?? NaN,
            text: byId.get(run)?.label ?? '',
          })),
  };
}

export function OverlayChart(props: OverlayChartProps) {
  const { metric, sources, baseline } = props;
  const container = useRef<HTMLDivElement>(null);
  const drawn = useRef<{ readonly plot: CurvePlot; readonly show: (now: Shown) => void }>(null);
  useEffect(() => {
    if (!container.current) return;
    const model = keptModel();
    let shown: Shown = NOTHING;
    const plot = new CurvePlot(
      container.current,
      (width) => contentOf({ metric, ...shown }, width, model),
      {
        crosshair: (crosshair, y) => {
          const { sources: runs } = shown;
          const isLogarithmic = model.last()?.logarithmic === true;
          compareStore.setState({
            crosshair,
            highlighted:
              crosshair === null || y === null
                ? null
                : runAt(metric, runs, crosshair, y, isLogarithmic),
          });
        },
        zoom: (zoom) => compareStore.setState({ zoom }),
      },
      OVERLAY_GRID,
    );
    plot.setCrosshair(compareStore.getState().crosshair);
    drawn.current = {
      plot,
      show: (now) => {
        shown = now;
        plot.invalidate();
      },
    };
    const looks = ({ axis, zoom }: CompareState): string => JSON.stringify([axis, zoom]);
    const stops = [
      compareStore.subscribe((state, before) => {
        plot.setCrosshair(state.crosshair);
        if (looks(state) !== looks(before)) plot.redraw();
        else if (state.highlighted !== before.highlighted) plot.drawFront();
      }),
      curvesStore.subscribe((state, before) => {
        const isOther =
          state.smoothing !== before.smoothing ||
          state.logarithmic !== before.logarithmic ||
          state.ignoreOutliers !== before.ignoreOutliers;
        if (isOther) plot.redraw();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      drawn.current = null;
      plot.dispose();
    };
  }, [metric]);
  // Rows of runs that train are others with every step: the chart stays, and so does what is pointed at.
  const onSeries = useOnSeries(sources);
  useEffect(() => {
    drawn.current?.show({ sources, baseline });
    return drawn.current ? onSeries(drawn.current.plot.invalidate) : undefined;
  }, [metric, sources, baseline, onSeries]);
  return (
    <div className="overlay-chart">
      <Legend metric={metric} sources={sources} />
      <div
        ref={container}
        className="curve-plot"
        role="img"
        // The figures are in the legend and in the table of values; the arrow keys read along the curves.
        tabIndex={0}
        aria-label={`${metricName(metric).label} of ${sources.length} runs`}
      />
    </div>
  );
}

/** Only what is close by: pointing at nothing highlights nothing. */
function runAt(
  metric: string,
  sources: readonly OverlaySource[],
  x: number,
  y: number,
  logarithmic: boolean,
): string | null {
  return nearestRun(valuesAt(sources, metric, x), y, logarithmic);
}

/** As many as stand in one line of the narrowest chart. */
const ONE_LINE = 3;

function Legend({ metric, sources }: Pick<OverlayChartProps, 'metric' | 'sources'>) {
  useSeriesVersion(sources);
  useVersionOf(onPointed, true);
  useStore(compareStore, (state) => state.axis);
  useStore(curvesStore, (state) => state.smoothing);
  const { crosshair, highlighted } = compareStore.getState();
  const all = ranked(valuesAt(sources, metric, crosshair), metric);
  const listed = listedOf(all, highlighted);
  const byId = new Map(sources.map((source) => [source.run.id, source]));
  return (
    <div className="overlay-legend" data-tall={sources.length > ONE_LINE || undefined}>
      <span className="curve-title">{metricName(metric).label}</span>
      <ol>
        {listed.map(({ run, value, split }) => {
          const source = byId.get(run);
          return (
            source && (
              <li
                key={run}
                data-highlighted={run === highlighted || undefined}
                title={`${source.run.name}, ${split}`}
                {...highlights(run)}
              >
                <RunDot run={source.run} />
                {source.label} <b>{formatY(value, metric, true)}</b>
              </li>
            )
          );
        })}
        {listed.length < all.length && (
          <li title="All of them are in the table of values">
            and {all.length - listed.length} more
          </li>
        )}
      </ol>
    </div>
  );
}
