/**
 * Where an arrow key leads from a card: along the wires, between branches, else to the nearest card that
 * way. Pure; canvas/walk.ts carries it out.
 */
import type { Analysis } from '#engine/check/analysis.ts';
import type { DocumentNode, NetworkDocument } from '#engine/ir/document.ts';

export type Heading = 'left' | 'right' | 'up' | 'down';

const STEP: Readonly<Record<Heading, { readonly x: number; readonly y: number }>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** The graph as it computes; what takes no part in that comes last. */
export function idsInOrder(document: NetworkDocument, analysis: Analysis): readonly string[] {
  const ordered = new Set(analysis.order);
  return [
    ...analysis.order,
    ...document.nodes.map(({ id }) => id).filter((id) => !ordered.has(id)),
  ];
}

/** Nodes one wire away, in the order of the ports. */
function neighbours(
  document: NetworkDocument,
  analysis: Analysis,
  id: string,
  way: 'upstream' | 'downstream',
): readonly string[] {
  const ports = analysis.nodes.get(id)?.ports[way === 'upstream' ? 'in' : 'out'] ?? [];
  const found = document.wires.flatMap(({ from, to }) => {
    const [here, there] = way === 'upstream' ? [to, from] : [from, to];
    return here.node === id ? [{ id: there.node, rank: ports.indexOf(here.port) }] : [];
  });
  return [...new Set(found.sort((a, b) => a.rank - b.rank).map((each) => each.id))];
}

/** Of several, the one most nearly level with the card; the earlier port where that is a tie. */
function mostLevel(
  nodes: ReadonlyMap<string, DocumentNode>,
  from: DocumentNode,
  ids: readonly string[],
): string | null {
  const off = (id: string): number => Math.abs((nodes.get(id)?.position.y ?? 0) - from.position.y);
  return ids.toSorted((a, b) => off(a) - off(b))[0] ?? null;
}

/** Branches beside this one: nodes that read what it reads, or feed what it feeds. */
function siblings(document: NetworkDocument, analysis: Analysis, id: string): ReadonlySet<string> {
  const beside = new Set<string>();
  for (const [way, back] of [
    ['upstream', 'downstream'],
    ['downstream', 'upstream'],
  ] as const) {
    for (const shared of neighbours(document, analysis, id, way)) {
      for (const other of neighbours(document, analysis, shared, back)) beside.add(other);
    }
  }
  beside.delete(id);
  return beside;
}

/** The nearest that lies more that way than aside. */
function nearest(
  from: DocumentNode,
  candidates: readonly DocumentNode[],
  heading: Heading,
): string | null {
  const { x, y } = STEP[heading];
  let best: string | null = null;
  let least = Infinity;
  for (const { id, position } of candidates) {
    const dx = position.x - from.position.x;
    const dy = position.y - from.position.y;
    const along = dx * x + dy * y;
    const aside = Math.abs(dx * y) + Math.abs(dy * x);
    if (id === from.id || along <= 0 || aside > along * 2) continue;
    const distance = along + 2 * aside;
    if (distance < least) [least, best] = [distance, id];
  }
  return best;
}

/** Null: there is nothing that way. */
export function walk(
  document: NetworkDocument,
  analysis: Analysis,
  from: string,
  heading: Heading,
): string | null {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const start = nodes.get(from);
  if (!start) return idsInOrder(document, analysis)[0] ?? null;
  if (heading === 'left' || heading === 'right') {
    const way = heading === 'right' ? 'downstream' : 'upstream';
    const along = mostLevel(nodes, start, neighbours(document, analysis, from, way));
    return along ?? nearest(start, document.nodes, heading);
  }
  const beside = siblings(document, analysis, from);
  const branches = document.nodes.filter(({ id }) => beside.has(id));
  return nearest(start, branches, heading) ?? nearest(start, document.nodes, heading);
}

/** The next or previous node as the graph computes, at the ends of which it stays. */
export function stepInOrder(
  document: NetworkDocument,
  analysis: Analysis,
  from: string | null,
  by: 1 | -1,
): string | null {
  const ids = idsInOrder(document, analysis);
  const at = from === null ? -1 : ids.indexOf(from);
  if (at < 0) return (by > 0 ? ids[0] : ids.at(-1)) ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))] ?? null;
}
