/**
 * Runs as if their nodes had the same names: a node that another run calls otherwise, since it was renamed or
 * made anew, gets the name it has in the run that the others are measured by (matchNodes.ts). Settings then
 * compare by path, whoever asks: tables, groups, axes, sentences. How graphs are wired is a setting of its own,
 * `wires`, where that alone differs. What a run was set to is not changed by it. Pure.
 */
import type { JsonValue } from '../ir/attrs.ts';
import type { DocumentNode } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import { graphDifference, ownWires } from './graphDifference.ts';
import type { Graph } from './matchedGraph.ts';
import { matchNodes, type NodePair } from './matchNodes.ts';
import type { RunSettings } from './settings.ts';

/** Of runs that are wired in different ways: `A`, `B`, in their order. */
export const WIRES_SETTING = 'wires';

interface WithSettings {
  readonly settings: RunSettings;
}
/** Of a run that calls nodes otherwise its own names, by those that are told. */
export interface Aligned {
  readonly called?: Readonly<Record<string, string>>;
}

/** How the nodes of each run are told, by their ids there; null of one whose graph is not known. */
export interface Alignment {
  readonly names: readonly (ReadonlyMap<string, string> | null)[];
  /** Null where all that are known are wired alike. */
  readonly wires: readonly (string | null)[] | null;
}

/** `base`: whose names are taken. */
export function alignNodesOf(graphs: readonly (Graph | null)[], base = 0): Alignment {
  const kinds: Kind[] = [];
  const known = new Map<string, Kind>();
  const kindOf = (graph: Graph | null | undefined): Kind | null => {
    if (!graph) return null;
    const text = textOf(graph);
    const found = known.get(text) ?? kindAmong(kinds, graph);
    if (!known.has(text)) {
      known.set(text, found);
      kinds.push(found);
    }
    return found;
  };
  // First, so that its names are.
  kindOf(graphs[base]);
  const found = graphs.map(kindOf);
  const isOneWay = new Set(kinds.map(({ wiring }) => wiring)).size < 2;
  return {
    names: found.map((kind) => kind?.names ?? null),
    wires: isOneWay ? null : found.map((kind) => (kind ? letterOf(kind.wiring) : null)),
  };
}

/** The same objects where nothing is told otherwise. */
export function alignRuns<R extends WithSettings>(
  runs: readonly R[],
  { names, wires }: Alignment,
): readonly (R & Aligned)[] {
  const path = runs.some(({ settings }) => own(settings, WIRES_SETTING) !== undefined)
    ? `${WIRES_SETTING}\u2032`
    : WIRES_SETTING;
  return runs.map((run, i) => {
    const renamed = [...(names[i] ?? [])].filter(([id, name]) => id !== name);
    const wired = wires?.[i] ?? null;
    if (renamed.length === 0 && wired === null) return run;
    return {
      ...run,
      settings: {
        ...renamedSettings(run.settings, new Map(renamed)),
        ...(wired !== null && { [path]: wired }),
      },
      ...(renamed.length > 0 && {
        called: Object.fromEntries(renamed.map(([id, name]) => [name, id])),
      }),
    };
  });
}

/** Graphs that are the same but for places and notes, of however many runs. */
interface Kind {
  readonly graph: Graph;
  readonly names: ReadonlyMap<string, string>;
  /** The number of the first that is wired as it is. */
  readonly wiring: number;
}

const texts = new WeakMap<Graph, string>();
function textOf(graph: Graph): string {
  const text =
    texts.get(graph) ??
    JSON.stringify([
      graph.nodes.map(({ id, type, attrs }: DocumentNode) => [id, type, attrs]),
      graph.wires,
    ]);
  texts.set(graph, text);
  return text;
}

/** By the names of those before it: what the first has not another one may have. */
function kindAmong(kinds: readonly Kind[], graph: Graph): Kind {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  let wiring: number | null = null;
  for (const kind of kinds) {
    if (wiring !== null && names.size === graph.nodes.length) break;
    const pairs = matchNodes(kind.graph, graph);
    for (const { before, after } of pairs) {
      const name = kind.names.get(before.id) ?? before.id;
      if (names.has(after.id) || taken.has(name)) continue;
      names.set(after.id, name);
      taken.add(name);
    }
    if (wiring === null && isWiredAlike(kind.graph, graph, pairs)) wiring = kind.wiring;
  }
  const known = new Set(kinds.flatMap((kind) => [...kind.names.values()]));
  for (const { id } of graph.nodes) {
    if (names.has(id)) continue;
    // Another node has the name where the others are told.
    let name = id;
    while (taken.has(name) || known.has(name)) name = `${name}\u2032`;
    names.set(id, name);
    taken.add(name);
  }
  return { graph, names, wiring: wiring ?? kinds.length };
}

const isWiredAlike = (before: Graph, after: Graph, pairs: readonly NodePair[]): boolean =>
  ownWires(graphDifference(before, after, pairs)).length === 0;

const letterOf = (i: number): string => (i < 26 ? String.fromCharCode(65 + i) : `A${i - 25}`);

function renamedSettings(settings: RunSettings, names: ReadonlyMap<string, string>): RunSettings {
  return Object.fromEntries(
    Object.entries(settings).map(([path, value]) => {
      const end = path.indexOf('.');
      const [node, rest] = end < 0 ? [path, ''] : [path.slice(0, end), path.slice(end)];
      const isOfTraining = node === 'training';
      const told = isOfTraining ? path : `${names.get(node) ?? node}${rest}`;
      if (path.endsWith('.monitor')) return [told, metricOf(value, names)];
      return [told, NAMES_NODES.test(path) ? renamedIn(value, names) : value];
    }),
  );
}

/** Settings whose values are names of nodes. */
const NAMES_NODES =
  /\.sharesWith$|^training\.(objectives\.\d+\.)?(losses|trains|lossWeights|groups)\b/;

/** `NODE.f1` is a metric of a node; `loss` is none, whatever a node is called. */
function metricOf(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  const end = typeof value === 'string' ? value.indexOf('.') : -1;
  if (typeof value !== 'string' || end < 0) return value;
  return `${names.get(value.slice(0, end)) ?? value.slice(0, end)}${value.slice(end)}`;
}

function renamedIn(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each: JsonValue) => renamedIn(each, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [names.get(key) ?? key, renamedIn(each, names)]),
  );
}
