/**
 * Automatic layout: elk finds columns and the order within them; long chains are then wrapped into rows,
 * as text is, so that a deep network fits a window instead of running off to the right.
 */
import type { ElkNode } from 'elkjs';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { CARD, GAP, PITCH, portY, snap, type Point } from '#engine/drawing/geometry.ts';

export interface LayoutInput {
  readonly nodes: readonly {
    readonly id: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
  }[];
  readonly wires: NetworkDocument['wires'];
}

/** Ids by column, each from top to bottom. */
export type Columns = readonly (readonly string[])[];

/** Layers of a layered drawing, by elk (loaded at first use: it is large). */
export async function columnsOf({ nodes, wires }: LayoutInput): Promise<Columns> {
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  const graph: ElkNode = {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.separateConnectedComponents': 'false',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(GAP.x),
      'elk.spacing.nodeNode': String(GAP.y),
    },
    children: nodes.map(({ id, inputs, outputs }) => ({
      id: `n:${id}`,
      width: CARD.width,
      height: CARD.height,
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
      ports: [
        ...inputs.map((port, i) => ({
          id: `i:${id}.${port}`,
          x: 0,
          y: portY(i, inputs.length),
          layoutOptions: { 'elk.port.side': 'WEST' },
        })),
        ...outputs.map((port, i) => ({
          id: `o:${id}.${port}`,
          x: CARD.width,
          y: portY(i, outputs.length),
          layoutOptions: { 'elk.port.side': 'EAST' },
        })),
      ],
    })),
    edges: wires.map(({ from, to }, i) => ({
      id: `e:${i}`,
      sources: [`o:${from.node}.${from.port}`],
      targets: [`i:${to.node}.${to.port}`],
    })),
  };
  const { children = [] } = await new Elk().layout(graph);
  const columns = new Map<number, { id: string; y: number }[]>();
  for (const { id, x = 0, y = 0 } of children) {
    const column = columns.get(Math.round(x)) ?? [];
    column.push({ id: id.slice(2), y });
    columns.set(Math.round(x), column);
  }
  return [...columns]
    .sort(([a], [b]) => a - b)
    .map(([, column]) => column.sort((a, b) => a.y - b.y).map(({ id }) => id));
}

/** Columns in one row: as many as make the whole about as wide as the space it goes to. */
export function columnsPerRow(columns: Columns, aspect: number): number {
  const height = Math.max(1, ...columns.map((column) => column.length));
  if (columns.length <= 3) return columns.length;
  let chosen = columns.length;
  let smallest = Infinity;
  for (let perRow = 3; perRow <= columns.length; perRow++) {
    const rows = Math.ceil(columns.length / perRow);
    const width = perRow * PITCH.x;
    const tall = rows * height * PITCH.y;
    // What limits the zoom at which everything fits.
    const size = Math.max(width, tall * aspect);
    // A nearly empty last row looks like a leftover.
    const rest = columns.length - (rows - 1) * perRow;
    const cost = size * (rest === 1 && rows > 1 ? 1.08 : 1);
    if (cost < smallest - 1) {
      smallest = cost;
      chosen = perRow;
    }
  }
  return chosen;
}

/** Columns side by side, wrapped into rows. `aspect` is width over height of the space. */
export function placeColumns(columns: Columns, aspect: number): ReadonlyMap<string, Point> {
  const perRow = columnsPerRow(columns, aspect);
  const places = new Map<string, Point>();
  let top = 0;
  for (let first = 0; first < columns.length; first += perRow) {
    const row = columns.slice(first, first + perRow);
    const height = Math.max(...row.map((column) => column.length));
    row.forEach((column, i) => {
      // Short columns sit in the middle of tall ones, on the grid.
      const inset = snap(((height - column.length) * PITCH.y) / 2);
      column.forEach((id, k) => {
        places.set(id, { x: i * PITCH.x, y: top + inset + k * PITCH.y });
      });
    });
    top += height * PITCH.y;
  }
  return places;
}

/** Moves that bring the nodes to these places, their common top left corner kept. */
export function moveEdits(
  document: NetworkDocument,
  places: ReadonlyMap<string, Point>,
): readonly DocumentEdit[] {
  const moved = document.nodes.filter((node) => places.has(node.id));
  if (moved.length === 0) return [];
  const left = snap(Math.min(...moved.map((node) => node.position.x)));
  const top = snap(Math.min(...moved.map((node) => node.position.y)));
  return moved.flatMap(({ id, position }): DocumentEdit[] => {
    const place = places.get(id);
    if (!place) return [];
    const [x, y] = [left + place.x, top + place.y];
    return position.x === x && position.y === y ? [] : [{ kind: 'moveNode', id, x, y }];
  });
}
