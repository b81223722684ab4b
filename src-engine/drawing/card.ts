/**
 * A card of a drawn graph, as the canvas shows it (LayerNode.tsx): edge in the colour of its category, icon, kind
 * and name, summary of its attributes, figures at the foot, ports. With names only it says them larger. Pure.
 */
import type { NodeAnalysis } from '../check/analysis.ts';
import type { DocumentNode } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import { formatFlops, formatParameters } from '../runs/numberText.ts';
import { cardPicture, type WeightHistogram } from './cardPicture.ts';
import { cardTitle, NAME, NAME_GAP, NARROW_GAP, SUMMARY, summarySize, TITLE } from './cardTitle.ts';
import { CARD, isPortNamed, portY } from './geometry.ts';
import {
  ICON_GRID,
  ICON_STROKE,
  LAYER_ICONS,
  layerIcon,
  type LayerIconName,
} from './layerIcons.ts';
import { element, escaped } from './markup.ts';
import { text } from './text.ts';
import { type Font, humpsOf, textWidth, wrapped } from './textWidth.ts';
import { type GraphTheme, layerColour } from './theme.ts';

export interface Card {
  readonly node: DocumentNode;
  /** Absent for what cannot be analysed. */
  readonly analysis: NodeAnalysis | undefined;
  /** What is wrong with it, if anything. */
  readonly error: string | null;
  /** Ports with a wire: `in NODE.PORT`, `out NODE.PORT`. */
  readonly wired: ReadonlySet<string>;
  /** Inputs whose wire does not fit. */
  readonly broken: ReadonlySet<string>;
  readonly isFramed: boolean;
  readonly histogram: WeightHistogram | undefined;
}

export interface CardLook {
  readonly theme: GraphTheme;
  /** Attributes, sizes, costs and weights beside the names. */
  readonly withFigures: boolean;
}

export const portKeyOf = (direction: 'in' | 'out', node: string, port: string): string =>
  `${direction} ${node}.${port}`;

const CORNER = 6;
const EDGE = 3;
/** Text begins and ends here. */
const LEFT = 11;
const RIGHT = CARD.width - 9;
const FADED = 0.45;
const FOOT = 20;

const FIGURE: Font = { family: 'text', sizePx: 10 };
const SMALL: Font = { family: 'text', sizePx: 9.5 };
const MESSAGE: Font = { family: 'text', sizePx: 11 };
const LARGE_TITLE: Font = { family: 'text', sizePx: 15, isBold: true };
const LARGE_ID: Font = { family: 'mono', sizePx: 11 };

export function drawCard(card: Card, look: CardLook): string {
  const { node, analysis, isFramed, error } = card;
  const { theme, withFigures } = look;
  const { x, y } = node.position;
  const isBypassed = node.bypassed === true;
  const colour = layerColour(theme, analysis?.definition);
  const edge = `M${EDGE} 0a${EDGE} ${EDGE} 0 0 0-${EDGE} ${EDGE}v${CARD.height - 2 * EDGE}a${EDGE} ${EDGE} 0 0 0 ${EDGE} ${EDGE}z`;
  const border = isFramed ? theme.frame : error === null ? theme.border : theme.danger;
  const content = withFigures ? detailed(card, look, colour) : named(card, look, colour);
  return element(
    'g',
    { transform: `translate(${x} ${y})` },
    element('title', {}, escaped(`${node.type} ${node.id}`)),
    element('rect', {
      ...{ x: 0.5, y: 0.5, width: CARD.width - 1, height: CARD.height - 1, rx: CORNER },
      ...{ fill: theme.card, stroke: border, 'stroke-width': isFramed ? 2.5 : 1 },
      'stroke-dasharray': isBypassed ? '4 3' : undefined,
    }),
    element(
      'g',
      { opacity: isBypassed ? FADED : undefined },
      element('path', { d: edge, fill: colour }),
      content,
    ),
    ports(card, look),
  );
}

