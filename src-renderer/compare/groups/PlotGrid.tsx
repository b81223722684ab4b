/** The lines across a small plot of a metric, each with its value at the left. */
import { formatY } from '#renderer/charts/curveOption.ts';
import { PLOT, type PlotScale, plotTicks } from './plot.ts';

export function PlotGrid(props: {
  readonly y: PlotScale;
  /** At most so many, and one more. */
  readonly count: number;
  /** Key of what is drawn. */
  readonly metric: string;
  readonly width: number;
}) {
  const { y, count, metric, width } = props;
  return plotTicks(y, count).map((tick) => (
    <g key={tick}>
      <path className="plot-grid" d={`M${PLOT.left} ${y.at(tick)}H${width - PLOT.right}`} />
      <text className="plot-tick" textAnchor="end" x={PLOT.left - 6} y={y.at(tick) + 3.5}>
        {formatY(tick, metric)}
      </text>
    </g>
  ));
}
