/**
 * Sums that training steps keep on the device, so that no step waits for a read: what the points of the
 * training curve are made of. The host reads and clears them now and then.
 */
import type { Analysis } from '../check/analysis.ts';
import { hasOneTarget, type Head } from '../check/heads.ts';
import type { ObjectivePart } from '../check/objectiveParts.ts';
import { metricKey } from '../metrics/names.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, meanAll, mul, scale, sumAll } from '../ops/nn.ts';
import {
  classify,
  headValues,
  ignoredLabelOf,
  isWeighted,
  lossValue,
  meanOver,
  outputActivationOf,
} from './heads.ts';
import type { Lowered } from './lower.ts';

/** Counts the steps up to which the summed loss was a number. */
export const FINITE_STEPS = '$train.finite';

/** The buffer of a sum; divided by what it is over (samples, unless there is a count of its own) it is the metric. */
export const trainSum = (key: string): string => `$train.sum.${key}`;

/** The key of what the sum of another key is over, where that is not samples. */
export const trainCount = (key: string): string => `${key}${COUNT}`;
const COUNT = '#count';
export const isTrainCount = (key: string): boolean => key.endsWith(COUNT);

/** What is counted of a head: its loss by what it is a mean over, right answers by labels that count, else answers. */
function countsOf(analysis: Analysis, head: Head, several: boolean) {
  const keyOf = (id: string): string => metricKey(several ? head.loss : null, id);
  const [loss, accuracy] = [keyOf('loss'), keyOf('accuracy')];
  return {
    ...{ loss, accuracy },
    lossCount: isWeighted(analysis, head) ? trainCount(loss) : null,
    answer: hasOneTarget(head) ? keyOf('meanAnswer') : null,
    accuracyCount: ignoredLabelOf(analysis, head) === null ? null : trainCount(accuracy),
  };
}

/** All losses together, and of each head its loss (where there are several) and its answers or right answers; and their counts. */
export function trainSumKeys(analysis: Analysis): readonly string[] {
  const { heads } = analysis;
  const several = heads.length > 1;
  return [
    'loss',
    ...heads.flatMap((head) => {
      const counts = countsOf(analysis, head, several);
      const { loss, accuracy, answer, lossCount, accuracyCount } = counts;
      return [
        ...(several ? [loss] : []),
        ...(lossCount === null ? [] : [lossCount]),
        ...(answer === null ? [] : [answer]),
        ...(head.classifies ? [accuracy] : []),
        ...(head.classifies && accuracyCount !== null ? [accuracyCount] : []),
      ];
    }),
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
  const within = (emit: () => Value): Value => builder.within({ role: 'metric' }, emit);
  const several = analysis.heads.length > 1;
  let all: Value | null = null;
  for (const head of analysis.heads) {
    // A loss of several objectives is judged in the first of them.
    const first = analysis.objectives.find(({ losses }) => losses.includes(head.loss));
    if (first !== part) continue;
    const keys = countsOf(analysis, head, several);
    const over = keys.lossCount === null ? null : meanOver(analysis, lowered, head);
    if (keys.lossCount !== null) {
      addTo(builder, trainSum(keys.lossCount), over ?? constantOf(builder, batch));
    }
    if (several) {
      const own = lossValue(analysis, lowered.outputs, head.loss);
      addTo(
        builder,
        trainSum(keys.loss),
        over ? within(() => mul(builder, own, over)) : ofSamples(own),
      );
    } else if (over) {
      all = within(() => mul(builder, loss, over));
    }
    const compared = keys.answer === null ? null : headValues(lowered, head);
    if (keys.answer !== null && compared) {
      const { prediction } = compared;
      const answer = outputActivationOf(analysis, lowered, head, prediction) ?? prediction;
      addTo(builder, trainSum(keys.answer), ofSamples(within(() => meanAll(builder, answer))));
    }
    const classes = classify(analysis, lowered, head);
    if (!classes) continue;
    const { correct, labels } = classes;
    const ignored = ignoredLabelOf(analysis, head);
    const counted =
      ignored === null || !labels ? null : within(() => isOther(builder, labels, ignored));
    if (keys.accuracyCount !== null) {
      const count = counted ? within(() => sumAll(builder, counted)) : constantOf(builder, batch);
      addTo(builder, trainSum(keys.accuracyCount), count);
    }
    // Of several labels in a sample the share that is right.
    const rows = correct.type.shape[0] ?? batch;
    const right = within(() => sumAll(builder, counted ? mul(builder, correct, counted) : correct));
    const ofEach =
      counted || rows === batch ? right : within(() => scale(builder, right, batch / rows));
    addTo(builder, trainSum(keys.accuracy), ofEach);
  }
  return addTo(builder, trainSum('loss'), all ?? ofSamples(loss));
}

const constantOf = (builder: GraphBuilder, value: number): Value =>
  builder.emit('full', [], { shape: [], value });

/** 1 where a label is another one, else 0. */
function isOther(builder: GraphBuilder, labels: Value, ignored: number): Value {
  const numbers = builder.emit('toFloat', [labels], {});
  const is = builder.emit('equal', [numbers, constantOf(builder, ignored)], {});
  return builder.emit('affine', [is], { scale: -1, shift: 1 });
}
