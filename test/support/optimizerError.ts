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
  ['RMSprop', { lr: 0.01 }],
  ['RMSprop', { lr: 0.01, alpha: 0.9999, momentum: 0.9, weightDecay: 0.01 }],
  ['RMSprop', { lr: 0.01, alpha: 0.9, momentum: 0.9, centered: true }],
  ['Adagrad', { lr: 0.1, lrDecay: 0.001, weightDecay: 0.01 }],
  ['Adadelta', { lr: 1 }],
  ['Adadelta', { lr: 0.5, rho: 0.999, weightDecay: 0.01 }],
  ['Adamax', { lr: 0.01 }],
  ['Adamax', { lr: 0.01, beta1: 0.999, beta2: 0.5, weightDecay: 0.01 }],
  ['RAdam', { lr: 0.01 }],
  ['RAdam', { lr: 0.01, beta2: 0.9, weightDecay: 0.01 }],
  ['NAdam', { lr: 0.01 }],
  ['NAdam', { lr: 0.01, beta2: 0.99, momentumDecay: 0.5, weightDecay: 0.01 }],
  ['Lion', { lr: 0.01 }],
  ['Lion', { lr: 0.01, beta1: 0.5, beta2: 0.9, weightDecay: 0.1 }],
  ['Rprop', { lr: 0.01 }],
  ['ASGD', { lr: 0.01 }],
  ['ASGD', { lr: 0.1, lambd: 0.01, alpha: 0.9, t0: 10, weightDecay: 0.01 }],
];
/** The first ones, where corrections are large, and one further than most runs get. */
const STEPS = [1, 2, 1000, 10_000_000];
/** Name, step, type, settings. */
export const updateCases = SETTINGS.flatMap(([type, settings]) =>
  STEPS.map((step) => [`${type} ${JSON.stringify(settings)}`, step, type, settings] as const),
);

type Attrs = Readonly<Record<string, number>>;
type State = Readonly<Record<keyof Arenas, number>>;
/** What a weight moves by, in double; `g` carries L2. */
type Rule = (a: Attrs, s: State, g: number, step: number) => number;

const at = (a: Attrs, name: string): number => a[name] ?? NaN;
const mean = (share: number, before: number, now: number): number =>
  share * before + (1 - share) * now;
// Well apart from 1 in double, where beta is not extreme; from its series where it is.
const correction = (beta: number, step: number): number => -Math.expm1(step * Math.log1p(beta - 1));

const adam: Rule = (a, { slot0, slot1 }, g, step) => {
  const [m, v] = [mean(at(a, 'beta1'), slot0, g), mean(at(a, 'beta2'), slot1, g * g)];
  const deviation = Math.sqrt(v / correction(at(a, 'beta2'), step)) + at(a, 'eps');
  return (-at(a, 'lr') * (m / correction(at(a, 'beta1'), step))) / deviation;
};

