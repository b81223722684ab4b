/** Taking things out of the graph. */
import { wireKey, type NetworkDocument } from '#engine/ir/document.ts';
import type { DocumentEdit } from '#engine/ir/edits.ts';
import type { Selection } from '../document.ts';

/** `heal` joins what was before a node to what came after it. */
export function removeEdits(
  document: NetworkDocument,
  { nodes, wires }: Selection,
  heal: boolean,
): readonly DocumentEdit[] {
  const edits: DocumentEdit[] = [];
  for (const wire of document.wires) {
    const goesAnyway = nodes.has(wire.to.node) || nodes.has(wire.from.node);
    if (wires.has(wireKey(wire)) && !goesAnyway) edits.push({ kind: 'removeWire', to: wire.to });
  }
  for (const { id } of document.nodes) {
    if (nodes.has(id)) edits.push({ kind: 'removeNode', id, heal });
  }
  return edits;
}
