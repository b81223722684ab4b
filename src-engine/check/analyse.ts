/**
 * `analyse(document)`: everything that is known of a document without running it. Pure; called on every
 * edit. Nodes that an edit does not touch keep their NodeAnalysis, by identity (see node.ts).
 * One mistake does not hide the next: a node that does not fit still states the outputs it would have.
 */
import type { DocumentNode, NetworkDocument, Wire } from '../ir/document.ts';
import type { Problem, Severity } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import type { TensorType } from '../ir/tensor.ts';
import { type WireIndex, indexWires, reachable, topologicalOrder } from '../ir/topology.ts';
import type { LayerProblem, LayerRole } from '../layers/define.ts';
import type { Analysis, NodeAnalysis } from './analysis.ts';
import type { Check, CheckContext } from './context.ts';
import type { DataLookup } from './dataFacts.ts';
import { analyseNode } from './node.ts';
import { type Field, SEES_ITSELF, receptiveField } from './receptiveField.ts';
import { bottleneckOf } from './bottleneck.ts';
import { checkBatches } from './batches.ts';
import { checkFields } from './dataFields.ts';
import { headsOf } from './heads.ts';
import { checkMemory } from './memory.ts';
import { toFixes } from './layerFixes.ts';
import { checkMonitor } from './monitor.ts';
import { checkObjectives } from './objectives.ts';
import { objectiveParts } from './objectiveParts.ts';
import { checkPaths } from './paths.ts';
import { checkRanges } from './ranges.ts';
import { checkShares } from './shares.ts';
import { checkSharing, withSharing } from './sharing.ts';
import { checkTraining } from './training.ts';
import { checkWires } from './wires.ts';

const GRAPH_CHECKS: readonly Check[] = [
  checkWires,
  checkPaths,
  checkObjectives,
  checkRanges,
  checkShares,
  checkTraining,
  checkMonitor,
  checkSharing,
  checkBatches,
  checkFields,
  checkMemory,
];

/** `lookup`: what is known of the data, where somebody has looked at it. */
export function analyse(document: NetworkDocument, lookup?: DataLookup): Analysis {
  const index = indexWires(document);
  const { order, cyclic } = topologicalOrder(document, index);
  const documentNodes = new Map(document.nodes.map((node) => [node.id, node]));
  const { nodes, layerProblems } = analyseNodes(document, index, documentNodes, [
    ...order,
    ...cyclic,
  ]);

  const ofRole = (role: LayerRole) => (id: string) => {
    const node = nodes.get(id);
    return node?.definition?.role === role && !node.bypassed;
  };
  const lossNodes = order.filter(ofRole('loss'));
  const live = reachable(lossNodes, index, 'upstream');
  const data = order.filter(ofRole('data'));
  // Those that training reads come first.
  const dataNodes = [...data.filter((id) => live.has(id)), ...data.filter((id) => !live.has(id))];
  const objectives = objectiveParts(document.training.objectives, {
    order,
    index,
    lossNodes,
    nodes,
  });
  const broken = new Set(
    layerProblems
      .filter(({ problems }) => problems.some(({ severity }) => severity === 'error'))
      .map(({ id }) => id),
  );
  const source = nodes.get(dataNodes[0] ?? '');
  const context: CheckContext = {
    document,
    index,
    documentNodes,
    nodes,
    order,
    lossNodes,
    dataNodes,
    live,
    objectives,
    broken,
    facts: (source && lookup?.(source)) ?? null,
  };

  const heads = headsOf(context);
  const problems = sortProblems(
    [...layerProblems.flatMap((found) => resolve(context, found)), ...runChecks(context)],
    [...order, ...cyclic],
  );
  return {
    order,
    nodes,
    problems,
    live: order.filter((id) => live.has(id)),
    lossNodes,
    heads,
    bottleneck: bottleneckOf({ nodes, order, index, heads }),
    objectives,
    dataNodes,
    parameterCount: sum(nodes, (node) => node.parameterCount),
    flopsPerSample: sum(nodes, (node) => node.flopsPerSample),
    trainable: !problems.some((problem) => problem.severity === 'error'),
  };
}

