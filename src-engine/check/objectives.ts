/** What training needs beside a graph that fits: data, a loss, something to train. */
import type { DocumentEdit } from '../ir/edits.ts';
import { freshId } from '../ir/naming.ts';
import type { Fix, Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { readAttrs } from '../ir/readAttrs.ts';
import { sameShape } from '../ir/tensor.ts';
import { type LayerDefinition, portOf } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import { type Output, accepts, outputsOf } from './connections.ts';
import type { CheckContext } from './context.ts';
import { DEFAULT_DATA } from './defaultData.ts';
import { leftOf, rightOf } from './placing.ts';
import { newNode } from './layerFixes.ts';
import { isUnknownLoss } from './unknownLayer.ts';

export function checkObjectives(context: CheckContext): readonly Problem[] {
  return [
    ...missingData(context),
    ...severalData(context),
    ...missingLoss(context),
    ...nothingToTrain(context),
  ];
}

function missingData(context: CheckContext): Problem[] {
  if (context.dataNodes.length > 0) return [];
  const [first] = context.document.nodes;
  const position = leftOf(context.document, first?.position);
  const node = newNode('Data', DEFAULT_DATA, position, new Set(context.documentNodes.keys()));
  return [
    {
      code: 'data.missing',
      severity: 'error',
      message: 'The network has no data to learn from.',
      explanation: 'A Data node delivers the samples, a field on each of its outputs.',
      fixes: [{ label: 'Add Data', edits: [{ kind: 'addNode', node }] }],
    },
  ];
}

/** One table is read; a second source would deliver rows that do not belong together. */
function severalData({ dataNodes, nodes, live }: CheckContext): Problem[] {
  const [first, ...others] = dataNodes.filter((id) => live.has(id));
  if (first === undefined) return [];
  const reads = (id: string) => {
    return JSON.stringify({ ...nodes.get(id)?.attrs, fields: null });
  };
  return others
    .filter((id) => reads(id) !== reads(first))
    .map((id) => ({
      code: 'data.several',
      severity: 'error',
      node: id,
      message: `${id} reads other data than ${first}.`,
      explanation: 'A network is trained on one source with one set of options.',
      fixes: [
        {
          label: `Read what ${first} reads`,
          edits: [{ kind: 'setAttrs', id, attrs: { ...(nodes.get(first)?.attrs as object) } }],
        },
      ],
    }));
}

/** Which loss suits is found by trying; where several do, the more usual one. */
const USUAL_LOSSES = ['CrossEntropyLoss', 'MSELoss', 'BCEWithLogitsLoss'];

function missingLoss(context: CheckContext): Problem[] {
  // One of another version is a problem of its own, and another loss no answer to it.
  const hasUnknown = [...context.nodes.values()].some(isUnknownLoss);
  if (context.lossNodes.length > 0 || hasUnknown) return [];
  const fix = addLoss(context);
  return [
    {
      code: 'loss.missing',
      severity: 'error',
      message: 'The network has no loss, so there is nothing to learn towards.',
      explanation: 'A loss compares the prediction with the target and says how wrong it is.',
      ...(fix ? { fixes: [fix] } : {}),
    },
  ];
}

function addLoss(context: CheckContext): Fix | null {
  // In the order: one on a cycle would still be no loss.
  const bypassed = context.order
    .flatMap((id) => context.nodes.get(id) ?? [])
    .find((node) => node.bypassed && node.definition?.role === 'loss');
  if (bypassed) {
    return {
      label: `Stop bypassing ${bypassed.id}`,
      edits: [{ kind: 'setBypassed', id: bypassed.id, bypassed: false }],
    };
  }
  const outputs = outputsOf(context);
  const prediction = outputs.findLast(({ used, role }) => !used && role === null);
  const targets = targetsFor(outputs, prediction);
  const { definition, target } = suitableLoss(prediction, targets);
  const end = prediction && context.documentNodes.get(prediction.from.node)?.position;
  const position = rightOf(context.document, end ?? context.document.nodes.at(-1)?.position);
  const id = freshId(definition.idPrefix ?? 'loss', context.documentNodes);
  const ends = { prediction, target };
  const wires = (['prediction', 'target'] as const).flatMap((role): DocumentEdit[] => {
    const [output, port] = [ends[role], portOf(definition, role)];
    return output && port !== undefined
      ? [{ kind: 'addWire', wire: { from: output.from, to: { node: id, port } } }]
      : [];
  });
  return {
    label: `Add ${definition.type}`,
    edits: [
      { kind: 'addNode', node: { id, type: definition.type, attrs: {}, position } },
      ...wires,
    ],
  };
}

/** Labels and targets of the data; for a reconstruction, the input it has the shape of. */
function targetsFor(outputs: readonly Output[], prediction: Output | undefined): readonly Output[] {
  const ofRole = (wanted: Output['role']) => outputs.filter(({ role }) => role === wanted);
  const named = [...ofRole('label'), ...ofRole('target')];
  const inputs = ofRole('input');
  const size = ({ type }: Output) =>
    type.shape.slice(1).reduce<number>((n, dim) => n * Number(dim), 1);
  const rebuilt = inputs.filter(
    (input) =>
      prediction &&
      (sameShape(input.type.shape, prediction.type.shape) || size(input) === size(prediction)),
  );
  return rebuilt.length > 0 ? [...rebuilt, ...named] : [...named, ...inputs];
}

function suitableLoss(
  prediction: Output | undefined,
  targets: readonly Output[],
): { readonly definition: LayerDefinition; readonly target: Output | undefined } {
  const usual = USUAL_LOSSES.flatMap((type) => layers.get(type) ?? []);
  for (const target of prediction ? targets : []) {
    const found = usual.find((definition) => fits(definition, prediction, target));
    if (found) return { definition: found, target };
  }
  const [target] = targets;
  const byTarget = usual.find(({ type }) =>
    target?.type.dtype === 'f32' ? type === 'MSELoss' : type === 'CrossEntropyLoss',
  );
  const definition = byTarget ?? [...layers.values()].find(({ role }) => role === 'loss');
  if (!definition) throw new Error('the registry has no loss');
  return { definition, target };
}

function fits(
  definition: LayerDefinition,
  prediction: Output | undefined,
  target: Output,
): boolean {
  const attrs = readAttrs(definition.attrs, {}).attrs;
  const ports = definition.ports(attrs);
  const [first, last] = [portOf(definition, 'prediction'), portOf(definition, 'target')];
  if (!prediction || first === undefined || last === undefined) return false;
  const stub = {
    id: '',
    type: definition.type,
    definition,
    bypassed: false,
    attrs,
    ports,
    inputs: { [first]: prediction.type },
    outputs: {},
    params: {},
    buffers: {},
    parameterCount: 0,
    flopsPerSample: 0,
    summary: '',
  };
  return accepts(stub, last, target.type);
}

function nothingToTrain({ lossNodes, live, nodes, order, broken }: CheckContext): Problem[] {
  const [loss] = lossNodes;
  if (loss === undefined) return [];
  // Unknown as long as something does not fit; the reason is a problem of its own.
  const judged = order.filter((id) => live.has(id)).flatMap((id) => nodes.get(id) ?? []);
  const settled = judged.every(
    (node) => !broken.has(node.id) && node.ports.in.every((port) => own(node.inputs, port)),
  );
  if (!settled || judged.some((node) => node.parameterCount > 0)) return [];
  return [
    {
      code: 'training.no-parameters',
      severity: 'error',
      node: loss,
      message: `Nothing that ${loss} depends on can be trained.`,
      explanation:
        'Weights are in layers such as Linear and Conv2d; at least one has to be on the way.',
    },
  ];
}
