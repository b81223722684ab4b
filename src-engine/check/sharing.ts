/**
 * Nodes that compute with the weights of another one: which of its tensors, and what is wrong where that
 * cannot be. The owner's id names the weights; a node that shares has fewer of its own, or none.
 */
import type { DocumentNode } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { elementCount, sameShape } from '../ir/tensor.ts';
import type { ParamSpec } from '../layers/define.ts';
import type { NodeAnalysis, SharedTensor } from './analysis.ts';
import type { CheckContext } from './context.ts';

type Specs = Readonly<Record<string, ParamSpec>>;

/** The node as it is with what it shares; itself where it shares nothing. */
export function withSharing(
  node: NodeAnalysis,
  { sharesWith }: DocumentNode,
  nodes: ReadonlyMap<string, NodeAnalysis>,
): NodeAnalysis {
  const owner = sharesWith && nodes.get(sharesWith.node);
  if (!owner || owner.id === node.id) return node;
  const known = remembered.get(node);
  if (known?.owner === owner && known.transposed === sharesWith.transposed) return known.node;
  const shared = sharedTensors(node, owner, sharesWith.transposed);
  const own = Object.entries(node.params).filter(([key]) => !shared.has(key));
  const parameterCount = own.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0);
  const result = { ...node, shared, parameterCount };
  remembered.set(node, { owner, transposed: sharesWith.transposed, node: result });
  return result;
}

/** Keeps one object per node and owner, so that what no edit touched keeps its identity. */
const remembered = new WeakMap<
  NodeAnalysis,
  { readonly owner: NodeAnalysis; readonly transposed: boolean; readonly node: NodeAnalysis }
>();

function sharedTensors(
  node: NodeAnalysis,
  owner: NodeAnalysis,
  transposed: boolean,
): ReadonlyMap<string, SharedTensor> {
  const fits = ({ shape }: ParamSpec, of: ParamSpec | undefined): boolean =>
    of !== undefined &&
    (transposed
      ? shape.length === 2 && sameShape(shape, of.shape.toReversed())
      : sameShape(shape, of.shape));
  const among = (mine: Specs, theirs: Specs) =>
    Object.entries(mine)
      .filter(([key, spec]) => fits(spec, own(theirs, key)))
      .map(([key]) => [key, { node: owner.id, key, transposed }] as const);
  return new Map([
    ...among(node.params, owner.params),
    ...(transposed ? [] : among(node.buffers, owner.buffers)),
  ]);
}

export function checkSharing(context: CheckContext): readonly Problem[] {
  return context.document.nodes.flatMap((node) => {
    const what = node.sharesWith && wrongWith(context, node, node.sharesWith);
    if (!what) return [];
    return [
      {
        code: 'sharing.impossible',
        severity: 'error' as const,
        node: node.id,
        message: what,
        fixes: [
          {
            label: `Give ${node.id} weights of its own`,
            edits: [{ kind: 'setSharing' as const, id: node.id }],
          },
        ],
      },
    ];
  });
}

function wrongWith(
  { documentNodes, nodes, live, broken }: CheckContext,
  { id, type }: DocumentNode,
  { node: owner, transposed }: NonNullable<DocumentNode['sharesWith']>,
): string | null {
  const other = documentNodes.get(owner);
  if (!other) return `${id} shares the weights of ${owner}, which this network does not have.`;
  if (owner === id) return `${id} shares its own weights.`;
  if (other.sharesWith && !other.sharesWith.transposed) {
    return `${id} shares the weights of ${owner}, which has none of its own: share those of ${other.sharesWith.node}.`;
  }
  if (other.type !== type)
    return `${id} is a ${type} and cannot use the weights of a ${other.type}.`;
  if (live.has(id) && !live.has(owner)) {
    return `${id} shares the weights of ${owner}, which no loss depends on.`;
  }
  const [mine, theirs] = [nodes.get(id), nodes.get(owner)];
  // Shapes are known only when both fit where they are.
  if (!mine?.shared || !theirs || broken.has(id) || broken.has(owner)) return null;
  const keys = Object.keys(mine.params);
  if (Object.keys(theirs.params).length === 0 || keys.length === 0) return null;
  const enough = transposed ? mine.shared.size > 0 : keys.every((key) => mine.shared?.has(key));
  if (enough) return null;
  const shapes = ({ params }: NodeAnalysis): string =>
    Object.values(params)
      .map(({ shape }) => shape.join('x'))
      .join(' and ');
  const how = transposed ? 'transposed weights' : 'weights';
  return `${id} needs weights of ${shapes(mine)}; the ${how} of ${owner} are ${shapes(theirs)}.`;
}