function icon(name: LayerIconName, colour: string, at: { x: number; y: number; size: number }) {
  const scale = at.size / ICON_GRID;
  const shapes = LAYER_ICONS[name].map((shape) => {
    const { path, filled, fillOpacity, strokeOpacity, dash } = { ...NO_LOOK, ...shape };
    return element('path', {
      d: path,
      ...(filled ? { fill: colour, stroke: 'none' } : {}),
      ...(fillOpacity === undefined ? {} : { fill: colour, 'fill-opacity': fillOpacity }),
      'stroke-opacity': strokeOpacity,
      'stroke-dasharray': dash,
    });
  });
  return element(
    'g',
    {
      transform: `translate(${at.x} ${at.y}) scale(${scale})`,
      ...{ fill: 'none', stroke: colour, 'stroke-width': ICON_STROKE },
      ...{ 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
    },
    ...shapes,
  );
}
const NO_LOOK = { fillOpacity: undefined, strokeOpacity: undefined, dash: undefined } as const;

const nameOf = ({ id, name }: DocumentNode): string => name ?? id;

function detailed(card: Card, { theme }: CardLook, colour: string): string {
  const { node, analysis, error, histogram } = card;
  const summary = analysis?.definition ? analysis.summary : 'unknown layer';
  const widthPx = RIGHT - LEFT - besideSummary(card);
  const font = { ...SUMMARY, sizePx: summarySize(summary, widthPx) };
  return [
    icon(layerIcon(analysis?.definition), colour, { x: LEFT, y: 7, size: 14 }),
    titleAndName(node, theme),
    text(summary, { x: LEFT, y: 37.5, fill: theme.soft, font, widthPx }),
    error === null ? cardPicture(analysis, histogram, { theme, colour }) : message(error, theme),
    foot(card, theme),
  ].join('');
}

/** Lines of a title in two of them stand this far above and below the middle. */
const LINE = 5.5;

function titleAndName(node: DocumentNode, theme: GraphTheme): string {
  const x = LEFT + 20;
  const name = nameOf(node) === node.type ? '' : nameOf(node);
  const { lines, sizePx, nameLine } = cardTitle(node.type, name);
  const font = { ...TITLE, sizePx };
  const heights = lines.length === 1 ? [18] : [17.5 - LINE, 17.5 + LINE];
  const beside = nameLine === null ? lines : lines.slice(nameLine, nameLine + 1);
  const nameX = x + Math.max(...beside.map((line) => textWidth(line, font))) + NARROW_GAP;
  return [
    ...lines.map((line, i) =>
      text(line, { x, y: heights[i] ?? 18, fill: theme.text, font, widthPx: RIGHT - x }),
    ),
    text(name, {
      ...{
        x: RIGHT,
        y: (nameLine === null ? undefined : heights[nameLine]) ?? 17.5,
        fill: theme.faint,
      },
      ...{ font: NAME, anchor: 'end', widthPx: RIGHT - nameX },
    }),
  ].join('');
}

/** Ports spread over the whole card have their names beside the summary. */
function besideSummary(card: Card): number {
  const names = namedPorts(card).filter(({ y }) => y < FIRST_PORT_BELOW);
  return Math.max(0, ...names.map(({ port }) => textWidth(port, SMALL) + NAME_GAP));
}
const FIRST_PORT_BELOW = 56;

function message(error: string, theme: GraphTheme): string {
  return wrapped(error.split(/(?<= )/), MESSAGE, RIGHT - LEFT, 4)
    .map((each, i) => text(each, { x: LEFT, y: 58 + 14 * i, fill: theme.danger, font: MESSAGE }))
    .join('');
}

/** Width of the names that stand in the foot: ports spread over the whole card reach down to it. */
function besideFoot(card: Card, direction: PlacedPort['direction']): number {
  const names = namedPorts(card).filter((of) => of.direction === direction && of.y > FOOT_NAMES);
  return Math.max(0, ...names.map(({ port }) => textWidth(port, SMALL) + NAME_GAP));
}
const FOOT_NAMES = CARD.height - FOOT - 6;

function foot(card: Card, theme: GraphTheme): string {
  const { node, analysis, error } = card;
  const y = CARD.height - 6.5;
  const [before, after] = [besideFoot(card, 'in'), besideFoot(card, 'out')];
  const left =
    node.bypassed === true
      ? 'bypassed'
      : analysis && analysis.parameterCount > 0
        ? formatParameters(analysis.parameterCount)
        : '';
  const cost =
    error === null && node.bypassed !== true && analysis && analysis.flopsPerSample > 0
      ? formatFlops(analysis.flopsPerSample)
      : '';
  const top = CARD.height - FOOT - 0.5;
  return [
    element('path', {
      d: `M${before > 0 ? LEFT + before : EDGE} ${top}H${after > 0 ? RIGHT - after : CARD.width - 1}`,
      stroke: theme.line,
    }),
    text(left, { x: LEFT - 1 + before, y, fill: theme.faint, font: FIGURE }),
    text(cost, { x: RIGHT + 1 - after, y, fill: theme.faint, font: FIGURE, anchor: 'end' }),
  ].join('');
}

/** Kind and name alone, in the middle, or above the names of ports. */
function named(card: Card, { theme }: CardLook, colour: string): string {
  const { node, analysis } = card;
  const ICON = 20;
  const titleX = LEFT + ICON + 8;
  const lines = wrapped(humpsOf(node.type), LARGE_TITLE, RIGHT - titleX, 2);
  const name = nameOf(node) === node.type ? '' : nameOf(node);
  const height = 18 * lines.length + (name === '' ? 0 : 17);
  const aboveNames = lines.length > 1 ? 5 : 12;
  const top = namedPorts(card).length > 0 ? aboveNames : (CARD.height - height) / 2;
  return [
    icon(layerIcon(analysis?.definition), colour, { x: LEFT, y: top - 1, size: ICON }),
    ...lines.map((each, i) =>
      text(each, { x: titleX, y: top + 14 + 18 * i, fill: theme.text, font: LARGE_TITLE }),
    ),
    text(name, {
      ...{ x: titleX, y: top + 18 * lines.length + 11, fill: theme.faint, font: LARGE_ID },
      widthPx: RIGHT - titleX,
    }),
  ].join('');
}

interface PlacedPort {
  readonly direction: 'in' | 'out';
  readonly port: string;
  readonly y: number;
  readonly isNamed: boolean;
}

/** Nothing can be wired to a loss, which ends the graph: its output shows only where a file wires it. */
function placedPorts({ node, analysis, wired }: Card): readonly PlacedPort[] {
  const all = analysis?.ports ?? { in: [], out: [] };
  const isUsed = all.out.some((port) => wired.has(portKeyOf('out', node.id, port)));
  const shown = analysis?.definition?.role === 'loss' && !isUsed ? { ...all, out: [] } : all;
  return (['in', 'out'] as const).flatMap((direction) =>
    shown[direction].map((port, index, { length }): PlacedPort => ({
      ...{ direction, port, y: portY(index, length), isNamed: isPortNamed(index, length) },
    })),
  );
}

const namedPorts = (card: Card): readonly PlacedPort[] =>
  card.error === null ? placedPorts(card).filter(({ isNamed }) => isNamed) : [];

const PORT = 4.5;

/** Square for integers, hollow while nothing is wired. */
function ports(card: Card, { theme }: CardLook): string {
  const { node, analysis, wired, broken } = card;
  const marks = placedPorts(card).map(({ direction, port, y }) => {
    const type = own((direction === 'in' ? analysis?.inputs : analysis?.outputs) ?? {}, port);
    const key = portKeyOf(direction, node.id, port);
    const isBroken = broken.has(key);
    const colour = isBroken ? theme.danger : theme.port;
    const x = direction === 'in' ? 0 : CARD.width;
    const look = {
      fill: wired.has(key) || isBroken ? colour : theme.card,
      stroke: colour,
      'stroke-width': 1.5,
    };
    const r = PORT - 0.75;
    return type !== undefined && type.dtype !== 'f32'
      ? element('rect', { x: x - r, y: y - r, width: 2 * r, height: 2 * r, rx: 1, ...look })
      : element('circle', { cx: x, cy: y, r, ...look });
  });
  const names = namedPorts(card).map(({ direction, port, y }) =>
    text(port, {
      ...{ y: y + 3.5, fill: theme.faint, font: SMALL },
      ...(direction === 'in' ? { x: 10 } : { x: CARD.width - 9, anchor: 'end' }),
    }),
  );
  return [...marks, ...names].join('');
}
