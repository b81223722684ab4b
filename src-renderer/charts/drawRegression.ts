/**
 * A regression's answers. One input: targets as points and the network's curve through them. More
 * inputs: prediction against target, on the diagonal when right.
 */
import type { SampleAnswers } from '#engine/protocol/run.ts';
import { extent } from '../state/series.ts';
import { formatShort } from '../ui/format.ts';
import type { ChartColors } from './colors.ts';
import type { Surface } from './painter.ts';
import { niceTicks, padded } from '#engine/runs/ticks.ts';

/** Of one number that is answered. */
type RegressionFrame = Pick<
  Extract<SampleAnswers, { kind: 'regression' }>,
  'inputs' | 'inputCount' | 'targets' | 'predictions'
>;
const MARGIN = { left: 36, bottom: 18, top: 6, right: 8 } as const;

export function drawRegression(
  surface: Surface,
  frame: RegressionFrame,
  colors: ChartColors,
): void {
  const { context, width, height } = surface;
  const { inputs, inputCount, targets, predictions } = frame;
  const oneInput = inputCount === 1;
  const xs = oneInput ? inputs : targets;
  const points = oneInput ? targets : predictions;
  const ends = [...(extent(targets) ?? [0, 1]), ...(extent(predictions) ?? [])];
  const yRange = padded([Math.min(...ends), Math.max(...ends)], 0.06);
  const xRange = oneInput ? padded(extent(xs) ?? [0, 1], 0.02) : yRange;
  const plot = {
    width: width - MARGIN.left - MARGIN.right,
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const px = (x: number): number =>
    MARGIN.left + ((x - xRange[0]) / (xRange[1] - xRange[0])) * plot.width;
  const py = (y: number): number =>
    MARGIN.top + plot.height - ((y - yRange[0]) / (yRange[1] - yRange[0])) * plot.height;

  context.font = `400 10px ${colors.fontUi}`;
  for (const tick of niceTicks(yRange[0], yRange[1], 4)) {
    context.fillStyle = colors.grid;
    context.fillRect(MARGIN.left, Math.round(py(tick)), plot.width, 1);
    context.fillStyle = colors.text3;
    context.textAlign = 'right';
    context.fillText(formatShort(tick), MARGIN.left - 6, py(tick) + 3);
  }
  context.textAlign = 'center';
  for (const tick of niceTicks(xRange[0], xRange[1], 5)) {
    context.fillText(formatShort(tick), px(tick), height - 5);
  }
  context.fillStyle = colors.axis;
  context.fillRect(MARGIN.left, MARGIN.top + plot.height, plot.width, 1);
  if (!oneInput) {
    context.strokeStyle = colors.line3;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(px(yRange[0]), py(yRange[0]));
    context.lineTo(px(yRange[1]), py(yRange[1]));
    context.stroke();
    context.setLineDash([]);
  }
  context.fillStyle = colors.text3;
  context.textAlign = 'right';
  context.fillText(
    oneInput ? 'input' : 'target',
    width - MARGIN.right,
    MARGIN.top + plot.height - 4,
  );
  context.textAlign = 'left';
  context.fillText(oneInput ? 'target' : 'predicted', MARGIN.left + 4, MARGIN.top + 9);
  context.fillStyle = oneInput ? colors.text3 : (colors.runs[0] ?? colors.accent);
  context.globalAlpha = 0.75;
  for (let i = 0; i < points.length; i++) {
    context.beginPath();
    context.arc(px(xs[i] ?? 0), py(points[i] ?? 0), 1.8, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
  if (oneInput) {
    context.strokeStyle = colors.runs[0] ?? colors.accent;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.beginPath();
    predictions.forEach((y, i) => {
      const x = px(xs[i] ?? 0);
      if (i === 0) context.moveTo(x, py(y));
      else context.lineTo(x, py(y));
    });
    context.stroke();
  }
  context.textAlign = 'left';
}
