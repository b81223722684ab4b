/**
 * Canvas positions for nodes that a file gives none (hand-written documents): columns by distance from the
 * inputs, rows by order. Not the layout of the canvas, which the renderer does.
 */
import type { DocumentNode, Wire } from './document.ts';
import { indexWires, topologicalOrder } from './topology.ts';

const COLUMN = 224;
const ROW = 192;
/** Columns in a line before the next begins, as the examples are laid out. */
const COLUMNS = 5;

type Unplaced = Omit<DocumentNode, 'position'> & Partial<Pick<DocumentNode, 'position'>>;

export function placeMissing(nodes: readonly Unplaced[], wires: Wire[]): DocumentNode[] {
  if (nodes.every(isPlaced)) return [...nodes];
  const lowest = Math.max(
    -ROW,
    ...nodes.flatMap((node) => (node.position ? [node.position.y] : [])),
  );
  const graph = {
    nodes: nodes.map((node) => ({ ...node, position: node.position ?? { x: 0, y: 0 } })),
    wires,
  };
  const index = indexWires(graph);
  const { order, cyclic } = topologicalOrder(graph, index);
  const depth = new Map<string, number>();
  const perColumn = new Map<number, number>();
  const places = new Map<string, { x: number; y: number }>();
  const rowsOfLine = new Map<number, number>();
  const missing = new Set(nodes.filter((node) => !node.position).map((node) => node.id));
  for (const id of [...order, ...cyclic]) {
    const before = (index.to.get(id) ?? []).map((wire) => depth.get(wire.from.node) ?? -1);
    const column = Math.max(-1, ...before) + 1;
    depth.set(id, column);
    if (!missing.has(id)) continue;
    const row = perColumn.get(column) ?? 0;
    perColumn.set(column, row + 1);
    const line = Math.floor(column / COLUMNS);
    rowsOfLine.set(line, Math.max(rowsOfLine.get(line) ?? 0, row + 1));
    places.set(id, { x: column, y: row });
  }
  const linesAbove = (line: number) =>
    Array.from({ length: line }, (_, i) => rowsOfLine.get(i) ?? 0).reduce((a, b) => a + b, 0);
  return nodes.map((node) => {
    const place = places.get(node.id) ?? { x: 0, y: 0 };
    const line = Math.floor(place.x / COLUMNS);
    const position = node.position ?? {
      x: (place.x % COLUMNS) * COLUMN,
      y: lowest + ROW + (linesAbove(line) + place.y) * ROW,
    };
    return { ...node, position };
  });
}

function isPlaced(node: Unplaced): node is DocumentNode {
  return node.position !== undefined;
}
