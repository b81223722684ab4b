/**
 * What of a network is judged: for each loss its prediction and target, and what the statistics of its
 * metrics read back of a batch. Emitted on demand into the graph of a program; what it adds up to is
 * training/headFold.ts.
 */
import type { Analysis } from '../check/analysis.ts';
import { hasOneTarget, type Head, mainHead } from '../check/heads.ts';
import type { ObjectivePart } from '../check/objectiveParts.ts';
import { own } from '../ir/record.ts';
import { elementCount, type TensorType } from '../ir/tensor.ts';
import {
  type JudgedBatch,
  type MetricDefinition,
  type MetricHead,
  metricsFor,
  type Statistic,
} from '../metrics/index.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, reshape, scale } from '../ops/nn.ts';
import type { BoundField, DataBinding, Normalisation } from './binding.ts';
import { type Lowered, nodeOf, portKey } from './lower.ts';

export { mainHead };

/** What one objective makes smaller: the weighted sum of its losses. */
export function objectiveLoss(
  analysis: Analysis,
  { builder, outputs }: Pick<Lowered, 'builder' | 'outputs'>,
  { losses, objective }: ObjectivePart,
): Value {
  const values = losses.map((node) => {
    const value = lossValue(analysis, outputs, node);
    const weight = own(objective.lossWeights, node) ?? 1;
    return weight === 1 ? value : scale(builder, value, weight);
  });
  return sumOf(builder, values);
}

/** A part of what an objective makes smaller. */
export interface CountedLoss {
  readonly loss: Value;
  /** What its mean is over, where that is not how many samples there are. */
  readonly over: Value | null;
}

/** The same apart by what means are over, so that those of several batches add up: losses over samples together. */
export function lossesByCount(
  analysis: Analysis,
  lowered: Lowered,
  part: ObjectivePart,
): readonly CountedLoss[] {
  const apart = new Map(
    part.losses.flatMap((node) => {
      const head = analysis.heads.find(({ loss }) => loss === node);
      const over = head && meanOver(analysis, lowered, head);
      return over ? [[node, over] as const] : [];
    }),
  );
  const only = (losses: readonly string[]): Value =>
    objectiveLoss(analysis, lowered, { ...part, losses });
  const others = part.losses.filter((node) => !apart.has(node));
  return [
    ...(others.length === 0 ? [] : [{ loss: only(others), over: null }]),
    ...[...apart].map(([node, over]) => ({ loss: only([node]), over })),
  ];
}

/** The number of one loss, not weighted. */
export function lossValue(analysis: Analysis, outputs: Lowered['outputs'], node: string): Value {
  const port = analysis.heads.find(({ loss }) => loss === node)?.lossPort;
  const value = port === undefined ? undefined : outputs.get(portKey({ node, port }));
  if (!value) throw new Error(`loss ${node} was not lowered`);
  return value;
}

/** The sum over all objectives. */
export function totalLoss(analysis: Analysis, lowered: Lowered): Value {
  return sumOf(
    lowered.builder,
    analysis.objectives.map((part) => objectiveLoss(analysis, lowered, part)),
  );
}

export function sumOf(builder: GraphBuilder, values: readonly Value[]): Value {
  const [first, ...others] = values;
  if (!first) throw new Error('a network without a loss cannot be trained');
  return others.reduce((sum, value) => add(builder, sum, value), first);
}

export function classify(analysis: Analysis, lowered: Lowered, head: Head) {
  const node = nodeOf(analysis, head.loss);
  const inputs = lowered.inputs.get(head.loss);
  if (!head.classifies || !node.definition?.classify || !inputs) return null;
  const { classify: rule } = node.definition;
  return lowered.builder.within({ node: head.loss, role: 'metric' }, () =>
    rule(lowered.loweringOf(head.loss), inputs, node.attrs),
  );
}

/** What the prediction of a head means: probabilities, where its loss takes raw scores; else null. */
export function outputActivationOf(
  analysis: Analysis,
  lowered: Lowered,
  head: Head,
  prediction: Value,
) {
  const { definition, attrs } = nodeOf(analysis, head.loss);
  const { outputActivation } = definition ?? {};
  if (!outputActivation) return null;
  const types = inputTypes(analysis, head.loss);
  return lowered.builder.within({ node: head.loss, role: 'metric' }, () =>
    outputActivation(lowered.loweringOf(head.loss), prediction, attrs, types),
  );
}

