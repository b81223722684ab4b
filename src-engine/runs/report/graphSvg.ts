/**
 * The graph of a run as a picture: a block for each node with its kind, its name and the colour of its
 * category, wires as curves; what differs between the runs of the comparison is framed. Pure.
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import { layers } from '#engine/layers/index.ts';
import { escaped } from './markup.ts';

/** As cards of the canvas are placed. */
const BLOCK = { width: 144, height: 64 } as const;
/** With room for wires that go around. */
const MARGIN = 28;
/** How far a wire leads away before it turns. */
const TURN = 16;
/** Of text that is 12 px high. */
const MOST_CHARACTERS = 19;

/** `framed`: nodes that are not the same in all runs. */
export function graphSvg({ nodes, wires }: NetworkDocument, framed: ReadonlySet<string>): string {
  if (nodes.length === 0) return '';
  const places = new Map(nodes.map(({ id, position }) => [id, position]));
  const [xs, ys] = [
    nodes.map(({ position }) => position.x),
    nodes.map(({ position }) => position.y),
  ];
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  const width = Math.max(...xs) + BLOCK.width + MARGIN - left;
  const height = Math.max(...ys) + BLOCK.height + MARGIN - top;
  const lines = wires.flatMap(({ from, to }) => {
    const [a, b] = [places.get(from.node), places.get(to.node)];
    if (!a || !b) return [];
    const [x0, y0] = [a.x + BLOCK.width, a.y + BLOCK.height / 2];
    const [x1, y1] = [b.x, b.y + BLOCK.height / 2];
    return [`<path class="wire" d="${wirePath({ x: x0, y: y0 }, { x: x1, y: y1 })}"/>`];
  });
  const blocks = nodes.map(({ id, type, position: { x, y }, bypassed }) => {
    const category = layers.get(type)?.category.toLowerCase() ?? 'unknown';
    const classes = ['block', ...(framed.has(id) ? ['differs'] : []), ...(bypassed ? ['off'] : [])];
    return [
      `<g class="${classes.join(' ')}"><title>${escaped(`${type} ${id}`)}</title>`,
      `<rect x="${x}" y="${y}" width="${BLOCK.width}" height="${BLOCK.height}" rx="6"/>`,
      `<path class="edge c-${category}" d="M${x + 2} ${y + 4}v${BLOCK.height - 8}"/>`,
      `<text x="${x + 12}" y="${y + 27}" class="kind">${escaped(short(type))}</text>`,
      `<text x="${x + 12}" y="${y + 45}" class="id">${escaped(short(id))}</text></g>`,
    ].join('');
  });
  return `<svg viewBox="${left} ${top} ${width} ${height}" style="max-width:${Math.round(width)}px" role="img" aria-label="Graph of ${nodes.length} nodes">${lines.join('')}${blocks.join('')}</svg>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve; one that leads back goes around, between the rows, or below the blocks of its own. */
function wirePath(from: Point, to: Point): string {
  const start = `M${from.x} ${from.y}`;
  if (to.x > from.x) {
    const bend = Math.max(32, (to.x - from.x) / 2);
    return `${start}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
  }
  const between = from.y === to.y ? from.y + BLOCK.height / 2 + TURN : (from.y + to.y) / 2;
  return `${start}h${TURN}V${between}H${to.x - TURN}V${to.y}h${TURN}`;
}

const short = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
