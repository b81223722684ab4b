/** What the checks of a whole document share: the document, its wires and the analysed nodes by id. */
import type { DocumentNode, NetworkDocument, PortRef, Wire } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import type { TensorType } from '../ir/tensor.ts';
import type { WireIndex } from '../ir/topology.ts';
import type { NodeAnalysis } from './analysis.ts';
import type { DataFacts } from './dataFacts.ts';
import type { ObjectivePart } from './objectiveParts.ts';

export interface CheckContext {
  readonly document: NetworkDocument;
  readonly index: WireIndex;
  readonly documentNodes: ReadonlyMap<string, DocumentNode>;
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
  readonly order: readonly string[];
  readonly lossNodes: readonly string[];
  readonly dataNodes: readonly string[];
  readonly live: ReadonlySet<string>;
  readonly objectives: readonly ObjectivePart[];
  /** Nodes with an error of their own, whose parameters may be unknown. */
  readonly broken: ReadonlySet<string>;
  /** Null as long as nobody has looked at the data. */
  readonly facts: DataFacts | null;
}

export type Check = (context: CheckContext) => readonly Problem[];

export function wireInto(context: Pick<CheckContext, 'index'>, to: PortRef): Wire | undefined {
  return context.index.to.get(to.node)?.find((wire) => wire.to.port === to.port);
}

export function typeOf(
  { nodes }: Pick<CheckContext, 'nodes'>,
  { node, port }: PortRef,
): TensorType | undefined {
  return own(nodes.get(node)?.outputs, port);
}

/** The wire's producer, bypassed nodes skipped. */
export function sourceOf(
  context: Pick<CheckContext, 'index' | 'nodes'>,
  to: PortRef,
): PortRef | undefined {
  let wire = wireInto(context, to);
  // Bypassed nodes on a cycle would lead round for ever.
  for (let steps = 0; wire && steps <= context.nodes.size; steps++) {
    const node = context.nodes.get(wire.from.node);
    const [first] = node?.ports.in ?? [];
    if (!node?.bypassed || first === undefined) return wire.from;
    wire = wireInto(context, { node: node.id, port: first });
  }
  return undefined;
}
