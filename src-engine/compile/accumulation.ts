/**
 * Several batches that make one update: which programs that takes, and how each leaves its gradients. The
 * weight of a batch is its share of the samples, so that the update is that of one large batch, also where
 * the last one is smaller.
 */
import type { NetworkDocument } from '../ir/document.ts';
import type { FeedName, ValueId } from '../ir/graph.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, mul, reshape } from '../ops/nn.ts';
import { OPTIMIZER_STATE } from './lossScale.ts';
import { dueCombinations } from '../ir/turns.ts';

/** `whole`: a batch with an update of its own. Else the first, one in between, the last of several. */
export type TrainPhase = 'whole' | 'begin' | 'add' | 'end';

export const changesWeights = (phase: TrainPhase): boolean => phase === 'whole' || phase === 'end';

/** A batch's share of the samples of its update. */
export const BATCH_SHARE: FeedName = 'optimizer:batchShare';

/** One of the programs of a step. */
export interface TrainVariant {
  readonly phase: TrainPhase;
  readonly batch: number;
  /** Positions of the objectives that it trains. */
  readonly due: readonly number[];
}
/** What its program is called. */
export const variantName = ({ phase, batch, due }: TrainVariant): string =>
  `${phase}:${batch}:${due.join('+')}`;

/**
 * All that a run takes: whole batches, the parts of several, each for every combination of objectives that
 * have their turn together; those of them all first.
 */
export function trainVariants({
  document: { training },
  trainBatches,
}: {
  readonly document: NetworkDocument;
  readonly trainBatches: readonly number[];
}): readonly TrainVariant[] {
  const phases = [
    ...trainBatches.map((batch) => ['whole', batch] as const),
    ...accumulationPhases(training.accumulateSteps, trainBatches),
  ];
  return dueCombinations(training.objectives).flatMap((due) =>
    phases.map(([phase, batch]) => ({ phase, batch, due })),
  );
}

/** Beside whole batches, which are always compiled. A smaller last batch ends what it belongs to. */
function accumulationPhases(
  accumulateSteps: number,
  [full, tail]: readonly number[],
): readonly (readonly [TrainPhase, number])[] {
  if (accumulateSteps === 1 || full === undefined) return [];
  return [
    ['begin', full],
    ...(accumulateSteps > 2 ? [['add', full] as const] : []),
    ['end', full],
    ...(tail === undefined ? [] : [['end', tail] as const]),
  ];
}

/** Stores every gradient in its arena, or adds it there; call before anything reads the gradient arena. */
export function storeGradients(
  builder: GraphBuilder,
  parameters: ReadonlyMap<string, Value>,
  gradients: ReadonlyMap<ValueId, Value>,
  phase: TrainPhase,
): void {
  const share =
    phase === 'whole'
      ? null
      : builder.leaf({ kind: 'feed', name: BATCH_SHARE }, { dtype: 'f32', shape: [] });
  for (const [name, parameter] of parameters) {
    const gradient = gradients.get(parameter.id);
    if (!gradient) continue;
    const target = builder.leaf({ kind: 'gradient', name }, parameter.type);
    const whole = reshape(builder, gradient, parameter.type.shape);
    const own = share ? mul(builder, whole, share) : whole;
    const sum = phase === 'add' || phase === 'end' ? add(builder, target, own) : own;
    builder.emit('assign', [target, sum], {});
  }
}

/** 1 where the losses of all batches so far are numbers: sums of losses are cleared in between. */
export function accumulateFinite(
  builder: GraphBuilder,
  objective: number,
  finite: Value,
  phase: TrainPhase,
): Value {
  if (phase === 'whole') return finite;
  const name = `${OPTIMIZER_STATE}accumulatedFinite.${objective}`;
  const init = { kind: 'constant', value: 1 } as const;
  const flag = builder.leaf({ kind: 'buffer', name, init }, { dtype: 'f32', shape: [] });
  const all = phase === 'begin' ? finite : mul(builder, flag, finite);
  builder.emit('assign', [flag, all], {});
  return all;
}