interface Found {
  readonly id: string;
  readonly problems: readonly LayerProblem[];
}

function analyseNodes(
  document: NetworkDocument,
  index: WireIndex,
  documentNodes: ReadonlyMap<string, DocumentNode>,
  order: readonly string[],
): { nodes: ReadonlyMap<string, NodeAnalysis>; layerProblems: readonly Found[] } {
  const nodes = new Map<string, NodeAnalysis>();
  const layerProblems: Found[] = [];
  const fields = new Map<string, Field>();

  for (const id of order) {
    const node = documentNodes.get(id);
    if (!node) continue;
    const wiresIn = index.to.get(id) ?? [];
    const inputs = new Map<string, TensorType>();
    for (const wire of wiresIn) {
      const type = own(nodes.get(wire.from.node)?.outputs, wire.from.port);
      if (type) inputs.set(wire.to.port, type);
    }
    const isOfData = ({ from }: Wire): boolean => nodes.get(from.node)?.definition?.role === 'data';
    const { analysis, problems } = analyseNode(node, {
      inputs,
      fieldPorts: wiresIn.filter(isOfData).map(({ to }) => to.port),
      wiredPorts: wiredPorts(wiresIn, index.from.get(id) ?? []),
    });
    const field = receptiveField(
      analysis,
      wiresIn.map((wire) => fields.get(wire.from.node)),
    );
    fields.set(id, field ?? SEES_ITSELF);
    nodes.set(id, field && field !== SEES_ITSELF ? withField(analysis, field) : analysis);
    if (problems.length > 0) layerProblems.push({ id, problems });
  }
  // Owners may stand anywhere, so when all are known.
  for (const [id, node] of nodes) {
    const written = documentNodes.get(id);
    if (written?.sharesWith) nodes.set(id, withSharing(node, written, nodes));
  }
  return { nodes: inDocumentOrder(document, nodes), layerProblems };
}

/** Keeps one object per (analysis, field), so that an unchanged node keeps its identity. */
const withFields = new WeakMap<object, NodeAnalysis>();
function withField(analysis: Omit<NodeAnalysis, 'receptiveField'>, { size }: Field): NodeAnalysis {
  const known = withFields.get(analysis);
  if (known?.receptiveField?.[0] === size[0] && known.receptiveField[1] === size[1]) return known;
  const whole = { ...analysis, receptiveField: size };
  withFields.set(analysis, whole);
  return whole;
}

const distinct = (names: readonly string[]) => [...new Set(names)];
const wiredPorts = (into: readonly Wire[], outOf: readonly Wire[]) => ({
  in: distinct(into.map((wire) => wire.to.port)),
  out: distinct(outOf.map((wire) => wire.from.port)),
});

function inDocumentOrder(
  document: NetworkDocument,
  nodes: ReadonlyMap<string, NodeAnalysis>,
): ReadonlyMap<string, NodeAnalysis> {
  const ordered = new Map<string, NodeAnalysis>();
  for (const { id } of document.nodes) {
    const node = nodes.get(id);
    if (node) ordered.set(id, node);
  }
  return ordered;
}

/** A layer's own problems with their node and with the edits of their fixes. */
function resolve(context: CheckContext, { id, problems }: Found): readonly Problem[] {
  return problems.map(({ fixes: ofLayer, ...problem }) => {
    const fixes = toFixes(context, id, ofLayer);
    return { ...problem, node: id, ...(fixes.length > 0 ? { fixes } : {}) };
  });
}

const runChecks = (context: CheckContext) => GRAPH_CHECKS.flatMap((check) => check(context));

const RANK = { error: 0, warning: 1, info: 2 } as const satisfies Record<Severity, number>;

function sortProblems(problems: readonly Problem[], order: readonly string[]): readonly Problem[] {
  const place = new Map(order.map((id, i) => [id, i]));
  const at = ({ node }: Problem) => (node === undefined ? -1 : (place.get(node) ?? -1));
  return problems.toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || at(a) - at(b));
}

function sum(nodes: ReadonlyMap<string, NodeAnalysis>, of: (node: NodeAnalysis) => number): number {
  let total = 0;
  for (const node of nodes.values()) total += of(node);
  return total;
}
