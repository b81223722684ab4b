/**
 * Where the gradient of each objective flows: the part of the network that is its own, the wires its gradient
 * comes back along, what it passes without changing and where it stops. Pure, on a document's analysis.
 */
import { portOf } from '#engine/layers/define.ts';
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import { type ObjectivePart, weightOwners } from '#engine/check/objectiveParts.ts';
import { type NetworkDocument, type Wire, wireKey } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import { indexWires, reachable, type WireIndex } from '#engine/ir/topology.ts';
import type { ObjectiveMark } from './objectives.ts';

/** `own`: along weights that it changes. `through`: past weights of others, or none, on the way there. */
export type GradientWay = 'own' | 'through';

export interface ObjectiveFlow {
  readonly index: number;
  /** What it trains, and what computes with the output of that alone, up to its losses. */
  readonly region: ReadonlySet<string>;
  /** By wireKey. */
  readonly wires: ReadonlyMap<string, GradientWay>;
  /** Objectives through whose part its gradient passes and leaves the weights as they are. */
  readonly passes: readonly number[];
  /** Nodes of other objectives whose output it uses, and does not go back through. */
  readonly stopsAt: readonly string[];
}

type Graph = Pick<NetworkDocument, 'nodes' | 'wires'>;

/** Analyses are made anew with every change of the network, so what is known of one stays true. */
const known = new WeakMap<Analysis, readonly ObjectiveFlow[]>();
export function objectiveFlows(graph: Graph, analysis: Analysis): readonly ObjectiveFlow[] {
  let flows = known.get(analysis);
  if (!flows) {
    flows = computeFlows(graph, analysis);
    known.set(analysis, flows);
  }
  return flows;
}

function computeFlows(graph: Graph, analysis: Analysis): readonly ObjectiveFlow[] {
  const regions = regionsOf(indexWires(graph), analysis);
  const isRegional = (id: string): boolean => regions.some((region) => region.has(id));
  const carrying = graph.wires.filter((wire) => carriesGradient(wire, analysis));
  const index = indexWires({ nodes: graph.nodes, wires: carrying });
  return analysis.objectives.map((part, i) => {
    const region = regions[i] ?? new Set<string>();
    const path = pathOf(part, index, analysis);
    const wires = new Map<string, GradientWay>();
    const stopsAt = new Set<string>();
    for (const wire of carrying) {
      const { from, to } = wire;
      if (!path.has(to.node)) continue;
      if (path.has(from.node)) {
        const ends = region.has(to.node) || part.losses.includes(to.node);
        wires.set(wireKey(wire), region.has(from.node) && ends ? 'own' : 'through');
      } else if (isRegional(from.node)) stopsAt.add(from.node);
    }
    const passes = regions.flatMap((other, j) =>
      j !== i && [...path].some((id) => other.has(id)) ? [j] : [],
    );
    return { index: part.index, region, wires, passes, stopsAt: [...stopsAt] };
  });
}

/** Whose weights a node computes with, by the objective's position. */
const trainedBy = (part: ObjectivePart, node: NodeAnalysis | undefined): boolean =>
  weightOwners(node).some((owner) => part.groups.some(({ nodes }) => nodes.includes(owner)));

/**
 * A node is of the objective that trains it. One without weights is of the objective of all that is of any and
 * wired to it, as long as a loss of this objective needs it. In graph order, so that one walk does.
 */
function regionsOf(index: WireIndex, { order, nodes, objectives }: Analysis): Set<string>[] {
  const regions = objectives.map(() => new Set<string>());
  const needed = objectives.map((part) => new Set(part.nodes));
  for (const id of order) {
    const trained = objectives.filter((part) => trainedBy(part, nodes.get(id)));
    const before = (index.to.get(id) ?? []).flatMap(({ from }) =>
      objectives.filter((_, i) => regions[i]?.has(from.node)),
    );
    const [first, ...others] = trained.length > 0 ? trained : before;
    if (!first || others.some((other) => other !== first)) continue;
    const usesOthers = trained.length === 0 && mixes(id, index, nodes, regions[first.index]);
    if (usesOthers || !needed[first.index]?.has(id)) continue;
    regions[first.index]?.add(id);
  }
  return regions;
}

/** Data that comes in beside what is of the objective; targets of its losses are no such. */
function mixes(
  id: string,
  index: WireIndex,
  nodes: ReadonlyMap<string, NodeAnalysis>,
  region: ReadonlySet<string> | undefined,
): boolean {
  const target = portOf(nodes.get(id)?.definition, 'target');
  return (index.to.get(id) ?? []).some(
    ({ from, to }) => to.port !== target && region?.has(from.node) !== true,
  );
}

/** From what it trains to its losses, along wires that carry gradients. */
function pathOf(part: ObjectivePart, index: WireIndex, { nodes, order }: Analysis): Set<string> {
  const starts = order.filter((id) => trainedBy(part, nodes.get(id)));
  const after = reachable(starts, index, 'downstream');
  const before = reachable(part.losses, index, 'upstream');
  return new Set(order.filter((id) => after.has(id) && before.has(id)));
}

/** Numbers alone have gradients, and constants have none to give on. */
function carriesGradient({ from, to }: Wire, { nodes }: Analysis): boolean {
  const stops = [from.node, to.node].some((id) => nodes.get(id)?.definition?.stopsGradient);
  return !stops && own(nodes.get(from.node)?.outputs ?? {}, from.port)?.dtype === 'f32';
}

/** Where it passes weights that it does not change, and where it ends. */
export function gradientText(
  { passes, stopsAt }: Pick<ObjectiveFlow, 'passes' | 'stopsAt'>,
  marks: readonly ObjectiveMark[],
): string {
  const through = passes.flatMap((index) => marks[index]?.name ?? []);
  const parts = [
    ...(through.length > 0 ? [`goes through ${through.join(', ')}, which stays as it is`] : []),
    ...(stopsAt.length > 0 ? [`stops at ${stopsAt.join(', ')}`] : []),
  ];
  return parts.join('; ') || 'goes through what it trains alone';
}
