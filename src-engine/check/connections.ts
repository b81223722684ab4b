/**
 * What could be wired to an open input: outputs that fit by type and close no cycle, the evident one first.
 * Evident is what nobody uses yet and stands nearby; for a loss, the end of the network and the data's
 * label or target.
 */
import type { DataField } from '../ir/attrs.ts';
import type { PortRef } from '../ir/document.ts';
import { ShapeError } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { portOf } from '../layers/define.ts';
import { type TensorType, formatShape } from '../ir/tensor.ts';
import { reachable } from '../ir/topology.ts';
import type { NodeAnalysis } from './analysis.ts';
import type { CheckContext } from './context.ts';

/** How many are offered, and how many are tried at most. */
const OFFERED = 2;
const TRIED = 64;

export interface Output {
  readonly from: PortRef;
  readonly type: TensorType;
  /** `relu1`, or `data1.label` for a node with several outputs. */
  readonly name: string;
  readonly used: boolean;
  /** The field's role, for outputs of Data. */
  readonly role: DataField['role'] | null;
}

export interface Connection {
  readonly from: PortRef;
  readonly name: string;
  readonly shape: string;
}

export function connectionsFor(context: CheckContext, to: PortRef): readonly Connection[] {
  const target = context.nodes.get(to.node);
  if (!target?.definition) return [];
  const downstream = reachable([to.node], context.index, 'downstream');
  return outputsOf(context)
    .filter(({ from, used, role }) => !downstream.has(from.node) && (!used || role !== null))
    .map((output) => ({ output, score: evidence(context, target, to.port, output) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, TRIED)
    .filter(({ output }) => accepts(target, to.port, output.type))
    .slice(0, OFFERED)
    .map(({ output: { from, name, type } }) => ({ from, name, shape: formatShape(type.shape) }));
}

/** Outputs with a known type, losses left out, in graph order. */
export function outputsOf(context: CheckContext): readonly Output[] {
  const used = new Set(context.document.wires.map(({ from }) => `${from.node}\n${from.port}`));
  return context.order.flatMap((id) => {
    const node = context.nodes.get(id);
    if (!node || node.definition?.role === 'loss') return [];
    const fields = fieldsOf(node);
    return node.ports.out.flatMap((port): Output[] => {
      const type = own(node.outputs, port);
      if (!type) return [];
      return [
        {
          from: { node: id, port },
          type,
          name: node.ports.out.length > 1 ? `${id}.${port}` : id,
          used: used.has(`${id}\n${port}`),
          role: fields.find((field) => field.name === port)?.role ?? null,
        },
      ];
    });
  });
}

/** The data fields a node offers, by whatever attribute it keeps them in. */
export function fieldsOf({ definition, attrs }: NodeAnalysis): readonly DataField[] {
  const values: Readonly<Record<string, unknown>> = attrs;
  const name = Object.keys(definition?.attrs ?? {}).find(
    (key) => own(definition?.attrs, key)?.kind === 'fields',
  );
  // readAttrs has found the value of an attribute of kind `fields` to be a list of them.
  return name === undefined ? [] : (own(values, name) as readonly DataField[]);
}

/** Whether the layer takes this type; with other inputs still open, whether it could. */
export function accepts(node: NodeAnalysis, port: string, type: TensorType): boolean {
  const inputs = node.ports.in.map((each) => (each === port ? type : own(node.inputs, each)));
  const known = inputs.filter((each) => each !== undefined);
  if (known.length < inputs.length) {
    // Labels belong to the target of a loss and nowhere else.
    return port === portOf(node.definition, 'target') || type.dtype === 'f32';
  }
  try {
    node.definition?.infer(known, node.attrs);
    return true;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

function evidence(
  context: CheckContext,
  target: NodeAnalysis,
  port: string,
  { from, used, role }: Output,
): number {
  const isLoss = target.definition?.role === 'loss';
  const isTarget = port === portOf(target.definition, 'target');
  let score = used ? 0 : 4;
  if (isTarget) score += role === 'label' || role === 'target' ? 100 : role === 'input' ? 50 : 0;
  else if (role === 'label' || role === 'target') score -= 100;
  else if (isLoss) score += role === 'input' ? -50 : 10 * depth(context, from.node);
  return score + nearness(context, from.node, target.id);
}

/** Place in the graph order, 0 to 1. */
const depth = ({ order }: CheckContext, id: string) => order.indexOf(id) / order.length;

/** 0 far away to 2 next to it; what stands to the right counts half. */
function nearness({ documentNodes }: CheckContext, from: string, to: string): number {
  const [a, b] = [documentNodes.get(from)?.position, documentNodes.get(to)?.position];
  if (!a || !b) return 0;
  const distance = Math.hypot(a.x - b.x, a.y - b.y);
  return (a.x < b.x ? 2 : 1) / (1 + distance / 500);
}
