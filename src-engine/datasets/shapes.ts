/**
 * Pictures of one shape each, with several things to tell of it: which shape and colour it is, where it lies and
 * how large it is. For networks with more than one output.
 */
import type { DataField } from '../ir/attrs.ts';
import { defineDataset } from './define.ts';
import { coverOf } from './shapes/draw.ts';
import { SHAPE_NAMES } from './shapes/outlines.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { dataRandom, shuffled } from './shared/random.ts';
import { dataTable, imageField } from './shared/table.ts';

/** Red, green and blue, 0 to 1. */
const COLOURS = {
  red: [0.9, 0.2, 0.2],
  yellow: [0.9, 0.85, 0.2],
  green: [0.2, 0.75, 0.3],
  cyan: [0.2, 0.8, 0.9],
  blue: [0.25, 0.35, 0.95],
  magenta: [0.9, 0.3, 0.85],
} as const satisfies Record<string, readonly [number, number, number]>;
const COLOUR_VALUES = Object.values(COLOURS);

/** Of the circle around a shape, in halves of the picture's side. */
const RADIUS = { min: 0.25, max: 0.7 } as const;
/** How bright the ground is at most, and a grey shape at least, 0 to 1. */
const GROUND_MAX = 0.25;
const SHADE_MIN = 0.55;
/** How much darker than its colour a shape can be. */
const DIMMEST = 0.75;
/** Pictures between reports of progress, some tens of milliseconds. */
const REPORT_EVERY = 250;

/** Positions are those of the centre, from -1 at the left or top to 1 at the right or bottom. */
function fieldsOf(colours: 'rgb' | 'grey', side: number) {
  const label = (name: string, classNames: readonly string[]): DataField => ({
    ...{ name, role: 'label', dtype: 'i32', shape: [] },
    ...{ classes: classNames.length, classNames },
  });
  const target = (name: string, size: number, range: readonly [number, number]): DataField => ({
    ...{ name, role: 'target', dtype: 'f32', shape: [size], range },
  });
  const reach = 1 - RADIUS.min;
  return {
    image: imageField(colours === 'rgb' ? 3 : 1, side, side),
    shape: label('shape', SHAPE_NAMES),
    ...(colours === 'rgb' && { colour: label('colour', Object.keys(COLOURS)) }),
    position: target('position', 2, [-reach, reach]),
    size: target('size', 1, [RADIUS.min, RADIUS.max]),
  };
}

export default defineDataset({
  id: 'shapes',
  label: 'Shapes',
  doc: 'Pictures of one shape each, to tell its kind, its colour, where it lies and how large it is: several outputs of one network.',
  group: 'Images',
  options: {
    colours: {
      kind: 'choice',
      default: 'rgb',
      options: ['rgb', 'grey'],
      optionLabels: { rgb: 'Coloured', grey: 'Grey' },
      help: 'Coloured shapes have three channels, and a colour to tell.',
    },
    side: {
      kind: 'int',
      default: 32,
      min: 16,
      max: 64,
      unit: 'pixels',
      help: 'Width and height of a picture.',
    },
    turned: {
      kind: 'bool',
      default: true,
      help: 'Shapes are turned by any angle.',
    },
    count: countOption(4000, 50_000),
    noise: {
      ...noiseOption(0.05, 'Standard deviation of the noise of each pixel; white is 1.'),
      max: 1,
    },
    seed: seedOption,
  },
  fields: ({ colours, side }) => Object.values(fieldsOf(colours, side)),
  async load({ options: { colours, side, turned, count, noise, seed }, onProgress }) {
    const fields = fieldsOf(colours, side);
    const channels = colours === 'rgb' ? 3 : 1;
    const area = side * side;
    const images = new Uint8Array(count * channels * area);
    const shapes = new Int32Array(count);
    const colourOf = new Int32Array(count);
    const positions = new Float32Array(2 * count);
    const sizes = new Float32Array(count);
    const cover = new Float32Array(area);
    const grain = new Float32Array(area);
    let order: Int32Array = new Int32Array();
    for (let row = 0; row < count; row++) {
      // As many rows as there are shapes hold each once; a row does not depend on how many there are.
      const turn = row % SHAPE_NAMES.length;
      if (turn === 0) {
        const random = dataRandom(seed, 'shapeLabels', row / SHAPE_NAMES.length);
        order = shuffled(SHAPE_NAMES.length, random);
      }
      const random = dataRandom(seed, 'shape', row);
      const between = (low: number, high: number) => low + (high - low) * random.uniform();
      const shape = order[turn] ?? 0;
      const radius = between(RADIUS.min, RADIUS.max);
      const x = between(radius - 1, 1 - radius);
      const y = between(radius - 1, 1 - radius);
      const angle = turned ? between(0, 2 * Math.PI) : 0;
      const ground = between(0, GROUND_MAX);
      const colour = random.integer(COLOUR_VALUES.length);
      const shade = channels === 3 ? between(DIMMEST, 1) : between(SHADE_MIN, 1);
      const half = side / 2;
      cover.fill(0);
      const placed = { shape, angle, radius: radius * half, x: (x + 1) * half, y: (y + 1) * half };
      coverOf(placed, side, cover);
      for (let at = 0; at < area; at++) grain[at] = noise === 0 ? 0 : noise * random.normal();
      for (let channel = 0; channel < channels; channel++) {
        const full = channels === 3 ? (COLOUR_VALUES[colour]?.[channel] ?? 0) : 1;
        const begin = (row * channels + channel) * area;
        for (let at = 0; at < area; at++) {
          const light = ground + (shade * full - ground) * (cover[at] ?? 0) + (grain[at] ?? 0);
          images[begin + at] = Math.round(255 * Math.min(1, Math.max(0, light)));
        }
      }
      shapes[row] = shape;
      colourOf[row] = colour;
      positions[2 * row] = x;
      positions[2 * row + 1] = y;
      sizes[row] = radius;
      if (row % REPORT_EVERY === REPORT_EVERY - 1) await onProgress?.(row + 1, count);
    }
    return dataTable([
      { field: fields.image, stored: images },
      { field: fields.shape, stored: shapes },
      ...(fields.colour ? [{ field: fields.colour, stored: colourOf }] : []),
      { field: fields.position, stored: positions },
      { field: fields.size, stored: sizes },
    ]);
  },
});
