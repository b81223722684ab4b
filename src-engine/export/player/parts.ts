/**
 * Which inputs and outputs belong together: what one output is made from is what it is asked by, and outputs that
 * have an input in common are shown beside each other. Of a GAN the generator is one part, its critic another.
 */
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import type { ForwardOutput } from '#engine/compile/forward.ts';
import { portKey } from '#engine/compile/lower.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import { perSample } from '#engine/ir/tensor.ts';
import { indexWires, reachable } from '#engine/ir/topology.ts';

export type Ask =
  | { readonly kind: 'field'; readonly name: string; readonly field: DataField }
  /** A latent source. */
  | {
      readonly kind: 'latent';
      readonly name: string;
      readonly node: string;
      readonly port: string;
      readonly shape: readonly number[];
    };

export interface Part {
  readonly asks: readonly Ask[];
  readonly outputs: readonly ForwardOutput[];
}

/** In the order of the outputs. */
export function partsOf(
  { analysis, document }: { readonly analysis: Analysis; readonly document: NetworkDocument },
  outputs: readonly ForwardOutput[],
): readonly Part[] {
  let parts: { asks: readonly Ask[]; outputs: readonly ForwardOutput[] }[] = [];
  for (const output of outputs) {
    const asks = asksOf(analysis, document, output);
    const names = new Set(asks.map(({ name }) => name));
    const isRelated = (part: Part): boolean => part.asks.some(({ name }) => names.has(name));
    const related = parts.filter(isRelated);
    const joined = {
      asks: eachOnce([...related.flatMap((part) => part.asks), ...asks]),
      outputs: [...related.flatMap((part) => part.outputs), output],
    };
    const [first] = related;
    parts = first
      ? parts.filter((part) => part === first || !related.includes(part))
      : [...parts, joined];
    if (first) parts = parts.map((part) => (part === first ? joined : part));
  }
  return parts;
}

const eachOnce = (asks: readonly Ask[]): readonly Ask[] =>
  asks.filter(({ name }, i) => asks.findIndex((other) => other.name === name) === i);

/** What is found upstream of an output that samples or chance give. */
function asksOf(
  analysis: Analysis,
  document: NetworkDocument,
  { from }: ForwardOutput,
): readonly Ask[] {
  const index = indexWires(document);
  const needed = reachable([from.node], index, 'upstream');
  return analysis.order.flatMap((id): readonly Ask[] => {
    const node = analysis.nodes.get(id);
    if (!node || !needed.has(id)) return [];
    const wires = index.from.get(id) ?? [];
    const used = new Set(
      wires.filter(({ to }) => needed.has(to.node)).map((wire) => wire.from.port),
    );
    if (id === from.node) used.add(from.port);
    const ports = node.ports.out.filter((port) => used.has(port));
    if (node.definition?.role === 'data') return ports.flatMap((port) => fieldAsk(node, port));
    if (node.definition?.role === 'latent') return ports.map((port) => latentAsk(node, port));
    return [];
  });
}

function fieldAsk({ attrs }: NodeAnalysis, port: string): readonly Ask[] {
  // As the Data layer declares them.
  const fields = (attrs['fields'] ?? []) as readonly DataField[];
  const field = fields.find(({ name }) => name === port);
  return field ? [{ kind: 'field', name: field.name, field }] : [];
}

/** Called as ONNX files call it: by its node, with the port where it has several. */
function latentAsk({ id, ports, outputs }: NodeAnalysis, port: string): Ask {
  const name = ports.out.length === 1 ? id : portKey({ node: id, port });
  return {
    kind: 'latent',
    name,
    node: id,
    port,
    shape: perSample(own(outputs, port)?.shape ?? []),
  };
}
