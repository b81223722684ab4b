/**
 * The programs of a run: what is put together from one document for training, probing, evaluating and
 * showing. All share the memory of one Layout.
 */
import { generatedOutput } from '../check/generated.ts';
import type { Bottleneck } from '../check/bottleneck.ts';
import type { Head } from '../check/heads.ts';
import type { ValueId } from '../ir/graph.ts';
import { indexWires, reachable } from '../ir/topology.ts';
import { GraphBuilder, type Value } from '../ops/builder.ts';
import { finish, type ProgramContext } from './context.ts';
import { differentiate } from './differentiate.ts';
import {
  outputActivationOf,
  classify,
  emitStatistics,
  headValues,
  judgedHeads,
  headOutput,
  objectiveLoss,
  totalLoss,
} from './heads.ts';
import { emptyGraph, latentFeed, lower, type Lowered, nodeOf, portKey } from './lower.ts';
import { keepParameters, probeActivations, probeParameters } from './probe.ts';
import type { Program } from './program.ts';
import { probeSilence } from './silence.ts';

/** Run before a step that is to be watched: keeps the weights, so that their change can be told. */
export function copyWeightsProgram(context: ProgramContext, name: string): Program {
  const builder = new GraphBuilder();
  keepParameters(builder, context.layout);
  return finish(context, name, builder);
}

/**
 * Run after a watched step: the step's first `samples` of `batch` again, forward and backward as in training,
 * and what the step made of the weights. Changes nothing.
 */
export function probeProgram(
  context: ProgramContext,
  name: string,
  { samples, batch }: { readonly samples: number; readonly batch: number },
): Program {
  const { analysis } = context;
  const lowered = lower({
    ...context,
    batch: samples,
    mode: 'train',
    samples: 'rows',
    nodes: new Set(analysis.live),
    onlyLooks: true,
  });
  const { builder } = lowered;
  probeActivations(lowered, analysis, watchedGradients(context, lowered), samples / batch);
  probeParameters(builder, context.layout, analysis);
  return finish(context, name, builder);
}

/** Counts silent units over as many batches as it is run for; as in training, so of the weights as they are. */
export function silenceProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis } = context;
  const lowered = lower({
    ...context,
    batch,
    mode: 'train',
    samples: 'rows',
    nodes: new Set(analysis.live),
    onlyLooks: true,
  });
  probeSilence(lowered, analysis);
  return finish(context, name, lowered.builder);
}

/** Of each value that of the objective that trains its node, or else of the first that passes through it. */
function watchedGradients(
  { analysis, layout }: ProgramContext,
  lowered: Lowered,
): ReadonlyMap<ValueId, Value> {
  const { builder, parameters } = lowered;
  const found = new Map<ValueId, Value>();
  for (const part of analysis.objectives) {
    const trained = new Set(part.groups.flatMap(({ nodes }) => nodes));
    const loss = objectiveLoss(analysis, lowered, part);
    const leaves = [...layout.parametersOf([...trained], parameters).values()];
    for (const [id, gradient] of differentiate(builder, loss, leaves)) {
      const value = builder.value(id);
      const trains = value.kind === 'op' && trained.has(value.origin.node ?? '');
      if (trains || !found.has(id)) found.set(id, gradient);
    }
  }
  return found;
}

/** The loss of one batch in evaluation mode, and what the statistics of each head read of it. */
export function evaluateProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis } = context;
  const lowered = lowerFor(context, batch, 'eval', analysis.live);
  lowered.builder.output('loss', totalLoss(analysis, lowered));
  for (const judged of judgedHeads(analysis, context.binding)) {
    emitStatistics(analysis, lowered, judged);
  }
  return finish(context, name, lowered.builder);
}

