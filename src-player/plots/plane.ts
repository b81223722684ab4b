/** Two numbers as a point of a plane, with what the network answers all over it and the samples that came along. */
import { elementCount } from '#engine/ir/tensor.ts';
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
import { surfaceImage } from './surface.ts';

/** Points asked for along each side. */
const SIDE = 96;

export function planePlot(
  { name, columns }: InputOf<'row'>,
  { player, part, examples }: InputContext,
  choose: (numbers: Float32Array) => void,
): Plot {
  const [first, second] = columns;
  const [output] = part.outputs;
  if (!first || !second || !output) throw new Error('a plane has two columns and an output');
  const [across, up] = [shownRange(first), shownRange(second)];
  let current = new Float32Array([first.typical, second.typical]);

  const grid = new Float32Array(2 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [x, y] = [i % SIDE, SIDE - 1 - Math.floor(i / SIDE)];
    grid[2 * i] = across[0] + ((x + 0.5) / SIDE) * (across[1] - across[0]);
    grid[2 * i + 1] = up[0] + ((y + 0.5) / SIDE) * (up[1] - up[0]);
  }
  const answers =
    player.answer(part, new Map([[name, grid]]), SIDE * SIDE).get(output.name) ??
    new Float32Array(SIDE * SIDE * elementCount(output.shape));
  let surface: HTMLCanvasElement | null = null;

  const label = `${first.name} and ${second.name}`;
  const { canvas, axes } = plotFrame(label, { across, up });
  const paint = (): void => {
    const { context } = sizedContext(canvas);
    const { across: x, up: y } = axes();
    surface ??= surfaceImage(output, answers, SIDE);
    const [left, top] = [x.at(x.low), y.at(y.high)];
    context.imageSmoothingEnabled = true;
    context.drawImage(surface, left, top, x.at(x.high) - left, y.at(y.low) - top);
    drawAxes(context, { across: x, up: y, names: [first.name, second.name] });
    for (let i = 0; i < examples.count; i++) {
      const [px = 0, py = 0] = examples.input(name, i) ?? [];
      const [truth = 0] = examples.truth(output.name, i) ?? [];
      context.fillStyle = output.kind === 'numbers' ? colorOf('t-1') : classColor(truth);
      context.strokeStyle = colorOf('s-panel');
      context.lineWidth = 1;
      context.beginPath();
      context.arc(x.at(px), y.at(py), 3, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
    drawMarker(context, x.at(current[0] ?? 0), y.at(current[1] ?? 0));
  };
  const clamped = (value: number, [low, high]: readonly [number, number]): number =>
    Math.min(high, Math.max(low, value));
  const go = (x: number, y: number): void =>
    choose(new Float32Array([clamped(x, across), clamped(y, up)]));
  followPointer(canvas, (px, py) => {
    const { across: x, up: y } = axes();
    go(x.value(px), y.value(py));
  });
  followKeys(canvas, (x, y) =>
    go((current[0] ?? 0) + x * (across[1] - across[0]), (current[1] ?? 0) + y * (up[1] - up[0])),
  );
  new ResizeObserver(paint).observe(canvas);
  onTheme(() => {
    surface = null;
    paint();
  });
  return {
    element: canvas,
    move(numbers) {
      current = numbers.slice(0, 2);
      paint();
    },
  };
}
