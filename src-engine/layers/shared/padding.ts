/** Borders around images, each side by itself: what ZeroPad2d and its kin have in common. */
import type { IntAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering } from '../define.ts';
import { dim, formatSample, needImage } from './shapes.ts';

export interface Sides {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const side = (name: string): IntAttr => ({
  kind: 'int',
  default: 1,
  min: 0,
  max: 10_000,
  unit: 'px',
  help: `Rows or columns added ${name}.`,
});

export const sideAttrs = {
  left: side('at the left'),
  right: side('at the right'),
  top: side('on top'),
  bottom: side('below'),
} as const;

export const sidesText = ({ left, right, top, bottom }: Sides): string =>
  `${left} ${right} ${top} ${bottom}`;

/** As PyTorch orders them. */
export const pythonSides = ({ left, right, top, bottom }: Sides): string =>
  `(${left}, ${right}, ${top}, ${bottom})`;

/** What comes out; refused where it is no image. */
export function padded(layer: string, x: TensorType, { left, right, top, bottom }: Sides) {
  needImage(layer, x);
  const [height, width] = [dim(x.shape, 2) + top + bottom, dim(x.shape, 3) + left + right];
  const shape = [x.shape[0] ?? 'N', dim(x.shape, 1), height, width] as const;
  return { dtype: 'f32', shape } as const;
}

/** Borders made of the image itself, whose sides must be longer than what is added. */
export function needRoom(layer: string, x: TensorType, sides: Sides): void {
  const [height, width] = [dim(x.shape, 2), dim(x.shape, 3)];
  const { left, right, top, bottom } = sides;
  if (Math.max(left, right) < width && Math.max(top, bottom) < height) return;
  const fitting = (size: number, most: number): number => Math.min(size, most - 1);
  throw new ShapeError(
    'shape.reflection',
    `${layer} mirrors more of ${formatSample(x.shape)} than there is.`,
    {
      port: 'x',
      explanation: 'What is added at a side must be less than the image is long there.',
      fixes: [
        {
          kind: 'setAttrs',
          attrs: {
            left: fitting(left, width),
            right: fitting(right, width),
            top: fitting(top, height),
            bottom: fitting(bottom, height),
          },
        },
      ],
    },
  );
}

/** Along both sides of an image the places that these say, counted from 0; others than its own are clamped. */
export function placed(
  g: Lowering,
  x: Value,
  { left, right, top, bottom }: Sides,
  placeOf: (at: number, size: number) => number,
): Value {
  const along = (value: Value, axis: number, before: number, after: number): Value => {
    const size = dim(value.type.shape, axis);
    const count = before + size + after;
    return taken(
      g,
      value,
      axis,
      Array.from({ length: count }, (_, k) => placeOf(k - before, size)),
    );
  };
  return along(along(x, 2, top, bottom), 3, left, right);
}

/** As many as one concat takes. */
const MOST_PARTS = 64;

/** These places of one axis, in this order; stretches that follow one another are one slice. */
function taken(g: Lowering, x: Value, axis: number, places: readonly number[]): Value {
  const runs: { start: number; length: number }[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last && last.start + last.length === place) last.length += 1;
    else runs.push({ start: place, length: 1 });
  }
  const size = dim(x.type.shape, axis);
  let parts = runs.map(({ start, length }) =>
    length === size ? x : g.emit('slice', [x], { axis, start, length }),
  );
  while (parts.length > 1) {
    const groups = Array.from({ length: Math.ceil(parts.length / MOST_PARTS) }, (_, k) =>
      parts.slice(k * MOST_PARTS, (k + 1) * MOST_PARTS),
    );
    parts = groups.map((group) =>
      group.length === 1 ? (group[0] ?? x) : g.emit('concat', group, { axis }),
    );
  }
  return parts[0] ?? x;
}
