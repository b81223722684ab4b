/**
 * What each loss judges, from its wires: prediction, target, and the data fields they come from. Known of a
 * document without compiling it; what is not wired yet is null, and so is what a loss has not: one that compares
 * nothing (a penalty on its inputs) has neither. What is computed of it is compile/heads.ts.
 */
import type { DataField } from '../ir/attrs.ts';
import type { PortRef } from '../ir/document.ts';
import { own } from '../ir/record.ts';
import { reachable } from '../ir/topology.ts';
import { portOf } from '../layers/define.ts';
import type { Analysis, NodeAnalysis } from './analysis.ts';
import { type CheckContext, sourceOf } from './context.ts';

export interface FieldRef {
  /** The Data node. */
  readonly node: string;
  readonly field: DataField;
}

export interface Head {
  readonly loss: string;
  /** Where its number comes out. */
  readonly lossPort: string;
  /** What it counts for in the sum that an objective makes smaller. */
  readonly weight: number;
  /** Places among the inputs of the loss; null of one that does not compare them: without a target, or of pairs. */
  readonly compares: { readonly prediction: number; readonly target: number } | null;
  /** Where they come from, bypassed nodes skipped. */
  readonly prediction: PortRef | null;
  readonly target: PortRef | null;
  /** The field that the target is, as it is or only in another shape; null where it is nothing to compare with. */
  readonly targetField: FieldRef | null;
  /** False where it is the same for every sample (a GAN's real and fake), not compared, or not wired yet. */
  readonly targetVaries: boolean;
  /** What the prediction is made from, in graph order; a field that several Data nodes give is one. */
  readonly inputFields: readonly FieldRef[];
  /** Its target is a class. Pixels against probabilities, by the same loss, are not. */
  readonly classifies: boolean;
  /** Names of the labels that a sample may have several of, each a number of the prediction; null of anything else. */
  readonly labels: readonly string[] | null;
}

type Context = Pick<CheckContext, 'index' | 'nodes' | 'order' | 'lossNodes' | 'objectives'>;

export function headsOf(context: Context): readonly Head[] {
  return context.lossNodes.flatMap((loss) => {
    const node = context.nodes.get(loss);
    const lossPort = portOf(node?.definition, 'loss');
    return node && lossPort !== undefined ? [headOf(context, node, lossPort)] : [];
  });
}

function headOf(context: Context, node: NodeAnalysis, lossPort: string): Head {
  const { id: loss, ports, definition } = node;
  const objective = context.objectives.find(({ losses }) => losses.includes(loss))?.objective;
  const [predicted, wanted] = [portOf(definition, 'prediction'), portOf(definition, 'target')];
  const from = (port: string | undefined): PortRef | null =>
    port === undefined ? null : (sourceOf(context, { node: loss, port }) ?? null);
  const prediction = from(predicted);
  const target = from(wanted);
  const isCompared =
    predicted !== undefined && wanted !== undefined && definition?.judgesPairs !== true;
  const targetField = isCompared && target ? fieldBehind(context, target) : null;
  return {
    loss,
    lossPort,
    weight: own(objective?.lossWeights, loss) ?? 1,
    compares: !isCompared
      ? null
      : { prediction: ports.in.indexOf(predicted), target: ports.in.indexOf(wanted) },
    prediction,
    target,
    targetField,
    targetVaries: isCompared && target !== null && varies(context, target.node),
    inputFields: prediction ? fieldsInto(context, prediction) : [],
    classifies:
      definition?.classify !== undefined &&
      wanted !== undefined &&
      own(node.inputs, wanted)?.dtype === 'i32',
    labels: definition?.judgesLabels === true ? (targetField?.field.labels ?? null) : null,
  };
}

/** Through nodes that only change the shape of what they are given. */
function fieldBehind(context: Context, from: PortRef): FieldRef | null {
  let place: PortRef | undefined = from;
  for (let steps = 0; place && steps <= context.nodes.size; steps++) {
    const node = context.nodes.get(place.node);
    const field = node && fieldOf(node, place.port);
    if (field) return { node: place.node, field };
    const { role } = node?.definition ?? {};
    const [only, ...others] = node?.ports.in ?? [];
    if (!node || role !== 'reshape' || others.length > 0) return null;
    place = only === undefined ? undefined : sourceOf(context, { node: node.id, port: only });
  }
  return null;
}

