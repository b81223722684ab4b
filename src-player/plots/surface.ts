/** What a network answers all over a plane, as the colours of a small picture. */
import type { PlayerOutput } from '#engine/export/player/model.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { element, contextOf, colorOf } from '../dom.ts';
import { classColor } from './define.ts';

type Color = readonly [red: number, green: number, blue: number];

/** `answers`: of `side` times `side` points, the topmost row first. */
export function surfaceImage(
  output: PlayerOutput,
  answers: Float32Array,
  side: number,
): HTMLCanvasElement {
  const canvas = element('canvas', { width: side, height: side });
  const context = contextOf(canvas);
  const picture = context.createImageData(side, side);
  const size = elementCount(output.shape);
  const colorAt = painter(output, answers);
  for (let i = 0; i < side * side; i++) {
    const color = colorAt(answers.subarray(i * size, (i + 1) * size));
    picture.data.set([...color, 255], 4 * i);
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** Classes shine through the ground by how likely they are; numbers go from one end of a ramp to the other. */
function painter(output: PlayerOutput, answers: Float32Array): (values: Float32Array) => Color {
  const ground = rgb(colorOf('s-canvas'));
  if (output.kind === 'classes' || output.kind === 'chance') {
    const colors = (output.classes ?? NO_AND_YES).map((_, i) => rgb(classColor(i)));
    return (values) => {
      const shares = output.kind === 'chance' ? [1 - (values[0] ?? 0), values[0] ?? 0] : values;
      return mixed(ground, colors, shares);
    };
  }
  const ramp = Array.from({ length: 7 }, (_, i) => rgb(colorOf(`heat-${i}`)));
  const first = answers.filter((_, i) => i % elementCount(output.shape) === 0);
  const [low, high] = [
    first.reduce((a, b) => Math.min(a, b)),
    first.reduce((a, b) => Math.max(a, b)),
  ];
  return ([value = 0]) => {
    const at = ((ramp.length - 1) * (value - low)) / (high - low || 1);
    const place = Math.min(ramp.length - 2, Math.floor(at));
    const share = at - place;
    return between(ramp[place] ?? ground, ramp[place + 1] ?? ground, share);
  };
}

const NO_AND_YES = [0, 1];
/** How much of the ground always shows: points lie on it. */
const STRENGTH = 0.55;

function mixed(ground: Color, colors: readonly Color[], shares: ArrayLike<number>): Color {
  const sum = colors.reduce<Color>(
    ([r, g, b], color, i) => {
      const share = shares[i] ?? 0;
      return [r + share * color[0], g + share * color[1], b + share * color[2]];
    },
    [0, 0, 0],
  );
  return between(ground, sum, STRENGTH);
}

const between = (a: Color, b: Color, share: number): Color => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** `#rrggbb`, as tokens have it. */
function rgb(hex: string): Color {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}
