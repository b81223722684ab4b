/** What each layer is worth: which can be left out, one at a time, and the search that does it. */
import { analyse } from '../check/analyse.ts';
import { applyEdits } from '../ir/applyEdits.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { LayerRole } from '../layers/define.ts';
import type { Parameter } from './space.ts';
import { BYPASSED_NODE, NO_NODE } from './targets.ts';

const CAN_BE_MISSED: ReadonlySet<LayerRole> = new Set([
  'transform',
  'activation',
  'normalisation',
  'noise',
  'dropout',
]);

/**
 * Nodes that training computes and without which it still can, in graph order: those whose input fits where
 * their output went. What only changes the shape does nothing that could be missed.
 */
export function removableNodes(document: NetworkDocument): readonly string[] {
  const { order, live, nodes } = analyse(document);
  const computed = new Set(live);
  return order.filter((id) => {
    const node = nodes.get(id);
    if (!node || node.bypassed || !computed.has(id) || node.ports.in.length === 0) return false;
    if (!CAN_BE_MISSED.has(node.definition?.role ?? 'data')) return false;
    return analyse(applyEdits(document, [{ kind: 'setBypassed', id, bypassed: true }])).trainable;
  });
}

/** The network as it is first, then without each of these nodes. */
export const ablation = (ids: readonly string[]): Parameter => ({
  kind: 'choice',
  name: BYPASSED_NODE,
  paths: [BYPASSED_NODE],
  values: [NO_NODE, ...ids],
});
