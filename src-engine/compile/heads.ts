/**
 * What of a network is judged: for each loss node, its prediction and target, and, where the loss judges
 * classes, probabilities and hits. Emitted on demand into the graph of a program.
 */
import type { Analysis } from '../check/analysis.ts';
import { type Head, mainHead } from '../check/heads.ts';
import type { Value } from '../ops/builder.ts';
import { add } from '../ops/nn.ts';
import { type Lowered, nodeOf, portKey } from './lower.ts';

export { mainHead };

/** The sum of all losses, the objective. */
export function totalLoss(analysis: Analysis, lowered: Lowered): Value {
  const losses = analysis.lossNodes.map((node) => {
    const value = lowered.outputs.get(portKey({ node, port: 'loss' }));
    if (!value) throw new Error(`loss ${node} was not lowered`);
    return value;
  });
  const [first, ...others] = losses;
  if (!first) throw new Error('a network without a loss cannot be trained');
  return others.reduce((sum, loss) => add(lowered.builder, sum, loss), first);
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
