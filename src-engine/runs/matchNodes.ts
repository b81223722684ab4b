/**
 * Which nodes of two documents are the same node: by id, and where ids differ by structure (kind, attributes,
 * neighbourhood). What is matched anchors what is wired to it: a match goes on along wires as long as kinds
 * agree, and over what was put between by how far nodes stand from the nearest anchors on either side. No
 * optimal edit distance of graphs, which nobody could wait for. Pure.
 */
import type { DocumentNode } from '../ir/document.ts';
import type { LayerRole } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import { MatchedGraph, otherEnd, type Direction, type Graph, type Near } from './matchedGraph.ts';
import { attrDifferences } from './values.ts';

export interface NodePair {
  readonly before: DocumentNode;
  readonly after: DocumentNode;
}

/** By id alone, as the weights and the record of one run go. */
export function pairsById(before: Graph, after: Graph): readonly NodePair[] {
  const known = new Map(before.nodes.map((node) => [node.id, node]));
  return after.nodes.flatMap((node) => {
    const old = known.get(node.id);
    return old ? [{ before: old, after: node }] : [];
  });
}

/** In the order of `after`. */
export function matchNodes(before: Graph, after: Graph): readonly NodePair[] {
  const match = new Match(before, after);
  match.byId();
  match.byEnds();
  match.alongWires('alike');
  while (match.overGaps()) match.alongWires('alike');
  match.alongWires('anything');
  while (match.inPlace());
  return match.pairs();
}

const DIRECTIONS: readonly Direction[] = ['to', 'from'];
/** Pairs of free nodes that are compared at most over gaps: beyond it ids and wires must do. */
const MOST_PAIRS = 250_000;

/** What is around two nodes agrees, says nothing, or contradicts that they are the same. */
type Agreement = 1 | 0 | -1;

class Match {
  readonly #before: MatchedGraph;
  readonly #after: MatchedGraph;
  readonly #sameIds: readonly NodePair[];
  readonly #pairs: NodePair[] = [];
  readonly #shared = new Map<DocumentNode, Map<DocumentNode, number>>();
  /** Pairs whose wires are still to be followed. */
  readonly #waiting: NodePair[] = [];

  constructor(before: Graph, after: Graph) {
    this.#before = new MatchedGraph(before);
    this.#after = new MatchedGraph(after);
    this.#sameIds = pairsById(before, after);
  }

