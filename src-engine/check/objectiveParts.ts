/**
 * What each objective of a document means: its losses, the nodes they need, and the parameters it trains in
 * groups of equal settings. Assumes nothing about whether that makes sense: see objectives.ts.
 */
import type { Objective, ParameterGroup } from '../ir/document.ts';
import type { NodeAnalysis } from './analysis.ts';
import type { WireIndex } from '../ir/topology.ts';
import { reachable } from '../ir/topology.ts';

export interface GroupPart {
  /** Of the group in the document; null for what no group names. */
  readonly settings: ParameterGroup | null;
  readonly nodes: readonly string[];
}

export interface ObjectivePart {
  readonly index: number;
  readonly objective: Objective;
  /** In graph order. */
  readonly losses: readonly string[];
  /** What the losses depend on, themselves included, in graph order. */
  readonly nodes: readonly string[];
  /** Nodes whose parameters it updates, by group; frozen ones are left out. */
  readonly groups: readonly GroupPart[];
  /** Nodes that a group of it keeps as they are. */
  readonly frozen: readonly string[];
}

export interface NetworkParts {
  readonly order: readonly string[];
  readonly index: WireIndex;
  readonly lossNodes: readonly string[];
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
}

export function objectiveParts(
  objectives: readonly Objective[],
  { order, index, lossNodes, nodes: analysed }: NetworkParts,
): readonly ObjectivePart[] {
  return objectives.map((objective, position) => {
    const losses = lossNodes.filter((id) => includes(objective.losses, id));
    const needed = reachable(losses, index, 'upstream');
    const nodes = order.filter((id) => needed.has(id));
    const owners = new Set(nodes.flatMap((id) => weightOwners(analysed.get(id))));
    const trained = order.filter((id) => owners.has(id) && includes(objective.trains, id));
    const settingsOf = (id: string) => objective.groups.find((group) => group.nodes.includes(id));
    const parts = [null, ...objective.groups].map((settings) => ({
      settings,
      nodes: trained.filter((id) => (settingsOf(id) ?? null) === settings),
    }));
    return {
      index: position,
      objective,
      losses,
      nodes,
      groups: parts.filter((part) => part.nodes.length > 0 && part.settings?.frozen !== true),
      frozen: parts.flatMap((part) => (part.settings?.frozen === true ? part.nodes : [])),
    };
  });
}

/** As it is called, or by its place. */
export const objectiveName = ({ index, objective }: ObjectivePart): string =>
  objective.name ?? `Objective ${index + 1}`;

/** What its figures are kept under, where there are several: names, told apart where they are the same. */
export function objectiveKeys(objectives: readonly ObjectivePart[]): readonly string[] {
  const names = objectives.map(objectiveName);
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name} ${i + 1}`));
}

/** Who trains the weights that a node's output follows from, one for each node with weights, in graph order. */
export function trainersBefore(
  { nodes, order, objectives }: TrainedParts,
  index: WireIndex,
  node: string,
): readonly ObjectivePart[] {
  const before = reachable([node], index, 'upstream');
  return order
    .filter((id) => before.has(id))
    .flatMap((id) => {
      const owners = weightOwners(nodes.get(id));
      return objectives.filter(({ groups }) =>
        groups.some((group) => owners.some((owner) => group.nodes.includes(owner))),
      );
    });
}
interface TrainedParts extends Pick<NetworkParts, 'nodes' | 'order'> {
  readonly objectives: readonly ObjectivePart[];
}

/** The nodes whose weights a node computes with: itself, and those it shares with. */
export function weightOwners(node: NodeAnalysis | undefined): readonly string[] {
  if (!node) return [];
  const others = [...(node.shared?.values() ?? [])].map((tensor) => tensor.node);
  return [...new Set([...(node.parameterCount > 0 ? [node.id] : []), ...others])];
}

const includes = (ids: 'all' | readonly string[], id: string): boolean =>
  ids === 'all' || ids.includes(id);
