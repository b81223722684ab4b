/** Borders around images and sequences, each side by itself: what ZeroPad2d and its kin have in common. */
import type { IntAttr } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import type { LayerFix } from '#engine/ir/layerFix.ts';
import type { TensorType } from '#engine/ir/tensor.ts';
import type { Value } from '#engine/ops/builder.ts';
import type { Lowering } from '../define.ts';
import type { KerasLineStep } from './keras.ts';
import { needSequence } from './sequences.ts';
import { dim, formatSample, needImage } from './shapes.ts';

/** Of a sequence. */
export interface Ends {
  readonly left: number;
  readonly right: number;
}
/** Of an image. */
export interface Sides extends Ends {
  readonly top: number;
  readonly bottom: number;
}
export type Border = readonly [before: number, after: number];

const side = (help: string, unit?: string): IntAttr => ({
  kind: 'int',
  default: 1,
  min: 0,
  max: 10_000,
  ...(unit !== undefined && { unit }),
  help,
});

export const endAttrs = {
  left: side('Steps added before the first.'),
  right: side('Steps added after the last.'),
} as const;

export const sideAttrs = {
  left: side('Rows or columns added at the left.', 'px'),
  right: side('Rows or columns added at the right.', 'px'),
  top: side('Rows or columns added on top.', 'px'),
  bottom: side('Rows or columns added below.', 'px'),
} as const;

const isOfImage = (sides: Ends | Sides): sides is Sides => 'top' in sides;
/** In the order of the axes, from the first after the channels. */
const bordersOf = (sides: Ends | Sides): readonly Border[] => [
  ...(isOfImage(sides) ? [[sides.top, sides.bottom] as const] : []),
  [sides.left, sides.right],
];
const FIRST_AXIS = 2;

export const sidesText = (sides: Ends | Sides): string => numbersOf(sides).join(' ');

/** As PyTorch orders them. */
export const pythonSides = (sides: Ends | Sides): string => `(${numbersOf(sides).join(', ')})`;
const numbersOf = (sides: Ends | Sides): readonly number[] => bordersOf(sides).toReversed().flat();

/** Of each axis after the channels: `((1, 1), (2, 2))`, of a sequence `(2, 2)`. */
export function kerasSides(sides: Ends | Sides): string {
  const pairs = bordersOf(sides).map(([before, after]) => `(${before}, ${after})`);
  return pairs.length === 1 ? pairs.join('') : `(${pairs.join(', ')})`;
}

/** What comes out; refused where it is no image, or no sequence. */
export function padded(layer: string, x: TensorType, sides: Ends | Sides) {
  if (isOfImage(sides)) needImage(layer, x);
  else needSequence(layer, x, layer.replace('1d', '2d'));
  const sizes = bordersOf(sides).map(
    ([before, after], k) => dim(x.shape, FIRST_AXIS + k) + before + after,
  );
  return { dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), ...sizes] } as const;
}

/**
 * Borders made of what is there, of which some can be no longer than it is. `fixes`: beside smaller ones, where these
 * are no attributes of the layer.
 */
export function needRoom(
  layer: string,
  x: TensorType,
  sides: Ends | Sides,
  { room }: Placing,
  fixes?: (fitting: readonly Border[]) => readonly LayerFix[],
): void {
  if (!room) return;
  const fitting = bordersOf(sides).map(([before, after], k): Border => {
    const most = Math.max(0, room.longest(dim(x.shape, FIRST_AXIS + k)));
    return [Math.min(before, most), Math.min(after, most)];
  });
  const isRoomy = bordersOf(sides).every(
    ([before, after], k) => before === fitting[k]?.[0] && after === fitting[k][1],
  );
  if (isRoomy) return;
  const [vertical, [left, right]] = isOfImage(sides)
    ? [fitting[0], fitting[1] ?? [0, 0]]
    : [undefined, fitting[0] ?? [0, 0]];
  throw new ShapeError(
    room.code,
    `${layer} ${room.wants} of ${formatSample(x.shape)} than there is.`,
    {
      port: 'x',
      explanation: `What is added at a side must be ${room.rule} the ${vertical ? 'image' : 'sequence'} is long there.`,
      fixes: fixes?.(fitting) ?? [
        {
          kind: 'setAttrs',
          attrs: { left, right, ...(vertical && { top: vertical[0], bottom: vertical[1] }) },
        },
      ],
    },
  );
}