/** Everything that is shown of some samples: of each head probabilities, or prediction and target. */
export function samplesProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis } = context;
  const lowered = lowerFor(context, batch, 'eval', analysis.live);
  const { builder } = lowered;
  for (const head of analysis.heads) {
    const output = (what: string, value: Value): void =>
      builder.output(headOutput(head.loss, what), value);
    const classes = classify(analysis, lowered, head);
    if (classes) {
      output('probabilities', classes.probabilities);
      continue;
    }
    const compared = headValues(lowered, head);
    if (!compared) continue;
    const { prediction, target } = compared;
    output('prediction', outputActivationOf(analysis, lowered, head, prediction) ?? prediction);
    output('target', target);
  }
  const made = generatedOutput(analysis, context.document);
  const generated = made && lowered.outputs.get(portKey(made));
  if (generated) builder.output('generated', generated);
  for (const id of analysis.live) {
    if (nodeOf(analysis, id).definition?.role !== 'noise') continue;
    const value = lowered.outputs.get(`${id}.${nodeOf(analysis, id).ports.out[0] ?? ''}`);
    if (value) builder.output(`noise:${id}`, value);
  }
  return finish(context, name, builder);
}

/** Of so many rows the numbers that they are squeezed into, as output `code`. */
export function encodeProgram(
  context: ProgramContext,
  { from }: Bottleneck,
  batch: number,
): Program {
  const nodes = reachable([from.node], indexWires(context.document), 'upstream');
  const { builder, outputs } = lowerFor(context, batch, 'eval', [...nodes]);
  const code = outputs.get(portKey(from));
  if (!code) throw new Error(`${portKey(from)} was not lowered`);
  builder.output('code', code);
  return finish(context, 'encode', builder);
}

/** From such numbers, written by the host, to what is rebuilt of them: output `decoded`. No data set, no losses. */
export function decodeProgram(
  context: ProgramContext,
  { from, width, loss }: Bottleneck,
  batch: number,
): Program {
  const { analysis, document } = context;
  const head = analysis.heads.find((each) => each.loss === loss);
  if (!head?.prediction) throw new Error(`loss ${loss} has no prediction`);
  const index = indexWires(document);
  const encoder = reachable([from.node], index, 'upstream');
  const all = reachable([head.prediction.node], index, 'upstream');
  const nodes = new Set([...all].filter((id) => !encoder.has(id)));
  const before = emptyGraph(new GraphBuilder());
  const code = before.leaves.feed(latentFeed(from), { dtype: 'f32', shape: [batch, width] });
  const lowered = lower({
    ...{ ...context, batch, mode: 'eval', samples: 'fed', nodes, withoutNoise: true },
    before: { ...before, outputs: new Map([[portKey(from), code]]) },
  });
  const prediction = lowered.outputs.get(portKey(head.prediction));
  if (!prediction) throw new Error(`the prediction of ${loss} was not lowered`);
  const meant = outputActivationOf(analysis, lowered, head, prediction) ?? prediction;
  lowered.builder.output('decoded', meant);
  return finish(context, 'decode', lowered.builder);
}

/** From inputs written by the host to the predictions of these heads: no data set, no losses. */
export function predictProgram(
  context: ProgramContext,
  name: string,
  { batch, heads }: { readonly batch: number; readonly heads: readonly Head[] },
): Program {
  const { analysis, document } = context;
  const predicting = heads.filter(({ compares }) => compares);
  const froms = predicting.map(({ loss, prediction }) => {
    if (!prediction) throw new Error(`loss ${loss} has no prediction`);
    return prediction;
  });
  const starts = froms.map(({ node }) => node);
  const nodes = reachable(starts, indexWires(document), 'upstream');
  // What is given is what a network in use is given: it is not spoiled on the way, as in an export.
  const lowered = lower({
    ...{ ...context, batch, mode: 'eval', samples: 'fed', nodes },
    withoutNoise: true,
  });
  const { builder } = lowered;
  predicting.forEach((head, i) => {
    const from = froms[i];
    const prediction = from && lowered.outputs.get(portKey(from));
    if (!prediction) throw new Error(`the prediction of ${head.loss} was not lowered`);
    builder.output(headOutput(head.loss, 'prediction'), prediction);
    const activated = outputActivationOf(analysis, lowered, head, prediction);
    if (activated) builder.output(headOutput(head.loss, 'probabilities'), activated);
  });
  return finish(context, name, builder);
}

function lowerFor(
  context: ProgramContext,
  batch: number,
  mode: 'train' | 'eval',
  nodes: readonly string[],
): Lowered {
  return lower({ ...context, batch, mode, samples: 'rows', nodes: new Set(nodes) });
}
