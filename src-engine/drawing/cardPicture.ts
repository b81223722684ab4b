/**
 * The small picture on a card of a drawn graph: how the weights of a run are distributed, else what the canvas shows
 * before anything is trained (staticPicture.ts). Pure.
 */
import type { NodeAnalysis } from '../check/analysis.ts';
import { formatEnd, formatWireShape } from '../runs/numberText.ts';
import { PICTURE } from './geometry.ts';
import { element } from './markup.ts';
import { figureOf } from './sizeFigure.ts';
import { staticPicture, type StaticPicture } from './staticPicture.ts';
import { text } from './text.ts';
import type { Font } from './textWidth.ts';
import type { GraphTheme } from './theme.ts';

/** How often numbers of weights are, from the smallest to the largest. */
export interface WeightHistogram {
  readonly counts: ArrayLike<number>;
  readonly min: number;
  readonly max: number;
}

interface Look {
  readonly theme: GraphTheme;
  readonly colour: string;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SMALL: Font = { family: 'text', sizePx: 9 };
/** Below a drawing for its words. */
const CAPTION = 13;
const TRAINED_OPACITY = 0.75;
const UNTRAINED_OPACITY = 0.38;
const MOST_BAR_PX = 10;

export function cardPicture(
  node: NodeAnalysis | undefined,
  histogram: WeightHistogram | undefined,
  look: Look,
): string {
  // Samples of the data are not at hand.
  if (!node?.definition || node.bypassed || node.definition.role === 'data') return '';
  const box = boxOf(node);
  return histogram ? trained(histogram, box, look) : untrained(staticPicture(node), box, look);
}

/** Room beside the names of ports, which stand inside the edges where there are several. */
function boxOf({ ports }: NodeAnalysis): Box {
  const { x, y, width, height } = PICTURE.full;
  const room = (names: readonly string[]): number =>
    names.length > 1 ? Math.max(...names.map((name) => name.length)) * 4.8 + 4 : 0;
  const left = room(ports.in);
  return { x: x + left, y, width: Math.max(24, width - left - room(ports.out)), height };
}

function trained(histogram: WeightHistogram, box: Box, { theme, colour }: Look): string {
  const { min, max } = histogram;
  const end = (value: number, x: number, anchor?: 'end'): string =>
    text(formatEnd(value, max - min), {
      ...{ x, y: box.y + box.height - 2, fill: theme.faint, font: SMALL },
      ...(anchor && { anchor }),
    });
  return [
    element('path', {
      d: bars(histogram.counts, box),
      ...{ fill: colour, 'fill-opacity': TRAINED_OPACITY },
    }),
    end(min, box.x),
    end(max, box.x + box.width, 'end'),
  ].join('');
}

function untrained(picture: StaticPicture, box: Box, look: Look): string {
  const { theme, colour } = look;
  switch (picture.kind) {
    case 'weights': {
      const { x } = box;
      return [
        element('path', {
          d: bars(picture.histogram.counts, box),
          ...{ fill: colour, 'fill-opacity': UNTRAINED_OPACITY },
        }),
        text(picture.caption, {
          ...{ x, y: box.y + box.height - 2, fill: theme.faint, font: SMALL },
          widthPx: box.width,
        }),
      ].join('');
    }
    case 'curve':
      return curve(picture.xs, picture.ys, { ...box, y: box.y + 3, height: box.height - 14 }, look);
    case 'bars':
      return element('path', {
        d: bars(picture.values, box),
        ...{ fill: colour, 'fill-opacity': TRAINED_OPACITY },
      });
    case 'sizes':
      return sizes(picture, box, look);
    default:
      return picture satisfies never;
  }
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Upwards from the caption. */
function bars(counts: ArrayLike<number>, box: Box): string {
  const values = Array.from(counts);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const step = Math.min(box.width / values.length, MOST_BAR_PX);
  const left = box.x + (box.width - step * values.length) / 2;
  const room = box.height - CAPTION;
  return values
    .map((count, i) => {
      const height = most > 0 ? tenth((room * count) / most) : 0;
      const wide = tenth(step * 0.8);
      const at = `M${tenth(left + i * step)} ${tenth(box.y + room)}`;
      return height > 0 ? `${at}v${-height}h${wide}v${height}z` : '';
    })
    .join('');
}

function curve(xs: Float64Array, ys: Float64Array, box: Box, { theme, colour }: Look): string {
  const [xLow, xHigh, yLow, yHigh] = [...extent(xs), ...extent(ys)];
  if (!Number.isFinite(yLow)) return '';
  // A constant still has a place, in the middle.
  const margin = yHigh > yLow ? 0 : 1;
  const px = (x: number): number => tenth(box.x + ((x - xLow) / (xHigh - xLow || 1)) * box.width);
  const py = (y: number): number =>
    tenth(box.y + box.height - ((y - yLow + margin) / (yHigh - yLow + 2 * margin)) * box.height);
  const zero = Math.min(Math.max(py(0), box.y), box.y + box.height);
  const upright = xLow < 0 && xHigh > 0 ? `M${px(0)} ${box.y}v${box.height}` : '';
  const line = [...ys].flatMap((y, i) =>
    Number.isFinite(y) ? [`${px(xs[i] ?? 0)} ${py(y)}`] : [],
  );
  return [
    element('path', { d: `M${box.x} ${zero}h${box.width}${upright}`, stroke: theme.border }),
    element('path', {
      d: `M${line.join('L')}`,
      ...{ fill: 'none', stroke: colour, 'stroke-width': 1.5, 'stroke-linejoin': 'round' },
    }),
  ].join('');
}

function extent(values: Float64Array): readonly [number, number] {
  const finite = [...values].filter(Number.isFinite);
  return [
    finite.reduce((a, b) => Math.min(a, b), Infinity),
    finite.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
}

/** What goes in beside what comes out; nothing while nothing is wired. */
function sizes(
  { from, to }: Extract<StaticPicture, { kind: 'sizes' }>,
  box: Box,
  { theme, colour }: Look,
): string {
  const room = box.height - CAPTION - 2;
  const middle = box.y + room / 2;
  const shown = [from, to].filter((each) => each.length > 0);
  const column = box.width / Math.max(1, shown.length);
  const drawn = shown.flatMap((each, i) => {
    const x = box.x + column * (i + 0.5);
    const { width, height, planes } = figureOf(each, room);
    const offset = (planes - 1) * 2;
    const places = Array.from({ length: planes }, (_, k) => ({
      x: x - width / 2 - offset / 2 + 2 * k,
      y: middle - height / 2 - offset / 2 + 2 * k,
    }));
    return [
      ...places.map((place) =>
        element('rect', {
          ...{ ...place, width, height, fill: colour, 'fill-opacity': 0.16 },
          ...{ stroke: colour, 'stroke-opacity': 0.6 },
        }),
      ),
      text(formatWireShape(each), {
        ...{ x, y: box.y + box.height - 2, fill: theme.faint, font: SMALL, anchor: 'middle' },
        widthPx: column - 2,
      }),
    ];
  });
  const x = box.x + column;
  const arrow = `M${x - 5} ${middle}h9m-3-3l3 3l-3 3`;
  return [
    ...drawn,
    shown.length === 2 ? element('path', { d: arrow, fill: 'none', stroke: theme.faint }) : '',
  ].join('');
}