/** Of what comes to a loss, in the order of its ports. */
function inputTypes(analysis: Analysis, loss: string): readonly TensorType[] {
  const { ports, inputs } = nodeOf(analysis, loss);
  return ports.in.flatMap((port) => own(inputs, port) ?? []);
}

/** What the mean of a loss is over, where that is not how many numbers there are. */
export function meanOver(analysis: Analysis, lowered: Lowered, { loss }: Head): Value | null {
  const { definition, attrs } = nodeOf(analysis, loss);
  const inputs = lowered.inputs.get(loss);
  if (!definition?.meanOver || !inputs) return null;
  const { meanOver: rule } = definition;
  return lowered.builder.within({ node: loss, role: 'metric' }, () =>
    rule(lowered.loweringOf(loss), inputs, attrs),
  );
}

/** Whether there is such a number, known before anything is lowered. */
export function isWeighted(analysis: Analysis, { loss }: Pick<Head, 'loss'>): boolean {
  const { definition, attrs } = nodeOf(analysis, loss);
  return definition?.isWeighted?.(attrs, inputTypes(analysis, loss)) ?? false;
}

/** The label of a head that counts for nothing; null where each counts. */
export function ignoredLabelOf(analysis: Analysis, { loss }: Head): number | null {
  const { definition, attrs } = nodeOf(analysis, loss);
  return definition?.ignoredLabel?.(attrs) ?? null;
}

/** A head with all that its metrics are made of. */
export interface JudgedHead {
  readonly head: Head;
  readonly metric: MetricHead;
  readonly metrics: readonly MetricDefinition[];
  /** Each once, whichever metrics share it. */
  readonly statistics: readonly Statistic<unknown>[];
  /** What its loss counts for in the sum of all. */
  readonly weight: number;
}

/** In the order of the losses. */
export function judgedHeads(analysis: Analysis, binding: DataBinding): readonly JudgedHead[] {
  return analysis.heads.map((head) => {
    const metric = metricHead(analysis, head, binding);
    const metrics = metricsFor(metric);
    const statistics = new Map(metrics.map(({ statistic }) => [statistic.id, statistic]));
    const weight = analysis.objectives.reduce(
      (sum, { losses, objective }) =>
        losses.includes(head.loss) ? sum + (own(objective.lossWeights, head.loss) ?? 1) : sum,
      0,
    );
    return { head, metric, metrics, statistics: [...statistics.values()], weight };
  });
}

/** Where a program leaves what a head's statistics read: its losses are apart by their nodes. */
export const headOutput = (loss: string, name: string): string => `head:${loss}:${name}`;

/** Leaves as outputs what the statistics of a head read of a batch. */
export function emitStatistics(
  analysis: Analysis,
  lowered: Lowered,
  { head, metric, statistics }: JudgedHead,
): void {
  const { builder } = lowered;
  builder.within({ node: head.loss, role: 'metric' }, () => {
    const batch = judgedBatch(analysis, lowered, head);
    for (const statistic of statistics) {
      for (const [name, value] of Object.entries(statistic.outputs(builder, batch, metric))) {
        builder.output(headOutput(head.loss, name), value);
      }
    }
  });
}

function judgedBatch(analysis: Analysis, lowered: Lowered, head: Head): JudgedBatch {
  const value = lossValue(analysis, lowered.outputs, head.loss);
  const compared = headValues(lowered, head);
  if (!compared) return onlyLoss(value);
  const { prediction, target } = compared;
  const over = meanOver(analysis, lowered, head);
  const loss = { loss: value, ...(over && { lossWeight: over }) };
  const classes = classify(analysis, lowered, head);
  if (!classes) {
    const activated = outputActivationOf(analysis, lowered, head, prediction);
    const answers = { ...loss, prediction: activated ?? prediction, target };
    if (!head.labels) return answers;
    const rowOf = (x: Value): Value =>
      reshape(lowered.builder, x, [x.type.shape[0] ?? 1, head.labels?.length ?? 1]);
    return { ...answers, probabilities: rowOf(answers.prediction), labelled: rowOf(target) };
  }
  const { probabilities, predicted, labels = target } = classes;
  return { ...loss, prediction, target, probabilities, predicted, labels };
}