const RULES: Readonly<Record<string, Rule>> = {
  SGD(a, { slot0 }, g, step) {
    const fresh = step === 1 ? 1 : 1 - at(a, 'dampening');
    const velocity = at(a, 'momentum') * slot0 + fresh * g;
    return -at(a, 'lr') * (a['nesterov'] ? g + at(a, 'momentum') * velocity : velocity);
  },
  Adam: adam,
  AdamW: (a, s, _, step) =>
    adam(a, s, s.gradients, step) - at(a, 'lr') * at(a, 'weightDecay') * s.parameters,
  RMSprop(a, { slot0, slot1, slot2 }, g) {
    const isMoving = at(a, 'momentum') !== 0;
    const centre = a['centered'] ? mean(at(a, 'alpha'), isMoving ? slot2 : slot1, g) : 0;
    const size = mean(at(a, 'alpha'), slot0, g * g) - centre ** 2;
    const direction = g / (Math.sqrt(size) + at(a, 'eps'));
    return -at(a, 'lr') * (isMoving ? at(a, 'momentum') * slot1 + direction : direction);
  },
  Adagrad: (a, { slot0 }, g, step) =>
    (-at(a, 'lr') / (1 + (step - 1) * at(a, 'lrDecay'))) *
    (g / (Math.sqrt(slot0 + g * g) + at(a, 'eps'))),
  Adadelta(a, { slot0, slot1 }, g) {
    const size = Math.sqrt(mean(at(a, 'rho'), slot0, g * g) + at(a, 'eps'));
    return (-at(a, 'lr') * Math.sqrt(slot1 + at(a, 'eps')) * g) / size;
  },
  Adamax(a, { slot0, slot1 }, g, step) {
    const largest = Math.max(at(a, 'beta2') * slot1, Math.abs(g) + at(a, 'eps'));
    const m = mean(at(a, 'beta1'), slot0, g) / correction(at(a, 'beta1'), step);
    return (-at(a, 'lr') * m) / largest;
  },
  RAdam(a, { slot0, slot1 }, g, step) {
    const beta2 = at(a, 'beta2');
    const m = mean(at(a, 'beta1'), slot0, g) / correction(at(a, 'beta1'), step);
    const most = 2 / (1 - beta2) - 1;
    const now = most - (2 * step * beta2 ** step) / correction(beta2, step);
    if (now <= 5) return -at(a, 'lr') * m;
    const r = Math.sqrt(((now - 4) * (now - 2) * most) / ((most - 4) * (most - 2) * now));
    const size = Math.sqrt(mean(beta2, slot1, g * g)) + at(a, 'eps');
    return (-at(a, 'lr') * m * r * Math.sqrt(correction(beta2, step))) / size;
  },
  NAdam(a, { slot0, slot1 }, g, step) {
    const momentum = (t: number): number =>
      at(a, 'beta1') * (1 - 0.5 * 0.96 ** (t * at(a, 'momentumDecay')));
    // Nothing is left of the product after thousands.
    let product = 1;
    for (let t = 1; t <= Math.min(step, 10_000); t++) product *= momentum(t);
    const size = Math.sqrt(mean(at(a, 'beta2'), slot1, g * g) / correction(at(a, 'beta2'), step));
    const next = momentum(step + 1);
    const ahead = (next * mean(at(a, 'beta1'), slot0, g)) / (1 - product * next);
    const fresh = ((1 - momentum(step)) * g) / (1 - product);
    return (-at(a, 'lr') * (ahead + fresh)) / (size + at(a, 'eps'));
  },
  Lion: (a, s) =>
    -at(a, 'lr') *
    (Math.sign(mean(at(a, 'beta1'), s.slot0, s.gradients)) + at(a, 'weightDecay') * s.parameters),
  ASGD(a, { parameters }, g, step) {
    const rate = at(a, 'lr') / (1 + at(a, 'lambd') * at(a, 'lr') * (step - 1)) ** at(a, 'alpha');
    return -rate * (g + at(a, 'lambd') * parameters);
  },
  Rprop(a, { slot0, slot1 }, g, step) {
    const agreement = Math.sign(g * slot0);
    const factor = agreement > 0 ? at(a, 'etaPlus') : agreement < 0 ? at(a, 'etaMinus') : 1;
    const wanted = (slot1 + (step === 1 ? at(a, 'lr') : 0)) * factor;
    const length = Math.min(at(a, 'stepMax'), Math.max(at(a, 'stepMin'), wanted));
    return agreement < 0 ? 0 : -Math.sign(g) * length;
  },
};

function moved(type: string, given: Settings): Scalar {
  const a = withAttrs(type, given).attrs as unknown as Attrs;
  const rule = RULES[type];
  if (!rule) throw new Error(`there is no formula of ${type}`);
  return (state, step) =>
    rule(a, state, state.gradients + (a['weightDecay'] ?? 0) * state.parameters, step);
}

/** In float32, so that every backend starts from the same. */
export function startOf(step: number, parameter: number, slots: readonly string[] = []): Arenas {
  const random = new RandomStream(11, 'data', step);
  const numbers = (most: number, least = -most) =>
    Array.from({ length: LENGTH }, () => Math.fround(least + random.uniform() * (most - least)));
  const zeros = numbers(0);
  // What sizes are kept in is above 0.
  const slot = (place: number): readonly number[] =>
    step === 1
      ? zeros
      : /sq|sum|inf|acc|size/.test(slots[place] ?? '')
        ? numbers(0.3, 0.2)
        : numbers(0.1);
  return {
    parameters: numbers(parameter),
    gradients: numbers(2),
    ...{ slot0: slot(0), slot1: slot(1), slot2: slot(2) },
  };
}

/** How far the moves are off, as a share of the largest move. */
export async function updateError(
  backend: Backend,
  [type, settings, step]: readonly [string, Settings, number],
): Promise<number> {
  const optimizer = withAttrs(type, settings);
  const update = await openUpdate(backend, optimizer, LENGTH);
  const start = startOf(step, 0, optimizer.slots);
  const after = await update.next(start, step);
  await update.close();
  const formula = moved(type, settings);
  let [apart, largest] = [0, 0];
  start.parameters.forEach((before, i) => {
    const held = (arena: keyof Arenas) => start[arena][i] ?? NaN;
    const wanted = formula(
      {
        parameters: before,
        gradients: held('gradients'),
        ...{ slot0: held('slot0'), slot1: held('slot1'), slot2: held('slot2') },
      },
      step,
    );
    apart = Math.max(apart, Math.abs((after.parameters[i] ?? NaN) - before - wanted));
    largest = Math.max(largest, Math.abs(wanted));
  });
  return apart / largest;
}
