/** What a network that is being trained has and the canvas no longer: its nodes, and wires between what is left. Pure. */
import {
  wireKey,
  type DocumentNode,
  type NetworkDocument,
  type Wire,
} from '#engine/ir/document.ts';

export interface RemovedParts {
  readonly nodes: readonly DocumentNode[];
  /** With both ends still there; with a node its wires are gone as well, and need no line. */
  readonly wires: readonly Wire[];
}

export function removedParts(ran: NetworkDocument, now: NetworkDocument): RemovedParts {
  const nodes = new Map(now.nodes.map((node) => [node.id, node]));
  const types = new Map(ran.nodes.map(({ id, type }) => [id, type]));
  const wires = new Set(now.wires.map(wireKey));
  const stays = (id: string): boolean => {
    const type = nodes.get(id)?.type;
    return type !== undefined && type === types.get(id);
  };
  return {
    nodes: ran.nodes.filter(({ id }) => !nodes.has(id)),
    wires: ran.wires.filter(
      (wire) => !wires.has(wireKey(wire)) && stays(wire.from.node) && stays(wire.to.node),
    ),
  };
}
