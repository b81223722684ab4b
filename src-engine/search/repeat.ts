/**
 * Depth as a number: a marked range of nodes, from where its one input comes in to where its one output goes
 * out, stands so many times in a row. Answers edits. Copies are called `fc2_2`, `fc2_3`, ...; they are trained
 * by whoever trains the first. No times at all joins what was before to what comes after.
 */
import type { DocumentNode, NetworkDocument, Objective, PortRef, Wire } from '../ir/document.ts';
import type { DocumentEdit } from '../ir/edits.ts';
import { inputError } from '../ir/problem.ts';
import { indexWires, reachable } from '../ir/topology.ts';

export interface MarkedRange {
  readonly first: string;
  readonly last: string;
}
const PATTERN = /^repeat\((.+?)\.\.(.+)\)$/;

export const repeatPath = ({ first, last }: MarkedRange): string => `repeat(${first}..${last})`;

/** What `repeat(fc2..relu2)` marks; null for any other path. */
export function markedRange(path: string): MarkedRange | null {
  const [, first, last] = PATTERN.exec(path) ?? [];
  return first === undefined || last === undefined ? null : { first, last };
}

interface Part {
  /** In document order. */
  readonly nodes: readonly DocumentNode[];
  readonly inner: readonly Wire[];
  /** What feeds it, by the inputs within that get it. */
  readonly entries: readonly Wire[];
  readonly source: PortRef;
  readonly exit: PortRef;
  readonly leaving: readonly Wire[];
}

export function repeatEdits(
  document: NetworkDocument,
  range: MarkedRange,
  times: number,
): readonly DocumentEdit[] {
  const part = partOf(document, range);
  if (times === 1) return [];
  if (times === 0) {
    return [
      ...part.nodes.map(({ id }): DocumentEdit => ({ kind: 'removeNode', id })),
      ...part.leaving.map(({ to }) => joined(part.source, to)),
      ...trainedEdits(document, (ids) => without(ids, part.nodes)),
    ];
  }
  const taken = new Set(document.nodes.map(({ id }) => id));
  const width = widthOf(part.nodes);
  const edits: DocumentEdit[] = [];
  const copies = new Map<string, string[]>();
  let end = part.exit;
  for (let n = 2; n <= times; n++) {
    const names = new Map(part.nodes.map(({ id }) => [id, freeName(id, n, taken)]));
    const renamed = (id: string): string => names.get(id) ?? id;
    for (const node of part.nodes) {
      const { sharesWith, position } = node;
      copies.set(node.id, [...(copies.get(node.id) ?? []), renamed(node.id)]);
      edits.push({
        kind: 'addNode',
        node: {
          ...node,
          id: renamed(node.id),
          position: { x: position.x + (n - 1) * width, y: position.y },
          ...(sharesWith && { sharesWith: { ...sharesWith, node: renamed(sharesWith.node) } }),
        },
      });
    }
    for (const { from, to } of part.inner) {
      edits.push(joined(at(from, renamed), at(to, renamed)));
    }
    for (const { to } of part.entries) edits.push(joined(end, at(to, renamed)));
    end = at(part.exit, renamed);
  }
  return [
    ...edits,
    ...part.leaving.map(({ to }) => joined(end, to)),
    ...trainedEdits(document, (ids) => ids.flatMap((id) => [id, ...(copies.get(id) ?? [])])),
  ];
}

const joined = (from: PortRef, to: PortRef): DocumentEdit => ({
  kind: 'addWire',
  wire: { from, to },
});
const at = ({ node, port }: PortRef, renamed: (id: string) => string): PortRef => ({
  node: renamed(node),
  port,
});
const without = (ids: readonly string[], nodes: readonly DocumentNode[]): readonly string[] =>
  ids.filter((id) => !nodes.some((node) => node.id === id));

function freeName(id: string, n: number, taken: Set<string>): string {
  let name = `${id}_${n}`;
  while (taken.has(name)) name += '_';
  taken.add(name);
  return name;
}

/** The range and what hangs on it; a range that could not stand twice in a row is refused. */
export function partOf(document: NetworkDocument, range: MarkedRange): Part {
  const { first, last } = range;
  for (const id of [first, last]) {
    if (!document.nodes.some((node) => node.id === id)) {
      throw inputError('search.unknown-node', `There is no node ${id}.`, { node: id });
    }
  }
  const index = indexWires(document);
  const after = reachable([first], index, 'downstream');
  const before = reachable([last], index, 'upstream');
  const inside = (id: string): boolean => after.has(id) && before.has(id);
  if (!inside(first)) {
    throw inputError(
      'search.no-range',
      `No wires lead from ${first} to ${last}, so there is nothing between them to be repeated.`,
      { node: first },
    );
  }
  const { nodes, wires } = document;
  const entries = wires.filter(({ from, to }) => !inside(from.node) && inside(to.node));
  const leaving = wires.filter(({ from, to }) => inside(from.node) && !inside(to.node));
  const source = onlyPort(entries.map(({ from }) => from));
  const exit = onlyPort(leaving.map(({ from }) => from));
  if (!source || !exit || exit.node !== last) {
    throw inputError(
      'search.open-range',
      `The nodes from ${first} to ${last} cannot be repeated: ${source ? 'they need one output, that of the last,' : 'they need one input'} so that each repetition takes up from the one before.`,
      { node: source ? last : first },
    );
  }
  return {
    nodes: nodes.filter(({ id }) => inside(id)),
    inner: wires.filter(({ from, to }) => inside(from.node) && inside(to.node)),
    ...{ entries, leaving, source, exit },
  };
}

function onlyPort(ports: readonly PortRef[]): PortRef | null {
  const [first] = ports;
  if (!first) return null;
  return ports.every(({ node, port }) => node === first.node && port === first.port) ? first : null;
}

/** Between a node and its copy on the canvas. */
const GAP_PX = 240;

function widthOf(nodes: readonly DocumentNode[]): number {
  const xs = nodes.map(({ position }) => position.x);
  return Math.max(...xs) - Math.min(...xs) + GAP_PX;
}

/** Where objectives name what they train, the copies are named too. */
function trainedEdits(
  { training }: NetworkDocument,
  change: (ids: readonly string[]) => readonly string[],
): readonly DocumentEdit[] {
  const objectives = training.objectives.map((objective): Objective => {
    const { trains, groups } = objective;
    return {
      ...objective,
      trains: trains === 'all' ? trains : change(trains),
      groups: groups
        .map((group) => ({ ...group, nodes: change(group.nodes) }))
        .filter((group) => group.nodes.length > 0),
    };
  });
  if (JSON.stringify(objectives) === JSON.stringify(training.objectives)) return [];
  return [{ kind: 'setTraining', training: { objectives } }];
}
