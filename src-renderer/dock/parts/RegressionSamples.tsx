/** Numbers that a network answers: a plot for each of them, prediction against target, or over its only input. */
import type { SampleAnswers } from '#engine/protocol/run.ts';
import { chartColors } from '#renderer/charts/colors.ts';
import { drawRegression } from '#renderer/charts/drawRegression.ts';
import { useCanvas } from '#renderer/charts/useCanvas.ts';
import { formatInteger } from '#renderer/ui/format.ts';
import { regressionPlots, type RegressionPlot } from './regressionPlots.ts';
import './samples.css';

type Frame = Extract<SampleAnswers, { kind: 'regression' }>;

export function RegressionSamples({ frame }: { readonly frame: Frame }) {
  const plots = regressionPlots(frame);
  const [only, ...others] = plots;
  if (only && others.length === 0) {
    return (
      <div className="panel-canvas">
        <Plot plot={only} />
      </div>
    );
  }
  const more = (frame.count ?? plots.length) - plots.length;
  return (
    <div
      className="regressions scroll"
      tabIndex={0}
      role="group"
      aria-label="Predictions by target"
    >
      {plots.map((plot) => (
        <figure key={plot.name}>
          <figcaption className="ellipsis" title={plot.name ?? undefined}>
            {plot.name}
          </figcaption>
          <div>
            <Plot plot={plot} />
          </div>
        </figure>
      ))}
      {more > 0 && <p>And {formatInteger(more)} more, which are not drawn.</p>}
    </div>
  );
}

function Plot({ plot }: { readonly plot: RegressionPlot }) {
  const canvas = useCanvas((surface) => drawRegression(surface, plot, chartColors()), []);
  const what = plot.inputCount === 1 ? 'Prediction over the input' : 'Prediction against target';
  const of = plot.name === null ? '' : ` of ${plot.name}`;
  return (
    <canvas
      ref={canvas.ref}
      className="chart-canvas"
      role="img"
      aria-label={`${what}${of} at step ${plot.step}`}
    />
  );
}
