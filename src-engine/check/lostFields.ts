/**
 * Wires from a field that the data no longer has, after another source was chosen: the field that takes
 * its role takes them over, all at once.
 */
import type { DataField } from '../ir/attrs.ts';
import type { NetworkDocument, Wire } from '../ir/document.ts';
import type { Fix } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import type { NodeAnalysis } from './analysis.ts';

/** Names that every source agrees on for what is to be predicted; all others are inputs. */
const PREDICTED = new Set(['label', 'target']);

/** `Connect features`; null where the node is no data source or has nothing for the role. */
export function connectField(
  document: NetworkDocument,
  from: NodeAnalysis,
  lostPort: string,
): Fix | null {
  if (from.ports.out.includes(lostPort)) return null;
  const field = fieldsOf(from).find(({ role }) => (role !== 'input') === PREDICTED.has(lostPort));
  if (!field) return null;
  const wires = document.wires.filter((wire) => isFrom(wire, from.id, lostPort));
  return {
    label: `Connect ${field.name}`,
    edits: wires.map(({ to }) => ({
      kind: 'addWire',
      wire: { from: { node: from.id, port: field.name }, to },
    })),
  };
}

const isFrom = ({ from }: Wire, node: string, port: string): boolean =>
  from.node === node && from.port === port;

/** By the kind of the attribute, whatever the layer is called; readAttrs has checked what it holds. */
function fieldsOf({ definition, attrs }: NodeAnalysis): readonly DataField[] {
  const found = Object.entries(definition?.attrs ?? {}).find(([, { kind }]) => kind === 'fields');
  return found ? (own(attrs, found[0]) as readonly DataField[]) : [];
}
