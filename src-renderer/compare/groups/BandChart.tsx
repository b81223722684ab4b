/** Of each group the mean of a curve with the band from its least to its greatest run. */
import { useMemo } from 'react';
import { metricName } from '#engine/metrics/names.ts';
import {
  groupCurve,
  type FigureName,
  type GroupFigures,
  type GroupMember,
} from '#engine/runs/index.ts';
import { padded } from '#engine/runs/ticks.ts';
import type { SeriesView } from '#renderer/state/series.ts';
import { formatInteger } from '#renderer/ui/format.ts';
import { useWidth } from '#renderer/ui/useWidth.ts';
import { useSeriesVersion, useSources } from '../curves/useOverlay.ts';
import { runToken } from '../RunDot.tsx';
import { pathOf, PLOT, plotTicks, scaleOf } from './plot.ts';
import { PlotGrid } from './PlotGrid.tsx';

const HEIGHT = 250;
const PLACES = 160;

export function BandChart(props: {
  readonly groups: readonly GroupFigures[];
  readonly figure: FigureName;
  readonly members: boolean;
}) {
  const { groups, figure, members } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const runs = useMemo(() => groups.flatMap(({ group }) => group.runs), [groups]);
  const sources = useSources(runs);
  const version = useSeriesVersion(sources);
  const { key, split } = figure;
  const curves = useMemo(() => {
    // Series grow in place.
    void version;
    const byId = new Map(sources.map((source) => [source.run.id, source.view]));
    return groups.map(({ group }) => {
      const all = group.runs.flatMap((run): GroupMember[] => {
        const series = byId.get(run.id)?.series()[split];
        return series ? [memberOf(series, key, run.progress.stepsPerEpoch)] : [];
      });
      const curve = groupCurve(all, key, 'step', PLACES);
      const each = members ? all.map((member) => groupCurve([member], key, 'step', PLACES)) : [];
      return { group, curve, each };
    });
  }, [groups, sources, key, split, members, version]);
  const ys = curves.flatMap(({ curve }) => [...curve.min, ...curve.max]);
  const xs = curves.flatMap(({ curve }) => [...curve.x]);
  const label = `${metricName(key).label} of ${groups.length} groups, mean and band`;
  const isEmpty = ys.length === 0;
  const y = scaleOf(isEmpty ? [0, 1] : padded([Math.min(...ys), Math.max(...ys)]), [
    HEIGHT - PLOT.bottom,
    PLOT.top,
  ]);
  const x = scaleOf(
    [0, Math.max(1, ...xs)],
    [PLOT.left, Math.max(PLOT.left + 1, width - PLOT.right)],
  );
  return (
    <div ref={ref} className="band-chart">
      {isEmpty && <p className="empty">No curve of {metricName(key).label} is recorded yet.</p>}
      {!isEmpty && width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          <PlotGrid y={y} count={5} metric={key} width={width} />
          {plotTicks(x, Math.max(2, width / 90))
            .filter(Number.isInteger)
            .map((tick) => (
              <text
                key={tick}
                className="plot-tick"
                textAnchor="middle"
                x={x.at(tick)}
                y={HEIGHT - 6}
              >
                {formatInteger(tick)}
              </text>
            ))}
          {curves.map(({ group, curve, each }) => {
            const color = group.runs[0] ? runToken(group.runs[0]) : 'var(--t-3)';
            const along = (values: Float64Array, backwards = false): string =>
              pathOf(curve.x, values, x, y, backwards);
            return (
              <g key={group.key} style={{ color }}>
                {curve.x.length > 0 && (
                  <path
                    className="plot-band"
                    d={`${along(curve.max)}${along(curve.min, true).replace('M', 'L')}Z`}
                  />
                )}
                {each.map((member, i) => (
                  <path
                    key={group.runs[i]?.id}
                    className="plot-member"
                    d={pathOf(member.x, member.mean, x, y)}
                  />
                ))}
                <path className="plot-mean" d={along(curve.mean)}>
                  <title>{`${group.label}, mean of ${Math.max(0, ...curve.n)}`}</title>
                </path>
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

function memberOf(series: SeriesView, metric: string, stepsPerEpoch: number): GroupMember {
  const step = series.column('step');
  const column = { values: series.column(metric), means: series.meanColumn(metric) };
  return {
    columns: { step, epoch: step, timeMs: series.column('timeMs'), values: { [metric]: column } },
    stepsPerEpoch,
  };
}
