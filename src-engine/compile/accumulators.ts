/**
 * Sums that programs keep on the device over the samples of several runs, so that no step waits for a read.
 * The host reads and clears them now and then.
 */
import type { Analysis } from '../check/analysis.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, scale, sumAll } from '../ops/nn.ts';
import { classify, mainHead } from './heads.ts';
import type { Lowered } from './lower.ts';

/** `finite` counts the steps up to which the summed loss was a number. */
export const ACCUMULATORS = {
  train: { loss: '$train.loss', correct: '$train.correct', finite: '$train.finite' },
  evaluate: { loss: '$evaluate.loss', correct: '$evaluate.correct' },
} as const;

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

/** Adds a batch's loss, and its hits where one of `losses` is what the network is judged by; the loss's sum. */
export function accumulate(
  analysis: Analysis,
  lowered: Lowered,
  {
    loss,
    losses,
    batch,
  }: { readonly loss: Value; readonly losses: readonly string[]; readonly batch: number },
  kind: keyof typeof ACCUMULATORS,
): Value {
  const { builder } = lowered;
  const weighted = builder.within({ role: 'metric' }, () => scale(builder, loss, batch));
  const lossSum = addTo(builder, ACCUMULATORS[kind].loss, weighted);
  const head = mainHead(analysis);
  const classes = head && losses.includes(head.loss) ? classify(analysis, lowered, head) : null;
  if (!classes) return lossSum;
  const hits = builder.within({ role: 'metric' }, () => sumAll(builder, classes.correct));
  addTo(builder, ACCUMULATORS[kind].correct, hits);
  if (kind === 'evaluate') builder.output('predicted', classes.predicted);
  return lossSum;
}
