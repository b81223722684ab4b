/**
 * Several batches that make one update: which programs that takes, and how each leaves its gradients. The
 * weight of a batch is its share of the samples, or of what else the mean of a loss is over (labels that count, the
 * weights of classes), so that the update is that of one large batch, also where the last one is smaller.
 */
import type { NetworkDocument } from '../ir/document.ts';
import type { FeedName, ValueId } from '../ir/graph.ts';
import type { GraphBuilder, Value } from '../ops/builder.ts';
import { add, div, mul, reshape } from '../ops/nn.ts';
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

/** Gradients of losses whose means are over the same. */
export interface CountedGradients {
  readonly gradients: ReadonlyMap<ValueId, Value>;
  /** What that is; null: samples. */
  readonly over: Value | null;
}

/**
 * Stores every gradient in its arena, or adds it there; call before anything reads the gradient arena. Of losses over
 * different counts each has a sum of its own until the last batch, since none of them is known before.
 */
export function storeGradients(
  builder: GraphBuilder,
  parameters: ReadonlyMap<string, Value>,
  parts: readonly CountedGradients[],
  { phase, objective }: { readonly phase: TrainPhase; readonly objective: number },
): void {
  const sums = parts.map(({ over }, k) => summing(builder, over, phase, `${objective}.${k}`));
  for (const [name, parameter] of parameters) {
    const { type } = parameter;
    const target = builder.leaf({ kind: 'gradient', name }, type);
    const kept = (k: number): Value =>
      k === 0
        ? target
        : builder.leaf(
            {
              kind: 'buffer',
              name: `${OPTIMIZER_STATE}accumulated.${objective}.${k}.${name}`,
              init: { kind: 'constant', value: 0 },
            },
            type,
          );
    const found = parts.flatMap(({ gradients }, k): readonly (readonly [Value, Value])[] => {
      const gradient = gradients.get(parameter.id);
      const place = kept(k);
      const next = gradient && sums[k]?.(place, reshape(builder, gradient, type.shape));
      return next ? [[place, next]] : [];
    });
    if (found.length === 0) continue;
    if (changesWeights(phase)) {
      const all = found.map(([, next]) => next);
      builder.emit('assign', [target, all.reduce((sum, next) => add(builder, sum, next))], {});
    } else {
      for (const pair of found) builder.emit('assign', pair, {});
    }
  }
}

type Summing = (before: Value, gradient: Value) => Value;

/** How the gradient of a batch joins those before it. */
function summing(
  builder: GraphBuilder,
  over: Value | null,
  phase: TrainPhase,
  place: string,
): Summing {
  if (phase === 'whole') return (_before, gradient) => gradient;
  const scalar = { dtype: 'f32', shape: [] } as const;
  if (over === null) {
    const share = builder.leaf({ kind: 'feed', name: BATCH_SHARE }, scalar);
    return (before, gradient) => {
      const own = mul(builder, gradient, share);
      return phase === 'begin' ? own : add(builder, before, own);
    };
  }
  const name = `${OPTIMIZER_STATE}accumulatedCount.${place}`;
  const init = { kind: 'constant', value: 0 } as const;
  const count = builder.leaf({ kind: 'buffer', name, init }, scalar);
  if (phase === 'begin') {
    builder.emit('assign', [count, over], {});
    return (_before, gradient) => gradient;
  }
  // The mean over all so far: no sum is larger than what an update is made of.
  const all = add(builder, count, over);
  const least = builder.emit('full', [], { shape: [], value: LEAST_COUNT });
  const divisor = builder.emit('maximum', [all, least], {});
  const [earlier, own] = [div(builder, count, divisor), div(builder, over, divisor)];
  builder.emit('assign', [count, all], {});
  return (before, gradient) =>
    add(builder, mul(builder, before, earlier), mul(builder, gradient, own));
}

/** Far below any count: where nothing counts, no gradient is anything. */
const LEAST_COUNT = 2 ** -60;

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
