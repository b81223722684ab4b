/** Ports that a wire begun by keyboard may end at, the likeliest first. Pure. */
import type { Analysis } from '#engine/check/analysis.ts';
import { wireKey, type NetworkDocument, type PortRef } from '#engine/ir/document.ts';
import { legalPorts, portKey, tryWire, type Direction } from './connect.ts';
import { idsInOrder } from './walk.ts';

export interface WireTarget {
  readonly port: PortRef;
  /** The only port of its kind: its name says nothing. */
  readonly lone: boolean;
  /** An input that has no wire yet; an output takes any number. */
  readonly open: boolean;
  /** Nothing is wrong at the node with this wire in place. */
  readonly fits: boolean;
}

/** Each is tried out by an analysis of the whole; beyond so many all count as fitting. */
const MOST_TRIED = 64;

export function wireTargets(
  document: NetworkDocument,
  analysis: Analysis,
  from: PortRef,
  direction: Direction,
): readonly WireTarget[] {
  const other = direction === 'out' ? 'in' : 'out';
  const legal = legalPorts(document, analysis, from, direction);
  const wires = new Map(document.wires.map((wire) => [wireKey(wire), wire]));
  const ports = idsInOrder(document, analysis).flatMap((node) =>
    (analysis.nodes.get(node)?.ports[other] ?? []).flatMap((port) =>
      legal.has(portKey(other, { node, port })) ? [{ node, port }] : [],
    ),
  );
  const wireTo = (port: PortRef) =>
    direction === 'out' ? { from, to: port } : { from: port, to: from };
  const targets = ports.flatMap((port): WireTarget[] => {
    const wire = wireTo(port);
    const there = wires.get(wireKey(wire));
    // It is wired like that already.
    if (there?.from.node === wire.from.node && there.from.port === wire.from.port) return [];
    return [
      {
        port,
        lone: analysis.nodes.get(port.node)?.ports[other].length === 1,
        open: other === 'out' || there === undefined,
        fits: ports.length > MOST_TRIED || tryWire(document, wire).errors.length === 0,
      },
    ];
  });
  const rank = ({ open, fits }: WireTarget): number => (open ? 0 : 2) + (fits ? 0 : 1);
  return targets.toSorted((a, b) => rank(a) - rank(b));
}
