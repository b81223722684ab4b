/**
 * The programs of a run: what is put together from one document for training, probing, evaluating and
 * showing. All share the memory of one Layout.
 */
import type { Analysis } from '../check/analysis.ts';
import type { NetworkDocument } from '../ir/document.ts';
import { GraphBuilder, type Value } from '../ops/builder.ts';
import { add, isFinite, scale, sumAll } from '../ops/nn.ts';
import type { DataBinding } from './binding.ts';
import { differentiate } from './differentiate.ts';
import { foldEpilogues } from './epilogues.ts';
import { answerOf, classify, mainHead, totalLoss } from './heads.ts';
import type { Layout } from './layout.ts';
import { LossScale } from './lossScale.ts';
import { lower, type Lowered, nodeOf } from './lower.ts';
import { chosenOptimizer } from './optimizer.ts';
import { plan } from './plan.ts';
import { keepParameters, probeActivations, probeParameters } from './probe.ts';
import type { CanHalve, Program } from './program.ts';
import { prune } from './prune.ts';
import { probeSilence } from './silence.ts';
import { applyUpdate, storeGradients } from './update.ts';
import { verifyGraph, verifyProgram } from './verify.ts';

export interface ProgramContext {
  readonly document: NetworkDocument;
  readonly analysis: Analysis;
  readonly binding: DataBinding;
  readonly layout: Layout;
  /** Verify after every pass (tests, NN_CHECK=1). */
  readonly verify: boolean;
  /** Training keeps 16-bit floats where the executor can, and scales its loss. */
  readonly canHalve?: CanHalve;
}

/**
 * Sums over the samples since the host last cleared them. `finite` counts the steps up to which the summed
 * loss was a number.
 */
export const ACCUMULATORS = {
  train: { loss: '$train.loss', correct: '$train.correct', finite: '$train.finite' },
  evaluate: { loss: '$evaluate.loss', correct: '$evaluate.correct' },
} as const;

/** One training step. */
export function trainProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis, document, layout } = context;
  const lowered = lowerFor(context, batch, 'train', analysis.live);
  const { builder } = lowered;
  const loss = totalLoss(analysis, lowered);
  const lossSum = accumulate(context, lowered, loss, batch, 'train');
  const finite = builder.within({ role: 'metric' }, () => isFinite(builder, lossSum));
  addTo(builder, ACCUMULATORS.train.finite, finite);
  const lossScale = context.canHalve && new LossScale(builder);
  const parameters = [...lowered.parameters.values()];
  const gradients = differentiate(builder, loss, parameters, lossScale?.factor);

  const request = {
    parameters: lowered.parameters,
    gradients,
    arenaLength: layout.arenaLength,
    optimizer: chosenOptimizer(document),
    clip: document.training.gradientClip,
    onlyWhere: finite,
    ...(lossScale && { lossScale }),
  };
  builder.output('loss', loss);
  builder.within({ role: 'update' }, () => {
    const update = storeGradients(builder, request);
    const { gradientNorm } = applyUpdate(builder, update, request);
    if (gradientNorm) builder.output('gradientNorm', gradientNorm);
  });
  return finish(context, name, builder, context.canHalve);
}

/** Run before a step that is to be watched: keeps the weights, so that their change can be told. */
export function keepProgram(context: ProgramContext, name: string): Program {
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
  const loss = totalLoss(analysis, lowered);
  const gradients = differentiate(builder, loss, [...lowered.parameters.values()]);
  probeActivations(lowered, analysis, gradients, samples / batch);
  probeParameters(builder, context.layout);
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

/** Loss and hits of one batch in evaluation mode, added to the accumulators; predictions as outputs. */
export function evaluateProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis } = context;
  const lowered = lowerFor(context, batch, 'eval', analysis.live);
  const loss = totalLoss(analysis, lowered);
  accumulate(context, lowered, loss, batch, 'evaluate');
  const { builder } = lowered;
  builder.output('loss', loss);
  return finish(context, name, builder);
}

