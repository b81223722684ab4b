/** Lookups into the document and its analysis, computed once per version of either. */
import type { Analysis } from '#engine/check/analysis.ts';
import {
  wireKey,
  type DocumentNode,
  type NetworkDocument,
  type Wire,
} from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import type { DocumentState } from './document.ts';

/** One value per key for as long as the key lives. */
function perVersion<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}

const nodeIndex = perVersion(
  (nodes: NetworkDocument['nodes']) => new Map(nodes.map((node) => [node.id, node])),
);
const wireIndex = perVersion(
  (wires: NetworkDocument['wires']) => new Map(wires.map((wire) => [wireKey(wire), wire])),
);
const wiredPorts = perVersion((wires: NetworkDocument['wires']) => {
  const ports = new Set<string>();
  for (const { from, to } of wires) {
    ports.add(`out:${from.node}.${from.port}`);
    ports.add(`in:${to.node}.${to.port}`);
  }
  return ports;
});

export function documentNode(document: NetworkDocument, id: string): DocumentNode | undefined {
  return nodeIndex(document.nodes).get(id);
}
export function wireOf(document: NetworkDocument, key: string): Wire | undefined {
  return wireIndex(document.wires).get(key);
}
/** Keys (portKey) of ports that have a wire. */
export function portsInUse(document: NetworkDocument): ReadonlySet<string> {
  return wiredPorts(document.wires);
}

/** Names a problem across analyses. */
export function problemKey({ code, node = '', port = '', path = '' }: Problem): string {
  return `${code}|${node}|${port}|${path}`;
}

export interface ProblemIndex {
  /** Worst first. */
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
  /** Errors about what comes in at an input port, by wireKey. */
  readonly byInput: ReadonlyMap<string, Problem>;
  readonly counts: Readonly<Record<Problem['severity'], number>>;
}

export const problemIndex = perVersion((analysis: Analysis): ProblemIndex => {
  const byNode = new Map<string, Problem[]>();
  const byInput = new Map<string, Problem>();
  const counts = { error: 0, warning: 0, info: 0 };
  for (const problem of analysis.problems) {
    counts[problem.severity] += 1;
    if (problem.node === undefined) continue;
    byNode.set(problem.node, [...(byNode.get(problem.node) ?? []), problem]);
    if (problem.severity !== 'error' || problem.port === undefined) continue;
    const key = `${problem.node}.${problem.port}`;
    if (!byInput.has(key)) byInput.set(key, problem);
  }
  return { byNode, byInput, counts };
});

const NO_PROBLEMS: readonly Problem[] = [];
export function problemsOf(analysis: Analysis, id: string): readonly Problem[] {
  return problemIndex(analysis).byNode.get(id) ?? NO_PROBLEMS;
}

export function selectedIds(state: Pick<DocumentState, 'selection' | 'document'>): string[] {
  return state.document.nodes
    .filter((node) => state.selection.nodes.has(node.id))
    .map((node) => node.id);
}

/** What a node is called: its name, else its id. */
export function titleOf(node: Pick<DocumentNode, 'id' | 'name'>): string {
  return node.name ?? node.id;
}
