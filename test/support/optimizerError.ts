/**
 * How far one update on a backend is from the formula in float64: PyTorch's formulas, written out here once
 * more. From weights of 0, so that adding the move to the weight rounds nothing away.
 */
import type { Backend } from '#engine/backends/backend.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { type Arenas, openUpdate, withAttrs } from './optimizerUpdate.ts';

export type Settings = Readonly<Record<string, number | boolean>>;
type Scalar = (state: Readonly<Record<keyof Arenas, number>>, step: number) => number;

export const LENGTH = 67;

export const SETTINGS: readonly (readonly [string, Settings])[] = [
  ['SGD', { lr: 0.1 }],
  ['SGD', { lr: 0.1, momentum: 0.9, dampening: 0.3 }],
  ['SGD', { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }],
  ...[0.9, 0.999, 0.9999, 0.999999].flatMap((beta2) =>
    ['Adam', 'AdamW'].map((type) => [type, { lr: 0.01, beta2 }] as const),
  ),
  ['Adam', { lr: 0.01, beta1: 0.999999, beta2: 0.999999 }],
  ['Adam', { lr: 0.01, beta1: 0, beta2: 0, weightDecay: 0.1 }],
];
/** The first ones, where corrections are large, and one further than most runs get. */
const STEPS = [1, 2, 1000, 10_000_000];
/** Name, step, type, settings. */
export const updateCases = SETTINGS.flatMap(([type, settings]) =>
  STEPS.map((step) => [`${type} ${JSON.stringify(settings)}`, step, type, settings] as const),
);

/** What a weight moves by, in double. */
function moved(type: string, given: Settings): Scalar {
  const { attrs } = withAttrs(type, given);
  const a = attrs as Readonly<Record<string, number>>;
  const { lr = NaN, weightDecay = 0, eps = 0, momentum = 0, dampening = 0 } = a;
  const { beta1 = 0, beta2 = 0 } = a;
  if (type === 'SGD') {
    return ({ parameters, gradients, slot0 }, step) => {
      const g = gradients + weightDecay * parameters;
      const velocity = momentum * slot0 + (step === 1 ? 1 : 1 - dampening) * g;
      return -lr * (given['nesterov'] === true ? g + momentum * velocity : velocity);
    };
  }
  return ({ parameters, gradients, slot0, slot1 }, step) => {
    const g = type === 'Adam' ? gradients + weightDecay * parameters : gradients;
    const m = beta1 * slot0 + (1 - beta1) * g;
    const v = beta2 * slot1 + (1 - beta2) * g * g;
    // Well apart from 1 in double, where beta is not extreme; from its series where it is.
    const correction = (beta: number) => -Math.expm1(step * Math.log1p(beta - 1));
    const taken = (lr * (m / correction(beta1))) / (Math.sqrt(v / correction(beta2)) + eps);
    return -taken - (type === 'AdamW' ? lr * weightDecay * parameters : 0);
  };
}

/** In float32, so that every backend starts from the same. */
export function startOf(step: number, parameter: number): Arenas {
  const random = new RandomStream(11, 'data', step);
  const numbers = (most: number, least = -most) =>
    Array.from({ length: LENGTH }, () => Math.fround(least + random.uniform() * (most - least)));
  const zeros = numbers(0);
  return {
    parameters: numbers(parameter),
    gradients: numbers(2),
    slot0: step === 1 ? zeros : numbers(0.1),
    slot1: step === 1 ? zeros : numbers(0.3, 0.2),
  };
}

/** How far the moves are off, as a share of the largest move. */
export async function updateError(
  backend: Backend,
  [type, settings, step]: readonly [string, Settings, number],
): Promise<number> {
  const update = await openUpdate(backend, withAttrs(type, settings), LENGTH);
  const start = startOf(step, 0);
  const after = await update.next(start, step);
  await update.close();
  const formula = moved(type, settings);
  let [apart, largest] = [0, 0];
  start.parameters.forEach((before, i) => {
    const at = (arena: keyof Arenas) => start[arena][i] ?? NaN;
    const wanted = formula(
      {
        parameters: before,
        gradients: at('gradients'),
        slot0: at('slot0'),
        slot1: at('slot1'),
      },
      step,
    );
    apart = Math.max(apart, Math.abs((after.parameters[i] ?? NaN) - before - wanted));
    largest = Math.max(largest, Math.abs(wanted));
  });
  return apart / largest;
}