/** Everything that is shown of some samples: prediction, target, probabilities, inputs of the losses. */
export function samplesProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis } = context;
  const lowered = lowerFor(context, batch, 'eval', analysis.live);
  const { builder } = lowered;
  const head = mainHead(analysis);
  if (!head) throw new Error('nothing to show without a loss');
  const classes = classify(analysis, lowered, head);
  if (classes) builder.output('probabilities', classes.probabilities);
  const [prediction, target] = lowered.inputs.get(head.loss) ?? [];
  if (prediction) {
    const answer = classes ? null : answerOf(analysis, lowered, head, prediction);
    builder.output('prediction', answer ?? prediction);
  }
  if (target) builder.output('target', target);
  for (const id of analysis.live) {
    if (nodeOf(analysis, id).definition?.category !== 'Noise') continue;
    const value = lowered.outputs.get(`${id}.${nodeOf(analysis, id).ports.out[0] ?? ''}`);
    if (value) builder.output(`noise:${id}`, value);
  }
  return finish(context, name, builder);
}

/** From inputs written by the host to predictions: no data set, no losses. */
export function predictProgram(context: ProgramContext, name: string, batch: number): Program {
  const { analysis, document } = context;
  const head = mainHead(analysis);
  if (!head) throw new Error('a network without a loss has no prediction');
  const wires = new Map(
    document.wires.map((wire) => [`${wire.to.node}.${wire.to.port}`, wire.from]),
  );
  const [predictionPort = ''] = nodeOf(analysis, head.loss).ports.in;
  const from = wires.get(`${head.loss}.${predictionPort}`);
  if (!from) throw new Error(`loss ${head.loss} has no prediction`);
  const needed = new Set([from.node]);
  for (const id of [...analysis.order].reverse()) {
    if (!needed.has(id)) continue;
    for (const port of nodeOf(analysis, id).ports.in) {
      const source = wires.get(`${id}.${port}`);
      if (source) needed.add(source.node);
    }
  }
  const lowered = lower({ ...context, batch, mode: 'eval', samples: 'fed', nodes: needed });
  const prediction = lowered.outputs.get(`${from.node}.${from.port}`);
  if (!prediction) throw new Error(`${from.node} was not lowered`);
  const { builder } = lowered;
  builder.output('prediction', prediction);
  const answer = answerOf(analysis, lowered, head, prediction);
  if (answer) builder.output('probabilities', answer);
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

/** Adds to a sum that the host reads and clears now and then, so that no step waits for a read. */
function addTo(builder: GraphBuilder, name: string, value: Value): Value {
  return builder.within({ role: 'metric' }, () => {
    const zero = { kind: 'constant', value: 0 } as const;
    const sum = builder.leaf({ kind: 'buffer', name, init: zero }, { dtype: 'f32', shape: [] });
    const next = add(builder, sum, value);
    builder.emit('assign', [sum, next], {});
    return next;
  });
}

/** Adds this batch to the sums; returns that of the loss. */
function accumulate(
  context: ProgramContext,
  lowered: Lowered,
  loss: Value,
  batch: number,
  kind: keyof typeof ACCUMULATORS,
): Value {
  const { builder } = lowered;
  const weighted = builder.within({ role: 'metric' }, () => scale(builder, loss, batch));
  const lossSum = addTo(builder, ACCUMULATORS[kind].loss, weighted);
  const head = mainHead(context.analysis);
  const classes = head && classify(context.analysis, lowered, head);
  if (!classes) return lossSum;
  const hits = builder.within({ role: 'metric' }, () => sumAll(builder, classes.correct));
  addTo(builder, ACCUMULATORS[kind].correct, hits);
  if (kind === 'evaluate') builder.output('predicted', classes.predicted);
  return lossSum;
}

function finish(
  context: ProgramContext,
  name: string,
  builder: GraphBuilder,
  canHalve?: CanHalve,
): Program {
  const graph = builder.finish();
  if (context.verify) verifyGraph(name, graph);
  const folded = foldEpilogues(prune(graph));
  if (context.verify) verifyGraph(`${name} after folding`, folded);
  const program = plan(name, folded, context.layout, canHalve);
  if (context.verify) verifyProgram(program);
  return program;
}
