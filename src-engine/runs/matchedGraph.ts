/** One of two graphs that are being matched (matchNodes.ts): what of it has a pair, and what is around the rest. */
import type { DocumentNode, NetworkDocument, Wire } from '../ir/document.ts';
import { indexWires, type WireIndex } from '../ir/topology.ts';

export type Graph = Pick<NetworkDocument, 'nodes' | 'wires'>;
/** Against the wires or along them. */
export type Direction = 'to' | 'from';

/** The nearest pair; -1 stands for where the graph begins or ends. */
export interface Near {
  readonly pair: number;
  /** Over how many wires. */
  readonly distance: number;
}

/** How far around a node its neighbourhood is compared, in wires. */
const RADIUS = 3;

export class MatchedGraph {
  readonly nodes: ReadonlyMap<string, DocumentNode>;
  readonly wires: WireIndex;
  /** The number of its pair, by node. */
  readonly pairOf = new Map<string, number>();
  /** By radius. */
  readonly #kinds: readonly ReadonlyMap<string, string>[];

  constructor(graph: Graph) {
    this.nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    this.wires = indexWires(graph);
    this.#kinds = kindsAround(graph, this.wires);
  }

  free(): DocumentNode[] {
    return [...this.nodes.values()].filter(({ id }) => !this.pairOf.has(id));
  }

  isEnd(id: string, direction: Direction): boolean {
    return (this.wires[direction].get(id) ?? []).length === 0;
  }

  /** Pairs of the nodes wired to it. */
  pairsBeside(id: string, direction: Direction): ReadonlySet<number> {
    const wires = this.wires[direction].get(id) ?? [];
    const pairs = wires.map((wire) => this.pairOf.get(otherEnd(wire, direction)));
    return new Set(pairs.filter((pair) => pair !== undefined));
  }

  /** Up to which distance, from 0 to 3, the same kinds are around both. */
  sameAround(id: string, other: MatchedGraph, otherId: string): number {
    let radius = 0;
    while (radius < RADIUS) {
      const [mine, theirs] = [this.#kinds[radius + 1], other.#kinds[radius + 1]];
      if (mine?.get(id) !== theirs?.get(otherId)) break;
      radius += 1;
    }
    return radius;
  }

  /** Of each free node, over free nodes only. Of several as near the one matched first, on both sides. */
  nearest(direction: Direction): ReadonlyMap<string, Near> {
    const back: Direction = direction === 'to' ? 'from' : 'to';
    const found = new Map<string, Near>();
    const ends = this.free().filter(({ id }) => this.isEnd(id, direction));
    let front: { readonly id: string; readonly pair: number }[] = [...this.pairOf]
      .map(([id, pair]) => ({ id, pair }))
      .toSorted((a, b) => a.pair - b.pair);
    for (let distance = 1; front.length > 0 || distance === 1; distance++) {
      const next: { readonly id: string; readonly pair: number }[] = [];
      const reach = (id: string, pair: number): void => {
        if (this.pairOf.has(id) || found.has(id)) return;
        found.set(id, { pair, distance });
        next.push({ id, pair });
      };
      for (const { id, pair } of front) {
        for (const wire of this.wires[back].get(id) ?? []) reach(otherEnd(wire, back), pair);
      }
      if (distance === 1) for (const { id } of ends) reach(id, -1);
      front = next;
    }
    return found;
  }
}

export const otherEnd = (wire: Wire, direction: Direction): string =>
  direction === 'to' ? wire.from.node : wire.to.node;

/** Kinds and ports around each node, by distance: texts that are equal where these are. */
function kindsAround(graph: Graph, index: WireIndex): ReadonlyMap<string, string>[] {
  let last = new Map(graph.nodes.map(({ id, type }) => [id, type]));
  const all = [last];
  const around = (id: string, direction: Direction): string =>
    (index[direction].get(id) ?? [])
      .map((wire) => {
        const kind = last.get(otherEnd(wire, direction)) ?? '';
        return `${wire.from.port}>${wire.to.port}:${kind}`;
      })
      .toSorted()
      .join();
  for (let radius = 1; radius <= RADIUS; radius++) {
    last = new Map(
      graph.nodes.map(({ id, type }) => [
        id,
        hash(`${type}(${around(id, 'to')}|${around(id, 'from')})`),
      ]),
    );
    all.push(last);
  }
  return all;
}

/**
 * FNV-1a: however far one looks, the texts stay short. Two that fall together by chance make two nodes look a
 * little more alike than they are.
 * Reference: http://www.isthe.com/chongo/tech/comp/fnv/
 */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return (value >>> 0).toString(36);
}
