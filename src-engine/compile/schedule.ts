/**
 * Groups element-wise ops into chains that make one pass over memory, and orders everything for
 * execution. A chain runs where its last member stood; an op may join only if nothing in between reads
 * what the chain makes, or overwrites what it reads.
 */
import type { Graph, GraphValue, OpValue, ValueId } from '../ir/graph.ts';
import { sameShape } from '../ir/tensor.ts';
import { isElementwise } from '../ops/ops.ts';

/** One call to be: a single op, or the members of a chain in order. */
export interface Unit {
  readonly members: readonly ValueId[];
}

/** Steps of one chain; more would only press on registers. */
const MAX_CHAIN = 40;
const MAX_INPUTS = 16;

interface Context {
  readonly graph: Graph;
  readonly readers: readonly (readonly ValueId[])[];
  readonly groupOf: ReadonlyMap<ValueId, Group>;
  readonly effects: Effects;
}

interface Group {
  members: ValueId[];
  readonly shape: readonly number[];
  position: number;
}

export function schedule(graph: Graph): readonly Unit[] {
  const readers = readersOf(graph);
  const groupOf = new Map<ValueId, Group>();
  const groups: (Group | null)[] = graph.values.map(() => null);
  const context: Context = { graph, readers, groupOf, effects: effectsOf(graph) };

  graph.values.forEach((value, id) => {
    if (value.kind !== 'op') return;
    const own: Group = { members: [id], shape: value.type.shape, position: id };
    groups[id] = own;
    groupOf.set(id, own);
    if (!chainable(graph, value)) return;
    const candidates = new Set(value.inputs.map((input) => groupOf.get(input)));
    for (const group of candidates) {
      const current = groupOf.get(id);
      if (!group || !current || group === current) continue;
      if (joinable(context, group, current)) merge(groups, groupOf, group, current);
    }
  });
  return groups.flatMap((group) => (group ? [{ members: group.members }] : []));
}

/** Element-wise on f32, or the store of such a result. */
function chainable(graph: Graph, value: OpValue): boolean {
  const f32 = value.inputs.every((input) => graph.values[input]?.type.dtype === 'f32');
  if (!f32 || value.type.dtype !== 'f32') return false;
  if (value.op !== 'assign') return isElementwise(value.op);
  const stored = graph.values[value.inputs[1] ?? -1];
  return stored?.kind === 'op' && isElementwise(stored.op);
}

function joinable(context: Context, group: Group, joining: Group): boolean {
  const { graph, readers, groupOf } = context;
  const members = [...group.members, ...joining.members].sort((a, b) => a - b);
  if (members.length > MAX_CHAIN || !sameShape(group.shape, joining.shape)) return false;
  if (!group.members.every((id) => isChainMember(graph, id))) return false;
  const inside = new Set(members);
  const at = joining.position;
  for (const id of group.members) {
    for (const reader of readers[id] ?? []) {
      const where = groupOf.get(reader);
      if (!inside.has(reader) && where && where.position <= at) return false;
    }
  }
  return (
    countInputs(graph, members, inside) <= MAX_INPUTS &&
    effectsAgree(context, members, group.position, at)
  );
}

function isChainMember(graph: Graph, id: ValueId): boolean {
  const value = graph.values[id];
  return value?.kind === 'op' && chainable(graph, value);
}

function countInputs(
  graph: Graph,
  members: readonly ValueId[],
  inside: ReadonlySet<ValueId>,
): number {
  const inputs = new Set<ValueId>();
  for (const id of members) {
    const value = graph.values[id];
    if (value?.kind !== 'op') continue;
    for (const input of value.inputs) if (!inside.has(input)) inputs.add(input);
  }
  return inputs.size;
}

/**
 * Storage is read and written in list order. Within a chain every read happens before every write, so no
 * member may read what an earlier member stored. Between the chain's place and its new one, nothing may
 * store what it reads, nor touch what it stores.
 */
function effectsAgree(
  { graph, groupOf, effects }: Context,
  members: readonly ValueId[],
  from: number,
  to: number,
): boolean {
  const stored = new Set<string>();
  const read = new Set<string>();
  for (const id of members) {
    const value = graph.values[id];
    if (value?.kind !== 'op') continue;
    const sources = value.op === 'assign' ? value.inputs.slice(1) : value.inputs;
    for (const source of sources) {
      const storage = effects.storage[source] ?? null;
      if (storage !== null && stored.has(storage)) return false;
      if (storage !== null) read.add(storage);
    }
    if (value.op === 'assign') stored.add(effects.storage[value.inputs[0] ?? -1] ?? '');
  }
  const inside = new Set(members);
  const between = (ids: readonly ValueId[] = []): boolean =>
    ids.some((id) => {
      const place = groupOf.get(id)?.position;
      return place !== undefined && place > from && place <= to && !inside.has(id);
    });
  for (const storage of read) if (between(effects.stores.get(storage))) return false;
  for (const storage of stored) if (between(effects.touches.get(storage))) return false;
  return true;
}

/** Which values read or store which storage: few of a graph do. */
interface Effects {
  readonly storage: readonly (string | null)[];
  readonly stores: ReadonlyMap<string, readonly ValueId[]>;
  /** Reads and stores. */
  readonly touches: ReadonlyMap<string, readonly ValueId[]>;
}

function effectsOf(graph: Graph): Effects {
  const storage: (string | null)[] = [];
  const stores = new Map<string, ValueId[]>();
  const touches = new Map<string, ValueId[]>();
  const note = (map: Map<string, ValueId[]>, name: string, id: ValueId): void => {
    const ids = map.get(name);
    if (ids) ids.push(id);
    else map.set(name, [id]);
  };
  graph.values.forEach((value, id) => {
    storage.push(storageOf(value, storage));
    if (value.kind !== 'op') return;
    const touched = new Set(value.inputs.map((input) => storage[input] ?? null));
    for (const name of touched) if (name !== null) note(touches, name, id);
    const target = storage[value.inputs[0] ?? -1];
    if (value.op === 'assign' && target != null) note(stores, target, id);
  });
  return { storage, stores, touches };
}

/** Which storage a value reads: parameters and their arena are one, so are gradients and theirs. */
function storageOf(value: GraphValue, known: readonly (string | null)[]): string | null {
  if (value.kind === 'op') {
    // Reshapes and stores are views of what they were given.
    const view = value.op === 'reshape' || value.op === 'assign';
    return view ? (known[value.inputs[0] ?? -1] ?? null) : null;
  }
  const { leaf } = value;
  switch (leaf.kind) {
    case 'parameter':
      return 'parameters';
    case 'gradient':
      return 'gradients';
    case 'average':
      return 'average';
    case 'arena':
      return leaf.arena;
    case 'buffer':
      return `buffer:${leaf.name}`;
    case 'data':
    case 'feed':
      return null;
    default:
      return leaf satisfies never;
  }
}

function merge(
  groups: (Group | null)[],
  groupOf: Map<ValueId, Group>,
  group: Group,
  into: Group,
): void {
  groups[group.position] = null;
  into.members = [...group.members, ...into.members].sort((a, b) => a - b);
  for (const id of group.members) groupOf.set(id, into);
}

export function readersOf(graph: Graph): readonly (readonly ValueId[])[] {
  const readers: ValueId[][] = graph.values.map(() => []);
  graph.values.forEach((value, id) => {
    if (value.kind === 'op') for (const input of value.inputs) readers[input]?.push(id);
  });
  return readers;
}
