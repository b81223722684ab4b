/** Nodes whose values a file can answer beside its predictions. */
import type { Analysis } from '#engine/check/analysis.ts';

export interface OutputNode {
  readonly id: string;
  readonly title: string;
}

/** In graph order: what computes something of a sample, and is of use where nothing trains. */
export function nodeTitles({
  order,
  nodes,
}: Pick<Analysis, 'order' | 'nodes'>): readonly OutputNode[] {
  return order.flatMap((id) => {
    const node = nodes.get(id);
    const role = node?.definition?.role;
    const isOffered =
      node?.ports.out.length === 1 &&
      role !== undefined &&
      !['data', 'loss', 'noise', 'dropout', 'latent', 'constant'].includes(role);
    return isOffered ? [{ id, title: `${node.type} ${id}` }] : [];
  });
}
