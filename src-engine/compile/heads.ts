/**
 * What of a network is judged: for each loss node, its prediction and target, and, where the loss judges
 * classes, probabilities and hits. Emitted on demand into the graph of a program.
 */
import type { Analysis } from '../check/analysis.ts';
import { own } from '../ir/record.ts';
import { type Head, mainHead } from '../check/heads.ts';
import type { ObjectivePart } from '../check/objectiveParts.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, scale } from '../ops/nn.ts';
import { type Lowered, nodeOf, portKey } from './lower.ts';

export { mainHead };

/** What one objective makes smaller: the weighted sum of its losses. */
export function objectiveLoss(
  { builder, outputs }: Pick<Lowered, 'builder' | 'outputs'>,
  { losses, objective }: ObjectivePart,
): Value {
  const values = losses.map((node) => {
    const value = outputs.get(portKey({ node, port: 'loss' }));
    if (!value) throw new Error(`loss ${node} was not lowered`);
    const weight = own(objective.lossWeights, node) ?? 1;
    return weight === 1 ? value : scale(builder, value, weight);
  });
  return sumOf(builder, values);
}

/** The sum over all objectives. */
export function totalLoss({ objectives }: Analysis, lowered: Lowered): Value {
  return sumOf(
    lowered.builder,
    objectives.map((part) => objectiveLoss(lowered, part)),
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
export function answerOf(analysis: Analysis, lowered: Lowered, head: Head, prediction: Value) {
  const { definition } = nodeOf(analysis, head.loss);
  const { answer } = definition ?? {};
  if (!answer) return null;
  return lowered.builder.within({ node: head.loss, role: 'metric' }, () =>
    answer(lowered.loweringOf(head.loss), prediction),
  );
}
