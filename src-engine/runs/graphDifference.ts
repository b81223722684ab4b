/**
 * How two graphs differ: which nodes and wires were added, removed, changed (attribute by attribute) or only
 * renamed. Which node is which says matchNodes.ts; where only ids may say it, its pairs are handed in. Names,
 * places and notes train nothing and are no difference. Pure.
 */
import type { DocumentNode, PortRef, Wire } from '../ir/document.ts';
import { layers } from '../layers/index.ts';
import { matchNodes, type NodePair } from './matchNodes.ts';
import type { Graph } from './matchedGraph.ts';
import { attrDifferences, type ValueDifference } from './values.ts';

/** `renamed`: another id and nothing else. What is changed may be called otherwise as well. */
export type DifferenceKind = 'added' | 'removed' | 'changed' | 'renamed' | 'same';

export interface NodeDifference {
  /** Names it in the picture of both graphs: its id now; of what is gone its id then, marked. */
  readonly key: string;
  readonly kind: DifferenceKind;
  readonly before?: DocumentNode;
  readonly after?: DocumentNode;
  readonly changes: readonly ValueDifference[];
}

export interface WireDifference {
  readonly kind: 'added' | 'removed' | 'same';
  readonly before?: Wire;
  readonly after?: Wire;
  /** Its ends, by the keys of nodes. */
  readonly from: PortRef;
  readonly to: PortRef;
}

export interface GraphDifference {
  /** Those that are there now in their order, then those that are gone. */
  readonly nodes: readonly NodeDifference[];
  readonly wires: readonly WireDifference[];
}

export function graphDifference(
  before: Graph,
  after: Graph,
  pairs: readonly NodePair[] = matchNodes(before, after),
): GraphDifference {
  const pairOf = new Map(pairs.map((pair) => [pair.after.id, pair]));
  /** The key of each node of `before`. */
  const keys = new Map(pairs.map((pair) => [pair.before.id, pair.after.id]));
  const gone = before.nodes.filter(({ id }) => !keys.has(id));
  const taken = new Set(after.nodes.map(({ id }) => id));
  for (const { id } of gone) keys.set(id, freeKey(id, taken));
  return {
    nodes: [
      ...after.nodes.map((node): NodeDifference => {
        const pair = pairOf.get(node.id);
        if (!pair) return { key: node.id, kind: 'added', after: node, changes: [] };
        const changes = nodeChanges(pair, keys);
        const kind =
          changes.length > 0 ? 'changed' : pair.before.id === node.id ? 'same' : 'renamed';
        return { key: node.id, kind, ...pair, changes };
      }),
      ...gone.map((node): NodeDifference => ({
        key: keys.get(node.id) ?? node.id,
        kind: 'removed',
        before: node,
        changes: [],
      })),
    ],
    wires: wireDifferences(before, after, keys),
  };
}

/**
 * Wires that lead elsewhere by themselves: not those of a node that came or went, nor those that it took the
 * place of or left a gap for.
 */
export function ownWires({ nodes, wires }: GraphDifference): readonly WireDifference[] {
  const kinds = new Map(nodes.map(({ key, kind }) => [key, kind]));
  const cameOrWent = ({ from, to }: WireDifference): boolean =>
    [from, to].some(({ node }) => kinds.get(node) === 'added' || kinds.get(node) === 'removed');
  const ends = (wire: WireDifference): readonly string[] => [
    JSON.stringify(['out', wire.from]),
    JSON.stringify(['in', wire.to]),
  ];
  const touched = new Set(wires.filter(cameOrWent).flatMap(ends));
  return wires.filter(
    (wire) =>
      wire.kind !== 'same' && !cameOrWent(wire) && !ends(wire).every((end) => touched.has(end)),
  );
}

function freeKey(id: string, taken: ReadonlySet<string>): string {
  let key = `-${id}`;
  while (taken.has(key)) key = `-${key}`;
  return key;
}

/** Whether the two train the same network, whatever its nodes are called. */
export function hasDifference({ nodes, wires }: GraphDifference): boolean {
  return (
    nodes.some(({ kind }) => kind !== 'same' && kind !== 'renamed') ||
    wires.some(({ kind }) => kind !== 'same')
  );
}

/** Of another kind its attributes are others, and are not compared. */
function nodeChanges(
  { before, after }: NodePair,
  keys: ReadonlyMap<string, string>,
): readonly ValueDifference[] {
  if (before.type !== after.type) {
    return [{ key: 'type', label: 'Type', was: before.type, now: after.type }];
  }
  const schema = layers.get(after.type)?.attrs ?? {};
  return [...attrDifferences(schema, before.attrs, after.attrs), ...switches(before, after, keys)];
}

function switches(
  before: DocumentNode,
  after: DocumentNode,
  keys: ReadonlyMap<string, string>,
): ValueDifference[] {
  const found: ValueDifference[] = [];
  const yesNo = (value: boolean | undefined): string => (value === true ? 'yes' : 'no');
  const [was, now] = [yesNo(before.bypassed), yesNo(after.bypassed)];
  if (was !== now) found.push({ key: 'bypassed', label: 'Bypassed', was, now });
  const [shared, shares] = [before.sharesWith, after.sharesWith];
  const sharedNow = shared && { ...shared, node: keys.get(shared.node) ?? shared.node };
  if (JSON.stringify(sharedNow) !== JSON.stringify(shares)) {
    found.push({
      ...{ key: 'sharesWith', label: 'Shares weights with' },
      was: shared?.node ?? 'none',
      now: shares?.node ?? 'none',
    });
  }
  return found;
}

const textOf = ({ from, to }: Pick<Wire, 'from' | 'to'>): string =>
  JSON.stringify([from.node, from.port, to.node, to.port]);

function wireDifferences(
  before: Graph,
  after: Graph,
  keys: ReadonlyMap<string, string>,
): readonly WireDifference[] {
  const keyed = ({ node, port }: PortRef): PortRef => ({ node: keys.get(node) ?? node, port });
  const old = new Map(
    before.wires.map((wire) => {
      const ends = { from: keyed(wire.from), to: keyed(wire.to) };
      return [textOf(ends), { ...ends, before: wire }] as const;
    }),
  );
  const now = new Set(after.wires.map(textOf));
  return [
    ...after.wires.map((wire): WireDifference => {
      const same = old.get(textOf(wire));
      const { from, to } = wire;
      return same
        ? { kind: 'same', before: same.before, after: wire, from, to }
        : { kind: 'added', after: wire, from, to };
    }),
    ...[...old]
      .filter(([text]) => !now.has(text))
      .map(([, wire]): WireDifference => ({ kind: 'removed', ...wire })),
  ];
}