  pairs(): readonly NodePair[] {
    const order = new Map([...this.#after.nodes.keys()].map((id, i) => [id, i]));
    const place = ({ after }: NodePair): number => order.get(after.id) ?? 0;
    return this.#pairs.toSorted((a, b) => place(a) - place(b));
  }

  /** The same id and kind; another kind under the same id where nothing around speaks against it. */
  byId(): void {
    const others: NodePair[] = [];
    for (const pair of this.#sameIds) {
      if (pair.before.type === pair.after.type) this.#take(pair.before, pair.after);
      else others.push(pair);
    }
    for (const { before, after } of others) {
      if (!this.#isAgainst(before, after)) this.#take(before, after);
    }
  }

  /** The only ones of their kind where the graphs begin and end. */
  byEnds(): void {
    for (const direction of DIRECTIONS) {
      const olds = onlyOnes(
        this.#before.free().filter(({ id }) => this.#before.isEnd(id, direction)),
      );
      const news = onlyOnes(
        this.#after.free().filter(({ id }) => this.#after.isEnd(id, direction)),
      );
      for (const [type, before] of olds) {
        const after = news.get(type);
        if (after && !this.#isAgainst(before, after)) this.#take(before, after);
      }
    }
  }

  /**
   * From what is matched, wire by wire: the same ports lead to nodes of the same kind. Those that have the same
   * attributes first, or a block put in before another one like it would take its place.
   */
  alongWires(which: 'alike' | 'anything'): void {
    const waiting = which === 'alike' ? this.#waiting : [...this.#pairs];
    for (let pair = waiting.shift(); pair; pair = waiting.shift()) {
      for (const direction of DIRECTIONS) {
        const found = this.#follow(pair, direction, which === 'alike' ? 1 : 0);
        if (which === 'anything') waiting.push(...found);
      }
    }
  }

  /** The free nodes of one kind that are surest to be the same, whatever stands between them and what is matched. */
  overGaps(): boolean {
    // With an anchor of another pair on each side they are two nodes of one kind in two places.
    return this.#takeSurest(
      (a, b) => a.type === b.type,
      (into, out) => into + out > 0,
    );
  }

  /** What took the place of another: of the same part, between the same nodes. */
  inPlace(): boolean {
    const isAlike = (a: DocumentNode, b: DocumentNode): boolean =>
      roleOf(a) !== null && roleOf(a) === roleOf(b);
    return this.#takeSurest(isAlike, (into, out) => into > 0 && out > 0);
  }

  #takeSurest(
    isAlike: (before: DocumentNode, after: DocumentNode) => boolean,
    isEnough: (into: number, out: number) => boolean,
  ): boolean {
    const [olds, news] = [this.#before.free(), this.#after.free()];
    if (olds.length * news.length > MOST_PAIRS) return false;
    const near = DIRECTIONS.map((direction) => ({
      olds: this.#before.nearest(direction),
      news: this.#after.nearest(direction),
    }));
    let best: (NodePair & { readonly score: number }) | null = null;
    for (const before of olds) {
      for (const after of news) {
        if (!isAlike(before, after)) continue;
        const sides = near.map((one) => closeness(one.olds.get(before.id), one.news.get(after.id)));
        const [into = 0, out = 0] = sides;
        if (!isEnough(into, out)) continue;
        const score = into + out + this.#score(before, after);
        if (best === null || score > best.score) best = { before, after, score };
      }
    }
    if (best) this.#take(best.before, best.after);
    return best !== null;
  }

  #take(before: DocumentNode, after: DocumentNode): void {
    const pair = { before, after };
    this.#before.pairOf.set(before.id, this.#pairs.length);
    this.#after.pairOf.set(after.id, this.#pairs.length);
    this.#pairs.push(pair);
    this.#waiting.push(pair);
  }

  #isAgainst(before: DocumentNode, after: DocumentNode): boolean {
    return DIRECTIONS.some((direction) => this.#beside(before, after, direction) < 0);
  }

  #follow({ before, after }: NodePair, direction: Direction, least: number): NodePair[] {
    const found = this.#freeBeside(this.#before, before, direction).flatMap((old) =>
      this.#freeBeside(this.#after, after, direction)
        .filter((now) => now.ports === old.ports && now.node.type === old.node.type)
        .map((now) => ({ before: old.node, after: now.node })),
    );
    const surest = found
      .filter((one) => this.#sharedAttrs(one.before, one.after) >= least)
      .map((one) => ({ ...one, score: this.#score(one.before, one.after) }))
      .toSorted((a, b) => b.score - a.score);
    return surest.filter((one) => {
      if (this.#isTaken(one) || this.#isAgainst(one.before, one.after)) return false;
      // Of two that are as likely another wire may tell, and in the end the order does.
      const isEven = (other: typeof one): boolean =>
        other !== one &&
        (other.before === one.before || other.after === one.after) &&
        other.score === one.score &&
        !this.#isTaken(other);
      if (least > 0 && surest.some(isEven)) return false;
      this.#take(one.before, one.after);
      return true;
    });
  }

  #isTaken({ before, after }: NodePair): boolean {
    return this.#before.pairOf.has(before.id) || this.#after.pairOf.has(after.id);
  }

  #freeBeside(graph: MatchedGraph, { id }: DocumentNode, direction: Direction) {
    return (graph.wires[direction].get(id) ?? []).flatMap((wire) => {
      const node = graph.nodes.get(otherEnd(wire, direction));
      if (!node || graph.pairOf.has(node.id)) return [];
      return [{ node, ports: `${wire.from.port}>${wire.to.port}` }];
    });
  }

  #beside(before: DocumentNode, after: DocumentNode, direction: Direction): Agreement {
    const old = this.#before.pairsBeside(before.id, direction);
    const now = this.#after.pairsBeside(after.id, direction);
    if (old.size === 0 || now.size === 0) {
      // Neither has anything there: a source, or a loss.
      const ends = [
        this.#before.isEnd(before.id, direction),
        this.#after.isEnd(after.id, direction),
      ];
      return ends.every(Boolean) ? 1 : 0;
    }
    return [...old].some((pair) => now.has(pair)) ? 1 : -1;
  }

  /** Attributes in common, how far around them the kinds are the same, and what is matched beside both. */
  #score(before: DocumentNode, after: DocumentNode): number {
    const around = this.#before.sameAround(before.id, this.#after, after.id);
    let beside = 0;
    for (const direction of DIRECTIONS) {
      const now = this.#after.pairsBeside(after.id, direction);
      for (const pair of this.#before.pairsBeside(before.id, direction)) {
        beside += now.has(pair) ? 1 : -1;
      }
    }
    return this.#sharedAttrs(before, after) + around / 2 + beside / 2;
  }

  /** From 0 to 1, where all are the same. */
  #sharedAttrs(before: DocumentNode, after: DocumentNode): number {
    const known = this.#shared.get(before) ?? new Map<DocumentNode, number>();
    this.#shared.set(before, known);
    const found = known.get(after);
    if (found !== undefined) return found;
    const names = new Set([...Object.keys(before.attrs), ...Object.keys(after.attrs)]).size;
    const schema = layers.get(after.type)?.attrs ?? {};
    const differ = attrDifferences(schema, before.attrs, after.attrs).length;
    const shared = 1 - Math.min(1, differ / Math.max(1, names));
    known.set(after, shared);
    return shared;
  }
}

function onlyOnes(nodes: readonly DocumentNode[]): ReadonlyMap<string, DocumentNode> {
  const counts = new Map<string, number>();
  for (const { type } of nodes) counts.set(type, (counts.get(type) ?? 0) + 1);
  return new Map(
    nodes.filter(({ type }) => counts.get(type) === 1).map((node) => [node.type, node]),
  );
}

/** From 1 (the same node beside both) down to 0; below it where different ones are. */
function closeness(a: Near | undefined, b: Near | undefined): number {
  if (!a || !b) return 0;
  return a.pair === b.pair ? 1 / (1 + Math.abs(a.distance - b.distance)) : -1;
}

/** What a layer does in a network, so that one can take another's place; null: nothing can. */
const roleOf = ({ type }: DocumentNode): LayerRole | null => layers.get(type)?.role ?? null;