/** Made from samples, or from random numbers, through nodes that look at their values. */
function varies({ index, nodes }: Context, from: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    const role = nodes.get(id)?.definition?.role;
    if (role === 'data' || role === 'latent') return true;
    if (role === 'constant' && nodes.get(id)?.bypassed !== true) continue;
    for (const wire of index.to.get(id) ?? []) seen.add(wire.from.node);
  }
  return false;
}

function fieldsInto(context: Context, prediction: PortRef): readonly FieldRef[] {
  const needed = reachable([prediction.node], context.index, 'upstream');
  const all = context.order.flatMap((id) => {
    const node = context.nodes.get(id);
    if (!node || !needed.has(id) || node.definition?.role !== 'data') return [];
    const wires = context.index.from.get(id) ?? [];
    const used = new Set(
      wires.filter(({ to }) => needed.has(to.node)).map(({ from }) => from.port),
    );
    if (id === prediction.node) used.add(prediction.port);
    return node.ports.out.flatMap((port) => {
      const field = used.has(port) ? fieldOf(node, port) : null;
      return field ? [{ node: id, field }] : [];
    });
  });
  return eachOnce(all);
}

/** Every Data node of a document reads the same table, so a field is known by its name. */
function eachOnce(fields: readonly FieldRef[]): readonly FieldRef[] {
  const isFirst = ({ field }: FieldRef, i: number): boolean =>
    fields.findIndex((other) => other.field.name === field.name) === i;
  return fields.filter(isFirst);
}

/** What all predictions together are made from. */
export function inputFieldsOf({ heads }: Pick<Analysis, 'heads'>): readonly FieldRef[] {
  return eachOnce(heads.flatMap(({ inputFields }) => inputFields));
}

/** The field that a port of a Data node gives; null for any other node. */
function fieldOf({ definition, attrs }: NodeAnalysis, port: string): DataField | null {
  if (definition?.role !== 'data') return null;
  const fields = (attrs['fields'] ?? []) as readonly DataField[];
  return fields.find(({ name }) => name === port) ?? null;
}

/** Compares each sample with the same target (a GAN's real and fake): what it answers of all is what there is to tell. */
export const hasOneTarget = ({ compares, target, targetVaries, classifies }: Head): boolean =>
  compares !== null && target !== null && !targetVaries && !classifies;

/** The loss whose predictions are shown: the first that classifies, else the first that compares, else the first. */
export function mainHead({ heads }: Pick<Analysis, 'heads'>): Head | null {
  const ofKind =
    heads.find(({ classifies, labels }) => classifies || labels !== null) ??
    heads.find(({ compares }) => compares);
  return ofKind ?? heads[0] ?? null;
}

/** All heads, that which is shown first before the others. */
export function mainFirst(analysis: Pick<Analysis, 'heads'>): readonly Head[] {
  const main = mainHead(analysis);
  return main ? [main, ...analysis.heads.filter((head) => head !== main)] : [];
}

/** Those whose samples have something to show; that which is shown first before the others. */
export function shownHeads(analysis: Pick<Analysis, 'heads'>): readonly Head[] {
  const all = mainFirst(analysis);
  const varying = all.filter(({ targetVaries }) => targetVaries);
  return varying.length > 0 ? varying : all.slice(0, 1);
}

/**
 * False where no class or label can be told right or wrong, however long it trains. A network that is still being
 * wired may yet: without a loss, or with one for classes whose target is open.
 */
export function mayClassify(analysis: Analysis): boolean {
  const { lossNodes, nodes } = analysis;
  const main = mainHead(analysis);
  if (lossNodes.length === 0 || main?.classifies === true || main?.labels) return true;
  return lossNodes.some((loss) => {
    const node = nodes.get(loss);
    const open = node?.ports.in.some((port) => own(node.inputs, port) === undefined);
    return node?.definition?.classify !== undefined && open === true;
  });
}
