/**
 * The few numbers that a network squeezes each sample into before it rebuilds it: the narrowest vector that
 * everything rebuilt passes through, so that the part behind it can be run from these numbers alone. Of networks
 * that predict something else there is none: their answer is no picture of what went in.
 */
import type { PortRef } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import { elementCount } from '../ir/tensor.ts';
import { reachable, type WireIndex } from '../ir/topology.ts';
import type { NodeAnalysis } from './analysis.ts';
import type { Head } from './heads.ts';

/** Wider ones are no plane to look at, whatever two of their numbers are taken. */
const WIDEST = 256;

export interface Bottleneck {
  readonly from: PortRef;
  /** Numbers per sample. */
  readonly width: number;
  /** The head that rebuilds. */
  readonly loss: string;
}

export interface Network {
  readonly nodes: ReadonlyMap<string, NodeAnalysis>;
  readonly order: readonly string[];
  readonly index: WireIndex;
  readonly heads: readonly Head[];
}

export function bottleneckOf({ nodes, order, index, heads }: Network): Bottleneck | null {
  for (const { loss, prediction, targetField, classifies } of heads) {
    if (!prediction || classifies || targetField?.field.role !== 'input') continue;
    const before = reachable([prediction.node], index, 'upstream');
    const sources = order.filter((id) => before.has(id) && isSource(nodes.get(id)));
    if (sources.length === 0) continue;
    const size = elementCount(targetField.field.shape);
    let narrowest: Bottleneck | null = null;
    for (const id of order) {
      const node = before.has(id) ? nodes.get(id) : undefined;
      const [port, ...others] = node?.ports.out ?? [];
      if (!node || port === undefined || others.length > 0 || isSource(node)) continue;
      const width = widthOf(node, port);
      if (width < 2 || width > Math.min(WIDEST, size / 2)) continue;
      if (width >= (narrowest?.width ?? Infinity)) continue;
      if (isPassedBy(id, prediction.node, sources, index)) {
        narrowest = { from: { node: id, port }, width, loss };
      }
    }
    if (narrowest) return narrowest;
  }
  return null;
}

const isSource = (node: NodeAnalysis | undefined): boolean =>
  node?.definition?.role === 'data' || node?.definition?.role === 'latent';

/** Of a vector of numbers; 0 of anything else. */
function widthOf({ outputs, bypassed }: NodeAnalysis, port: string): number {
  const type = own(outputs, port);
  const [, width] = type?.shape ?? [];
  const isVector = type?.dtype === 'f32' && type.shape.length === 2 && !bypassed;
  return isVector && typeof width === 'number' ? width : 0;
}

/** Whether every way from a source to the end leads through it. */
function isPassedBy(
  id: string,
  end: string,
  sources: readonly string[],
  index: WireIndex,
): boolean {
  if (id === end) return false;
  const seen = new Set([end]);
  for (const each of seen) {
    for (const { from } of index.to.get(each) ?? []) if (from.node !== id) seen.add(from.node);
  }
  return !sources.some((source) => seen.has(source));
}