/** Of a loss that compares nothing. */
function onlyLoss(loss: Value): JudgedBatch {
  const none = (): never => {
    throw new Error('this loss has neither prediction nor target');
  };
  return {
    loss,
    get prediction() {
      return none();
    },
    get target() {
      return none();
    },
  };
}

/** What comes to a loss, by what it is to it; null where it compares nothing. */
export function headValues(lowered: Pick<Lowered, 'inputs'>, head: Head) {
  if (!head.compares) return null;
  const inputs = lowered.inputs.get(head.loss) ?? [];
  const [prediction, target] = [inputs[head.compares.prediction], inputs[head.compares.target]];
  if (!prediction || !target) throw new Error(`loss ${head.loss} was not lowered`);
  return { prediction, target };
}

/** No target, or one that is the same for every sample (a GAN's real and fake), leaves nothing to judge but the loss. */
function metricHead(analysis: Analysis, head: Head, binding: DataBinding): MetricHead {
  const { targetField, targetVaries, classifies, labels } = head;
  const shape = shapeOf(analysis, head);
  const bound = targetField ? binding.get(targetField.field.name) : undefined;
  const image = bound?.field.shape.length === 3 ? bound : null;
  const ignored = ignoredLabelOf(analysis, head);
  const task = classifies ? 'classes' : labels ? 'labels' : targetVaries ? 'numbers' : 'none';
  return {
    task,
    classes: classifies ? classCount(analysis, head, shape) : (labels?.length ?? 0),
    ...(ignored !== null && { ignoredLabel: ignored }),
    ...(hasOneTarget(head) && { answers: true }),
    isWeighted: isWeighted(analysis, head),
    sampleSize: elementCount(shape),
    targetField: targetField?.field ?? null,
    targetNormalisation: bound ? scalingOf(bound) : null,
    targetRange: image ? imageRange(image) : null,
    targetWhite: image ? whiteOf(image) : null,
  };
}

/** From the data's own numbers to what the network sees; null where that is the same. */
export function scalingOf({ normalisation, dividedBy = 1 }: BoundField): Normalisation | null {
  if (dividedBy === 1) return normalisation;
  const { shift, scale } = normalisation ?? { shift: [0], scale: [1] };
  return {
    shift: shift.map((each) => each * dividedBy),
    scale: scale.map((each) => each / dividedBy),
  };
}

/** Of one sample of the prediction. */
function shapeOf(analysis: Analysis, { prediction }: Head): readonly number[] {
  const type = prediction && own(nodeOf(analysis, prediction.node).outputs, prediction.port);
  return (type?.shape ?? []).slice(1).map((dim) => (typeof dim === 'number' ? dim : 1));
}

/** As many as the network tells apart, which may be more than the data has: one score stands for two. */
function classCount(analysis: Analysis, head: Head, sample: readonly number[]): number {
  const { target, loss } = head;
  const type = target && own(nodeOf(analysis, target.node).outputs, target.port);
  const { definition, attrs } = nodeOf(analysis, loss);
  const axis = definition?.classAxis?.(inputTypes(analysis, loss), attrs) ?? 1;
  const scores = sample[axis - 1] ?? 1;
  return Math.max(type?.classes ?? 0, scores, 2);
}

const whiteOf = ({ storedDtype }: BoundField): number => (storedDtype === 'u8' ? 255 : 1);

/** From black to white as the network sees it. */
function imageRange(image: BoundField): number {
  const { normalisation } = image;
  const white = whiteOf(image);
  if (!normalisation) return white;
  const { shift, scale: factors } = normalisation;
  const ends = factors.flatMap((factor, i) =>
    [0, white].map((value) => (value - (shift[i] ?? shift[0] ?? 0)) * factor),
  );
  return Math.max(...ends) - Math.min(...ends);
}
