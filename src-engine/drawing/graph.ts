/**
 * The graph of a document as SVG: the one drawing of it outside of the window, for reports and for pictures that
 * leave. Plain shapes and text: no scripts, no styles of a page, no HTML inside, so that Inkscape and LaTeX take
 * it. Pure.
 */
import type { Analysis } from '../check/analysis.ts';
import { wireKey, type NetworkDocument } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import { drawCard, portKeyOf } from './card.ts';
import type { WeightHistogram } from './cardPicture.ts';
import { CARD, type Point } from './geometry.ts';
import { element, escaped } from './markup.ts';
import { type Route, routeWires, wirePath } from './routing.ts';
import { text } from './text.ts';
import type { Font } from './textWidth.ts';
import type { GraphTheme } from './theme.ts';
import { typeAt, wireEnds, wireLabel } from './wires.ts';

export interface GraphDrawing {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly theme: GraphTheme;
  /** Attributes, shapes, sizes and costs; otherwise names alone. */
  readonly withFigures: boolean;
  /** No background. */
  readonly isTransparent?: boolean;
  /** Nodes that are to be told from the others. */
  readonly framed?: ReadonlySet<string>;
  /** By node: of the weights that it has learned. */
  readonly histograms?: ReadonlyMap<string, WeightHistogram>;
  /** Markup that comes first: fonts, what is carried. */
  readonly head?: readonly string[];
  /** Further attributes of the picture; a file of its own needs its namespace, within HTML it has one. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface DrawnGraph {
  readonly svg: string;
  /** In px at scale 1. */
  readonly width: number;
  readonly height: number;
}

const MARGIN = 24;
/** As wires of the canvas turn. */
const CORNER = 10;
const EMPTY = { width: 240, height: 96 } as const;
const LABEL: Font = { family: 'mono', sizePx: 9.5 };
const EMPTY_TEXT: Font = { family: 'text', sizePx: 13 };

export function drawGraph(drawing: GraphDrawing): DrawnGraph {
  const { document, analysis, theme } = drawing;
  const { nodes } = document;
  const cards = nodes.map(({ id, position: { x, y } }) => ({ id, x, y }));
  const routes = routeWires(cards, wireEnds(document, analysis));
  const box = nodes.length === 0 ? { x: 0, y: 0, ...EMPTY } : around(cards, [...routes.values()]);
  const background = element('rect', { ...box, fill: theme.canvas });
  const empty = text('An empty network', {
    ...{ x: EMPTY.width / 2, y: EMPTY.height / 2 + 4, anchor: 'middle' },
    ...{ fill: theme.faint, font: EMPTY_TEXT },
  });
  const svg = element(
    'svg',
    {
      ...{ width: box.width, height: box.height },
      viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`,
      ...{ role: 'img', ...drawing.attributes },
    },
    element('title', {}, escaped(document.name)),
    ...(drawing.head ?? []),
    drawing.isTransparent ? '' : background,
    nodes.length === 0 ? empty : '',
    wires(drawing, routes),
    ...cardsOf(drawing),
  );
  return { svg, width: box.width, height: box.height };
}

function around(cards: readonly Point[], routes: readonly Route[]) {
  const points = [
    ...cards.flatMap(({ x, y }) => [
      { x, y },
      { x: x + CARD.width, y: y + CARD.height },
    ]),
    ...routes.flatMap((route) => route.points),
  ];
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.floor(least(xs)) - MARGIN, Math.floor(least(ys)) - MARGIN];
  return {
    ...{ x: left, y: top },
    width: Math.ceil(-least(xs.map((x) => -x))) + MARGIN - left,
    height: Math.ceil(-least(ys.map((y) => -y))) + MARGIN - top,
  };
}

/** Of any number of them. */
const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Infinity);

function wires(drawing: GraphDrawing, routes: ReadonlyMap<string, Route>): string {
  const { document, analysis, theme, withFigures, isTransparent } = drawing;
  const broken = brokenInputs(analysis.problems);
  const drawn = document.wires.flatMap((wire) => {
    const route = routes.get(wireKey(wire));
    if (!route) return [];
    const isBroken = broken.has(portKeyOf('in', wire.to.node, wire.to.port));
    const colour = isBroken ? theme.danger : undefined;
    const line = element('path', {
      d: wirePath(route.points, CORNER, route.gaps),
      stroke: colour,
      'stroke-dasharray': isBroken ? '5 4' : undefined,
    });
    const label = withFigures && route.label ? route.label : null;
    const shape = label
      ? text(wireLabel(typeAt(analysis, wire.from)), {
          ...{ ...label, fill: colour ?? theme.wireLabel, font: LABEL, anchor: 'middle' },
          // On what is not known here it would be seen.
          halo: isTransparent ? undefined : theme.canvas,
        })
      : '';
    return [{ line, shape }];
  });
  return [
    element(
      'g',
      { fill: 'none', stroke: theme.wire, 'stroke-width': 1.5 },
      ...drawn.map(({ line }) => line),
    ),
    ...drawn.map(({ shape }) => shape),
  ].join('');
}

function brokenInputs(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(
    problems.flatMap(({ severity, node, port }) =>
      severity === 'error' && node !== undefined && port !== undefined
        ? [portKeyOf('in', node, port)]
        : [],
    ),
  );
}

function cardsOf(drawing: GraphDrawing): readonly string[] {
  const { document, analysis, theme, withFigures, framed, histograms } = drawing;
  const wired = new Set(
    document.wires.flatMap(({ from, to }) => [
      portKeyOf('out', from.node, from.port),
      portKeyOf('in', to.node, to.port),
    ]),
  );
  const broken = brokenInputs(analysis.problems);
  const errors = new Map<string, string>();
  for (const { severity, node, message } of analysis.problems) {
    if (severity === 'error' && node !== undefined && !errors.has(node)) errors.set(node, message);
  }
  return document.nodes.map((node) =>
    drawCard(
      {
        node,
        analysis: analysis.nodes.get(node.id),
        error: errors.get(node.id) ?? null,
        ...{ wired, broken },
        isFramed: framed?.has(node.id) ?? false,
        histogram: histograms?.get(node.id),
      },
      { theme, withFigures },
    ),
  );
}
