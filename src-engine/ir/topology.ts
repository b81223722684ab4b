/**
 * The order in which nodes can be computed, and the walks over wires that checks, canvas and compiler
 * share. Knows nothing of layers: a graph of ids.
 * Reference: Tarjan, Depth-first search and linear graph algorithms, 1972 (strongly connected components
 * come out with producers first when followed against the wires).
 */
import type { NetworkDocument, Wire } from './document.ts';

type Graph = Pick<NetworkDocument, 'nodes' | 'wires'>;

/** Wires by the node they leave and by the node they enter; wires to unknown nodes are left out. */
export interface WireIndex {
  readonly from: ReadonlyMap<string, readonly Wire[]>;
  readonly to: ReadonlyMap<string, readonly Wire[]>;
}

export function indexWires({ nodes, wires }: Graph): WireIndex {
  const from = new Map<string, Wire[]>();
  const to = new Map<string, Wire[]>();
  for (const { id } of nodes) {
    from.set(id, []);
    to.set(id, []);
  }
  for (const wire of wires) {
    const out = from.get(wire.from.node);
    const into = to.get(wire.to.node);
    if (!out || !into) continue;
    out.push(wire);
    into.push(wire);
  }
  return { from, to };
}

/**
 * Groups of nodes that reach each other, producers first; a group of one is an ordinary node (or one
 * wired to itself). Document order decides where wires do not.
 */
export function components(graph: Graph, index: WireIndex = indexWires(graph)): string[][] {
  const found: string[][] = [];
  const number = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();

  const enter = (id: string) => {
    number.set(id, number.size);
    lowest.set(id, number.size - 1);
    open.push(id);
    isOpen.add(id);
    return { id, producers: index.to.get(id) ?? [], next: 0 };
  };
  const lower = (id: string, to: number) => lowest.set(id, Math.min(lowest.get(id) ?? to, to));

  for (const { id: root } of graph.nodes) {
    if (number.has(root)) continue;
    // A stack of our own: a chain of thousands of nodes must not exhaust JavaScript's.
    const path = [enter(root)];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const wire = top.producers[top.next++];
      if (wire) {
        const seen = number.get(wire.from.node);
        if (seen === undefined) path.push(enter(wire.from.node));
        else if (isOpen.has(wire.from.node)) lower(top.id, seen);
        continue;
      }
      path.pop();
      const reach = lowest.get(top.id) ?? 0;
      const parent = path.at(-1);
      if (parent) lower(parent.id, reach);
      if (reach !== number.get(top.id)) continue;
      const group = open.splice(open.indexOf(top.id));
      for (const id of group) isOpen.delete(id);
      found.push(group);
    }
  }
  return found;
}

/**
 * `order`: every node that is not on a cycle, producers first. `cyclic`: the nodes on cycles, in
 * document order. What hangs behind a cycle is in `order`: its inputs are merely unknown.
 */
export function topologicalOrder(
  graph: Graph,
  index: WireIndex = indexWires(graph),
): { order: string[]; cyclic: string[] } {
  const order: string[] = [];
  const onCycle = new Set<string>();
  for (const group of components(graph, index)) {
    const [only] = group;
    if (group.length === 1 && only !== undefined && !isSelfWired(only, index)) order.push(only);
    else for (const id of group) onCycle.add(id);
  }
  return { order, cyclic: graph.nodes.map(({ id }) => id).filter((id) => onCycle.has(id)) };
}

export function isSelfWired(id: string, index: WireIndex): boolean {
  return (index.from.get(id) ?? []).some((wire) => wire.to.node === id);
}

/** All nodes that can be reached from `starts`, these included. */
export function reachable(
  starts: Iterable<string>,
  index: WireIndex,
  direction: 'upstream' | 'downstream',
): Set<string> {
  const seen = new Set(starts);
  const waiting = [...seen];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const wires = (direction === 'upstream' ? index.to : index.from).get(id) ?? [];
    for (const wire of wires) {
      const next = direction === 'upstream' ? wire.from.node : wire.to.node;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return seen;
}