const alongEach = (
  x: Value,
  sides: Ends | Sides,
  along: (x: Value, axis: number, border: Border) => Value,
): Value =>
  bordersOf(sides).reduce(
    (so, border, k) =>
      border.every((size) => size === 0) ? so : along(so, FIRST_AXIS + k, border),
    x,
  );

export const zeros = (g: Lowering, x: Value, sides: Ends | Sides): Value =>
  alongEach(x, sides, (so, axis, [before, after]) => g.emit('pad', [so], { axis, before, after }));

/** Of one number. Not zeros with the number added: what is infinite would be lost. */
export const bordered = (g: Lowering, x: Value, sides: Ends | Sides, value: number): Value =>
  alongEach(x, sides, (so, axis, [before, after]) => {
    const block = (size: number): readonly Value[] =>
      size === 0 ? [] : [g.emit('full', [], { shape: so.type.shape.with(axis, size), value })];
    return g.emit('concat', [...block(before), so, ...block(after)], { axis });
  });

export const kerasBordered = (x: string, sides: Ends | Sides, value: number): string => {
  const pairs = [[0, 0], [0, 0], ...bordersOf(sides)].map(([a, b]) => `(${a}, ${b})`);
  return `ops.pad(${x}, (${pairs.join(', ')}), constant_values=${value})`;
};

/** Which place of an axis stands at this one, counted from its first; beyond its ends in the border. */
export interface Placing {
  readonly place: (at: number, size: number) => number;
  /** The same of Python's `at`. */
  readonly keras: (at: string, size: number) => string;
  /** How long a border can be, where not as long as you like, and what is said of longer ones. */
  readonly room?: {
    readonly longest: (size: number) => number;
    readonly code: string;
    readonly wants: string;
    readonly rule: string;
  };
}
export const REFLECTED: Placing = {
  place(at, size) {
    const folded = Math.abs(at);
    return folded < size ? folded : 2 * (size - 1) - folded;
  },
  keras: (at, size) => `${size - 1} - ops.abs(${size - 1} - ops.abs(${at}))`,
  room: {
    longest: (size) => size - 1,
    code: 'shape.reflection',
    wants: 'mirrors more',
    rule: 'less than',
  },
};
export const REPLICATED: Placing = {
  place: (at, size) => Math.min(size - 1, Math.max(0, at)),
  keras: (at, size) => `ops.clip(${at}, 0, ${size - 1})`,
};
export const CIRCULAR: Placing = {
  place: (at, size) => (at + size) % size,
  keras: (at, size) => `ops.mod(${at}, ${size})`,
  // PyTorch goes around once and no more.
  room: {
    longest: (size) => size,
    code: 'shape.circular',
    wants: 'goes around more',
    rule: 'no more than',
  },
};

export const placed = (g: Lowering, x: Value, sides: Ends | Sides, { place }: Placing): Value =>
  alongEach(x, sides, (so, axis, [before, after]) => {
    const size = dim(so.type.shape, axis);
    const places = Array.from({ length: before + size + after }, (_, k) => place(k - before, size));
    return taken(g, so, axis, places);
  });

/** A step for each axis that has a border, at least one; `first`: the axis after the channels, as Keras has it. */
export function kerasPlaced(
  sides: Ends | Sides,
  { shape }: TensorType,
  { keras }: Placing,
  first: number = FIRST_AXIS,
): readonly KerasLineStep[] {
  const steps = bordersOf(sides).map(([before, after], k) => {
    const size = dim(shape, FIRST_AXIS + k);
    const places = keras(`ops.arange(${-before}, ${size + after})`, size);
    const line = (x: string): string => `ops.take(${x}, ${places}, axis=${first + k})`;
    return { line, isNeeded: before + after > 0 };
  });
  const needed = steps.filter(({ isNeeded }) => isNeeded);
  return (needed.length > 0 ? needed : steps).map(({ line }) => ({ line }));
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
  const parts = runs.map(({ start, length }) =>
    length === size ? x : g.emit('slice', [x], { axis, start, length }),
  );
  return concatenated(g, parts, axis);
}

/** However many. */
export function concatenated(g: Lowering, all: readonly Value[], axis: number): Value {
  let parts = all;
  while (parts.length > 1) {
    const groups = Array.from({ length: Math.ceil(parts.length / MOST_PARTS) }, (_, k) =>
      parts.slice(k * MOST_PARTS, (k + 1) * MOST_PARTS),
    );
    parts = groups.map((group) =>
      group.length === 1 && group[0] ? group[0] : g.emit('concat', group, { axis }),
    );
  }
  const [only] = parts;
  if (!only) throw new Error('nothing to put together');
  return only;
}
