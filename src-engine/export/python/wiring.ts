/** A network as values that nodes give and take, for whoever writes it line by line. */
import type { Analysis, NodeAnalysis } from '#engine/check/analysis.ts';
import type { NetworkDocument, PortRef } from '#engine/ir/document.ts';

export const keyOf = ({ node, port }: PortRef): string => `${node}.${port}`;

export interface WiringOptions {
  /** Nodes that spoil what they are given are skipped, too: a model in use has none. */
  readonly withoutNoise?: boolean;
}

/** The network as wires of values, bypassed nodes skipped. */
export class Wiring {
  readonly analysis: Analysis;
  readonly document: NetworkDocument;
  readonly #producers: ReadonlyMap<string, PortRef>;
  readonly #withoutNoise: boolean;

  constructor(
    document: NetworkDocument,
    analysis: Analysis,
    { withoutNoise = false }: WiringOptions = {},
  ) {
    this.document = document;
    this.analysis = analysis;
    this.#withoutNoise = withoutNoise;
    this.#producers = new Map(document.wires.map(({ from, to }) => [keyOf(to), from]));
  }

  node(id: string): NodeAnalysis {
    const found = this.analysis.nodes.get(id);
    if (!found) throw new Error(`no node ${id}`);
    return found;
  }

  /** Where a value is made that comes to a port. */
  source(to: PortRef): PortRef {
    const from = this.#producers.get(keyOf(to));
    if (!from) throw new Error(`input ${keyOf(to)} is open: the document was not checked`);
    return this.origin(from);
  }

  /** Where a value is made that a port gives; a field is that of the first Data node, as all read the same. */
  origin({ node: id, port }: PortRef): PortRef {
    const { bypassed, ports, definition } = this.node(id);
    const isSkipped = bypassed || (this.#withoutNoise && definition?.role === 'noise');
    if (isSkipped) return this.source({ node: id, port: ports.in[ports.out.indexOf(port)] ?? '' });
    return { node: definition?.role === 'data' ? (this.analysis.dataNodes[0] ?? id) : id, port };
  }

  inputs(id: string): readonly PortRef[] {
    return this.node(id).ports.in.map((port) => this.source({ node: id, port }));
  }

  /** Made in the model: no loss, nothing that comes from outside, no constant that stands beside a loss. */
  isComputed(id: string): boolean {
    const { definition, bypassed } = this.node(id);
    const role = definition?.role;
    if (bypassed || role === undefined || role === 'loss') return false;
    return role !== 'data' && role !== 'latent' && !this.isBesideLoss(id);
  }

  /** A constant that only losses look at. */
  isBesideLoss(id: string): boolean {
    if (this.node(id).definition?.role !== 'constant') return false;
    return this.analysis.live.every(
      (each) =>
        this.node(each).definition?.role === 'loss' ||
        this.node(each).bypassed ||
        this.inputs(each).every(({ node }) => node !== id),
    );
  }

  /** What must be known for a loss, but for what stands beside it. */
  neededBy(loss: string): readonly PortRef[] {
    return this.inputs(loss).flatMap((ref) =>
      this.isBesideLoss(ref.node) ? this.inputs(ref.node) : [ref],
    );
  }
}

export const eachOnce = (refs: readonly PortRef[]): readonly PortRef[] =>
  refs.filter((ref, i) => refs.findIndex((other) => keyOf(other) === keyOf(ref)) === i);
