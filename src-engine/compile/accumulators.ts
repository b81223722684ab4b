/**
 * Sums that training steps keep on the device, so that no step waits for a read: what the points of the
 * training curve are made of. The host reads and clears them now and then.
 */
import type { Analysis } from '../check/analysis.ts';
import type { ObjectivePart } from '../check/objectiveParts.ts';
import { metricKey } from '../metrics/names.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, scale, sumAll } from '../ops/nn.ts';
import { classify, lossValue } from './heads.ts';
import type { Lowered } from './lower.ts';

/** Counts the steps up to which the summed loss was a number. */
export const FINITE_STEPS = '$train.finite';

/** The buffer of a sum over samples; divided by these it is the metric of that key. */
export const trainSum = (key: string): string => `$train.sum.${key}`;

/** All losses together, and of each head its loss (where there are several) and its right answers. */
export function trainSumKeys({ heads }: Pick<Analysis, 'heads'>): readonly string[] {
  const several = heads.length > 1;
  return [
    'loss',
    ...heads.flatMap(({ loss, classifies }) => [
      ...(several ? [metricKey(loss, 'loss')] : []),
      ...(classifies ? [metricKey(several ? loss : null, 'accuracy')] : []),
    ]),
  ];
}

/** The new sum. */
export function addTo(builder: GraphBuilder, name: string, value: Value): Value {
  return builder.within({ role: 'metric' }, () => {
    const zero = { kind: 'constant', value: 0 } as const;
    const sum = builder.leaf({ kind: 'buffer', name, init: zero }, { dtype: 'f32', shape: [] });
    const next = add(builder, sum, value);
    builder.emit('assign', [sum, next], {});
    return next;
  });
}

/** Adds what an objective's losses make of a batch; the sum of all objectives' loss. */
export function accumulate(
  analysis: Analysis,
  lowered: Lowered,
  {
    loss,
    part,
    batch,
  }: { readonly loss: Value; readonly part: ObjectivePart; readonly batch: number },
): Value {
  const { builder } = lowered;
  const ofSamples = (mean: Value): Value =>
    builder.within({ role: 'metric' }, () => scale(builder, mean, batch));
  const several = analysis.heads.length > 1;
  for (const head of analysis.heads) {
    // A loss of several objectives is judged in the first of them.
    const first = analysis.objectives.find(({ losses }) => losses.includes(head.loss));
    if (first !== part) continue;
    if (several) {
      const own = lossValue(analysis, lowered.outputs, head.loss);
      addTo(builder, trainSum(metricKey(head.loss, 'loss')), ofSamples(own));
    }
    const classes = classify(analysis, lowered, head);
    if (!classes) continue;
    const correct = builder.within({ role: 'metric' }, () => sumAll(builder, classes.correct));
    addTo(builder, trainSum(metricKey(several ? head.loss : null, 'accuracy')), correct);
  }
  return addTo(builder, trainSum('loss'), ofSamples(loss));
}
