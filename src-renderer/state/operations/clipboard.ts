/**
 * Copy, cut and paste as text: a fragment of a document in JSON, so that it travels between windows and
 * can be read. A whole project's JSON can be pasted as well.
 */
import { z } from 'zod';
import { networkDocument, type NetworkDocument, type Wire } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import { freshId } from '#engine/ir/naming.ts';
import { GRID } from '#engine/drawing/geometry.ts';

const FRAGMENT_FORMAT = 'netloom-fragment';

const fragmentSchema = z.object({
  format: z.literal(FRAGMENT_FORMAT),
  version: z.literal(1),
  nodes: networkDocument.shape.nodes.min(1),
  /** Between its nodes. */
  wires: networkDocument.shape.wires,
  /** From elsewhere into its nodes. */
  incoming: networkDocument.shape.wires,
});
export type Fragment = z.infer<typeof fragmentSchema>;

export function copyFragment(document: NetworkDocument, ids: ReadonlySet<string>): Fragment | null {
  const nodes = document.nodes.filter((node) => ids.has(node.id));
  if (nodes.length === 0) return null;
  const into = document.wires.filter((wire) => ids.has(wire.to.node));
  return {
    format: FRAGMENT_FORMAT,
    version: 1,
    nodes,
    wires: into.filter((wire) => ids.has(wire.from.node)),
    incoming: into.filter((wire) => !ids.has(wire.from.node)),
  };
}

export function writeFragment(fragment: Fragment): string {
  return `${JSON.stringify(fragment, null, 2)}\n`;
}

/** A fragment, or a whole project as one; null for any other text. */
export function readFragment(text: string): Fragment | null {
  if (!text.trimStart().startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const fragment = fragmentSchema.safeParse(value);
  if (fragment.success) return fragment.data;
  const project = networkDocument.safeParse(value);
  if (!project.success || project.data.nodes.length === 0) return null;
  const { nodes, wires } = project.data;
  return { format: FRAGMENT_FORMAT, version: 1, nodes, wires, incoming: [] };
}

export interface PasteOptions {
  /** Where the middle of the pasted nodes goes; absent: a little off where they were. */
  readonly at?: { readonly x: number; readonly y: number };
  readonly keepIncoming?: boolean;
}

export interface Pasted {
  readonly edits: readonly DocumentEdit[];
  readonly ids: readonly string[];
}

const OFFSET = 2 * GRID;
const onGrid = (value: number): number => Math.round(value / GRID) * GRID;

/** Ids that are free stay; taken ones count on (`conv1` -> `conv2`). */
export function pasteEdits(
  document: NetworkDocument,
  fragment: Fragment,
  { at, keepIncoming = false }: PasteOptions = {},
): Pasted {
  const taken = new Set(document.nodes.map((node) => node.id));
  const there = new Set(taken);
  const renamed = new Map<string, string>();
  for (const { id } of fragment.nodes) {
    const next = taken.has(id) ? freshId(id.replace(/\d+$/, '') || 'node', taken) : id;
    taken.add(next);
    renamed.set(id, next);
  }
  const shift = at ? shiftTo(fragment, at) : { x: OFFSET, y: OFFSET };
  const idOf = (id: string): string => renamed.get(id) ?? id;
  const inner = fragment.wires.map(({ from, to }): Wire => ({
    from: { ...from, node: idOf(from.node) },
    to: { ...to, node: idOf(to.node) },
  }));
  const incoming = keepIncoming
    ? fragment.incoming
        .filter(({ from }) => there.has(from.node))
        .map(({ from, to }): Wire => ({ from, to: { ...to, node: idOf(to.node) } }))
    : [];
  return {
    ids: [...renamed.values()],
    edits: [
      ...fragment.nodes.map((node): DocumentEdit => ({
        kind: 'addNode',
        node: {
          ...node,
          id: idOf(node.id),
          position: { x: node.position.x + shift.x, y: node.position.y + shift.y },
        },
      })),
      ...[...inner, ...incoming].map((wire): DocumentEdit => ({ kind: 'addWire', wire })),
    ],
  };
}

function shiftTo({ nodes }: Fragment, at: { readonly x: number; readonly y: number }) {
  const xs = nodes.map((node) => node.position.x);
  const ys = nodes.map((node) => node.position.y);
  const middle = (values: readonly number[]): number =>
    (Math.min(...values) + Math.max(...values)) / 2;
  return { x: onGrid(at.x - middle(xs)), y: onGrid(at.y - middle(ys)) };
}
