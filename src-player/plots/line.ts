/** One number along an axis, with what the network answers over all of it and the samples that came along. */
import type { PlayerOutput } from '#engine/export/player/model.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { padded } from '#engine/runs/ticks.ts';
import { colorOf, sizedContext } from '../dom.ts';
import type { InputContext, InputOf } from '../inputs/define.ts';
import { onTheme } from '../theme.ts';
import {
  classColor,
  drawAxes,
  drawMarker,
  followKeys,
  followPointer,
  type Plot,
  plotFrame,
  shownRange,
} from './define.ts';

const POINTS = 512;

export function linePlot(
  { name, columns }: InputOf<'row'>,
  { player, part, examples }: InputContext,
  choose: (numbers: Float32Array) => void,
): Plot {
  const [column] = columns;
  const [output] = part.outputs;
  if (!column || !output) throw new Error('a line has a column and an output');
  const shown = shownRange(column);
  let current = column.typical;
  const xs = Float32Array.from(
    { length: POINTS },
    (_, i) => shown[0] + (i / (POINTS - 1)) * (shown[1] - shown[0]),
  );
  const size = elementCount(output.shape);
  const answers =
    player.answer(part, new Map([[name, xs]]), POINTS).get(output.name) ??
    new Float32Array(POINTS * size);
  const factor = factorOf(output);
  const truths = Array.from({ length: examples.count }, (_, i) => ({
    x: examples.input(name, i)?.[0] ?? 0,
    y: truthHeight(output, examples.truth(output.name, i)),
  }));
  const heights = [
    ...[...answers].map((value) => value * factor),
    ...truths.map(({ y }) => y),
  ].filter(Number.isFinite);
  const [least, most] = [Math.min(...heights), Math.max(...heights)];
  const range = padded(most > least ? [least, most] : [least - 1, most + 1], 0.06);

  const { canvas, axes } = plotFrame(column.name, { across: shown, up: range });
  const paint = (): void => {
    const { context } = sizedContext(canvas);
    const { across, up } = axes();
    drawAxes(context, { across, up, names: [column.name, output.title] });
    context.fillStyle = colorOf('t-3');
    for (const { x, y } of truths) {
      context.beginPath();
      context.arc(across.at(x), up.at(y), 2.5, 0, 2 * Math.PI);
      context.fill();
    }
    for (let line = 0; line < size; line++) {
      [context.strokeStyle, context.lineWidth] = [classColor(line), 2];
      context.beginPath();
      xs.forEach((x, i) => {
        const y = up.at((answers[i * size + line] ?? 0) * factor);
        if (i === 0) context.moveTo(across.at(x), y);
        else context.lineTo(across.at(x), y);
      });
      context.stroke();
    }
    const nearest = Math.round(((current - shown[0]) / (shown[1] - shown[0])) * (POINTS - 1));
    const place = Math.min(POINTS - 1, Math.max(0, nearest));
    drawMarker(context, across.at(current), up.at((answers[place * size] ?? 0) * factor));
  };
  const go = (x: number): void =>
    choose(Float32Array.of(Math.min(shown[1], Math.max(shown[0], x))));
  followPointer(canvas, (px) => go(axes().across.value(px)));
  followKeys(canvas, (x, y) => go(current + (x || y) * (shown[1] - shown[0])));
  new ResizeObserver(paint).observe(canvas);
  onTheme(paint);
  return {
    element: canvas,
    move([x = 0]) {
      current = x;
      paint();
    },
  };
}

const factorOf = (output: PlayerOutput): number => (output.kind === 'numbers' ? output.factor : 1);

/** Of a class it is its own line at full height; NaN where nothing is known to be right. */
function truthHeight(output: PlayerOutput, truth: Float32Array | undefined): number {
  const [value] = truth ?? [];
  if (value === undefined) return NaN;
  return output.kind === 'numbers' ? value * output.factor : output.kind === 'classes' ? 1 : value;
}
