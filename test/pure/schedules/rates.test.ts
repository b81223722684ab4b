/**
 * Rules: each schedule passes through the points that its definition names, on and beside the step where it turns; a
 * warm-up begins above zero and ends at the full rate; the plateau's rule counts as PyTorch does; the defaults are
 * PyTorch's, and what PyTorch's class is given are the schedule's own settings.
 */
import { describe, expect, test } from 'vitest';
import type { AttrSchema } from '#engine/ir/attrs.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import {
  FIRST_STATE,
  type PlateauState,
  scheduledRate,
  schedules,
} from '#engine/schedules/index.ts';

type Attrs = Readonly<Record<string, number | string | readonly number[]>>;
const EPOCH = 4;
const STEPS = 40;

function made(type: string, attrs: Attrs = {}, warmupEpochs = 0) {
  const definition = schedules.get(type);
  if (!definition) throw new Error(`there is no schedule ${type}`);
  const plan = { stepsPerEpoch: EPOCH, totalSteps: STEPS };
  const { rate, observe } = scheduledRate(definition, { type, attrs, warmupEpochs }, plan);
  return {
    rates: (...steps: readonly number[]) =>
      steps.map((step) => rate(1, { ...plan, step }, FIRST_STATE)),
    rateAfter: (state: PlateauState) => rate(1, { ...plan, step: 1 }, state),
    observe,
    torch: (values: Attrs = attrs) =>
      definition.torch(
        // Of this schedule's own schema, which is erased here.
        { ...defaultsOf(type), ...values },
        { optimizer: 'opt', totalSteps: 'T', stepsPerEpoch: 'E', mode: 'min' },
      ),
  };
}
const schemaOf = (type: string): AttrSchema => schedules.get(type)?.attrs ?? {};
const defaultsOf = (type: string): Attrs =>
  Object.fromEntries(
    Object.entries(schemaOf(type)).map(([name, { default: value }]) => [name, value as number]),
  );
const near = (values: readonly number[], expected: readonly number[]): void => {
  expect(values).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 9));
};

describe('through the points of its definition', () => {
  test('ConstantLR', () => near(made('ConstantLR').rates(0, 39), [1, 1]));
  test('StepLR cuts on the first step of an epoch', () => {
    const { rates } = made('StepLR', { stepSize: 2, gamma: 0.5 });
    near(rates(0, 7, 8, 15, 16), [1, 1, 0.5, 0.5, 0.25]);
  });
  test('MultiStepLR cuts at each milestone', () => {
    const { rates } = made('MultiStepLR', { milestones: [1, 3], gamma: 0.1 });
    near(rates(3, 4, 11, 12), [1, 0.1, 0.1, 0.01]);
  });
  test('ExponentialLR', () =>
    near(made('ExponentialLR', { gamma: 0.9 }).rates(0, 3, 4, 8), [1, 1, 0.9, 0.81]));
  test('LinearLR ends at its last share and stays there', () => {
    const { rates } = made('LinearLR', { startFactor: 0.2, endFactor: 0.6 });
    near(rates(0, 20, 40, 80), [0.2, 0.4, 0.6, 0.6]);
  });
  test('PolynomialLR', () =>
    near(made('PolynomialLR', { power: 2 }).rates(0, 20, 40, 50), [1, 0.25, 0, 0]));
  test('CosineAnnealingLR', () => {
    const { rates } = made('CosineAnnealingLR', { etaMin: 0.2 });
    near(rates(0, 20, 40, 60), [1, 0.6, 0.2, 0.2]);
    near(rates(10), [0.2 + 0.4 * (1 + Math.SQRT1_2)]);
  });
  test('CosineAnnealingWarmRestarts begins anew, each time later', () => {
    const { rates } = made('CosineAnnealingWarmRestarts', { t0: 2, tMult: 2, etaMin: 0.2 });
    // Two epochs of four steps, then four, then eight.
    near(rates(0, 4, 8, 16, 24), [1, 0.6, 1, 0.6, 1]);
    const alike = made('CosineAnnealingWarmRestarts', { t0: 2, tMult: 1 });
    near(alike.rates(0, 4, 8, 12, 20, 24), [1, 0.5, 1, 0.5, 0.5, 1]);
  });
  test('OneCycleLR has its peak and its end on a step', () => {
    const { rates } = made('OneCycleLR', { pctStart: 0.25, divFactor: 10, finalDivFactor: 100 });
    near(rates(0, 9, 39, 60), [0.1, 1, 0.001, 0.001]);
    near(rates(4.5, 24), [0.55, 0.5005]);
    // Without a rise it begins at the peak; without a fall it ends there.
    near(made('OneCycleLR', { pctStart: 0 }).rates(0), [1 - (1 - 4e-6) * fallen(1 / 40)]);
    near(made('OneCycleLR', { pctStart: 1 }).rates(0, 39, 40), [0.04, 1, 4e-6]);
  });
  test('InverseSquareRootLR has its peak where the warm-up ends', () => {
    const { rates } = made('InverseSquareRootLR', { warmup: 2 });
    near(rates(0, 3, 7, 31), [1 / 8, 0.5, 1, 0.5]);
    near(made('InverseSquareRootLR', { warmup: 0 }).rates(0, 3), [1, 0.5]);
  });
  test('CyclicLR', () => {
    const sizes = { baseDivFactor: 10, stepSizeUp: 1, stepSizeDown: 3 };
    near(made('CyclicLR', sizes).rates(0, 2, 4, 10, 16, 20), [0.1, 0.55, 1, 0.55, 0.1, 1]);
    const halved = made('CyclicLR', { ...sizes, mode: 'triangular2' });
    near(halved.rates(4, 20, 36), [1, 0.55, 0.325]);
    const less = made('CyclicLR', { ...sizes, mode: 'exp_range', gamma: 0.9 });
    near(less.rates(0, 4), [0.1, 0.1 + 0.9 * 0.9 ** 4]);
    // As long down as up where nothing is said of it.
    near(made('CyclicLR', { baseDivFactor: 10, stepSizeUp: 2 }).rates(8, 12, 16), [1, 0.55, 0.1]);
  });
});
/** How far half a cosine has fallen. */
const fallen = (share: number): number => (1 - Math.cos(Math.PI * share)) / 2;

test('a warm-up begins a tick above zero and is over after its epochs', () => {
  const { rates } = made('ConstantLR', {}, 1);
  near(rates(0, 1, 3, 4, 5), [0.2, 0.4, 0.8, 1, 1]);
  near(made('StepLR', { stepSize: 1, gamma: 0.5 }, 2).rates(0, 4, 8), [1 / 9, 2.5 / 9, 0.25]);
});

describe('on a plateau', () => {
  const after = (attrs: Attrs, ...values: readonly number[]): PlateauState => {
    const { observe } = made('ReduceLROnPlateau', attrs);
    return values.reduce((state, value) => observe(state, value), FIRST_STATE);
  };
  test('the rate is cut after one more epoch than is borne', () => {
    expect(after({ patience: 2 }, 1, 1, 1)).toMatchObject({ epochsSinceBest: 2, cuts: 0 });
    expect(after({ patience: 2 }, 1, 1, 1, 1)).toMatchObject({ epochsSinceBest: 0, cuts: 1 });
    expect(after({ patience: 0 }, 1, 2, 2)).toMatchObject({ best: 1, cuts: 2 });
  });
  test('what is better counts from its threshold on, of a best of either sign', () => {
    const attrs = { patience: 5, threshold: 0.1 };
    expect(after(attrs, 1, 0.9)).toMatchObject({ best: 1, epochsSinceBest: 1 });
    expect(after(attrs, 1, 0.89)).toMatchObject({ best: 0.89, epochsSinceBest: 0 });
    expect(after(attrs, -1, -1.1)).toMatchObject({ best: -1, epochsSinceBest: 1 });
    expect(after(attrs, -1, -1.11)).toMatchObject({ best: -1.11, epochsSinceBest: 0 });
  });
  test('nothing is counted while it cools down', () => {
    const attrs = { patience: 0, cooldown: 2 };
    expect(after(attrs, 1, 1)).toMatchObject({ cuts: 1, cooldown: 2 });
    expect(after(attrs, 1, 1, 1)).toMatchObject({ cuts: 1, cooldown: 1, epochsSinceBest: 0 });
    expect(after(attrs, 1, 1, 1, 1)).toMatchObject({ cuts: 1, cooldown: 0 });
    expect(after(attrs, 1, 1, 1, 1, 1)).toMatchObject({ cuts: 2, cooldown: 2 });
  });
  test('the rate follows from the cuts, and never falls below its lowest', () => {
    const cut = (cuts: number, attrs: Attrs): number =>
      made('ReduceLROnPlateau', attrs).rateAfter({ ...FIRST_STATE, cuts });
    near(
      [0, 1, 2].map((cuts) => cut(cuts, { factor: 0.5 })),
      [1, 0.5, 0.25],
    );
    near(
      [0, 1, 2].map((cuts) => cut(cuts, { factor: 0.1, minLr: 0.05 })),
      [1, 0.1, 0.05],
    );
    // A lowest rate above the optimiser's own raises nothing before a cut.
    expect(cut(0, { minLr: 2 })).toBe(1);
  });
  test('others watch nothing', () => {
    expect(made('StepLR').observe(FIRST_STATE, 3)).toBe(FIRST_STATE);
  });
});

test.each<readonly [type: string, attrs: Attrs]>([
  ['StepLR', { gamma: 0.1 }],
  ['MultiStepLR', { gamma: 0.1 }],
  ['CosineAnnealingLR', { etaMin: 0 }],
  ['CosineAnnealingWarmRestarts', { tMult: 1, etaMin: 0 }],
  ['PolynomialLR', { power: 1 }],
  ['OneCycleLR', { pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4 }],
  ['ReduceLROnPlateau', { factor: 0.1, patience: 10, threshold: 1e-4, cooldown: 0, minLr: 0 }],
  ['CyclicLR', { mode: 'triangular', stepSizeDown: 0 }],
])('the defaults of %s are those of PyTorch', (type, attrs) => {
  expect(defaultsOf(type)).toMatchObject(attrs);
});

test.each<readonly [type: string, attrs: Attrs]>([
  ['StepLR', { stepSize: 1, gamma: 0 }],
  ['StepLR', { stepSize: 1, gamma: 1 }],
  ['CosineAnnealingLR', { etaMin: 0 }],
  ['CosineAnnealingLR', { etaMin: 100 }],
  ['CosineAnnealingWarmRestarts', { t0: 1, tMult: 100 }],
  ['CyclicLR', { baseDivFactor: 1, stepSizeUp: 1, gamma: 1 }],
  ['CyclicLR', { baseDivFactor: 1e6, stepSizeDown: 0, gamma: 0 }],
  ['InverseSquareRootLR', { warmup: 0 }],
  ['InverseSquareRootLR', { warmup: 10_000 }],
  ['OneCycleLR', { pctStart: 0, divFactor: 1, finalDivFactor: 1 }],
  ['OneCycleLR', { pctStart: 1, divFactor: 1e6, finalDivFactor: 1e9 }],
  ['PolynomialLR', { power: 0 }],
  ['PolynomialLR', { power: 10 }],
  ['ReduceLROnPlateau', { factor: 0, patience: 0, threshold: 0, cooldown: 0, minLr: 0 }],
  ['ReduceLROnPlateau', { factor: 1, threshold: 1, minLr: 100 }],
])('%s takes the ends of its ranges, %o, and nothing beyond', (type, attrs) => {
  const read = (values: Attrs) => readAttrs(schemaOf(type), values);
  expect(read(attrs).problems).toEqual([]);
  for (const [name, value] of Object.entries(attrs)) {
    const { min, max } = schemaOf(type)[name] as { readonly min?: number; readonly max?: number };
    const beyond = value === max ? max + 1 : value === min ? min - 1 : null;
    if (beyond !== null) expect(read({ [name]: beyond }).problems, name).not.toEqual([]);
  }
});

test.each<readonly [type: string, attrs: Attrs, text: string]>([
  ['StepLR', { stepSize: 3 }, 'StepLR(opt, step_size=3, gamma=0.1)'],
  ['ExponentialLR', { gamma: 0.8 }, 'ExponentialLR(opt, gamma=0.8)'],
  ['MultiStepLR', { milestones: [1, 3] }, 'MultiStepLR(opt, milestones=[1, 3], gamma=0.1)'],
  ['PolynomialLR', { power: 2 }, 'PolynomialLR(opt, total_iters=T, power=2)'],
  [
    'CyclicLR',
    { stepSizeDown: 2 },
    'CyclicLR(opt, base_lr=[g["lr"] / 10 for g in opt.param_groups], max_lr=[g["lr"] for g in opt.param_groups], step_size_up=2 * E, cycle_momentum=False)',
  ],
  [
    'CyclicLR',
    { stepSizeDown: 3, mode: 'exp_range', gamma: 0.9 },
    'CyclicLR(opt, base_lr=[g["lr"] / 10 for g in opt.param_groups], max_lr=[g["lr"] for g in opt.param_groups], step_size_up=2 * E, step_size_down=3 * E, mode="exp_range", gamma=0.9, cycle_momentum=False)',
  ],
])('%s is constructed in PyTorch with its settings, %o', (type, attrs, text) => {
  expect(made(type, attrs).torch()).toBe(`torch.optim.lr_scheduler.${text}`);
});

test('in PyTorch a schedule steps after each update, epoch by epoch, or with what it watches', () => {
  const steps = Object.fromEntries(
    [...schedules.values()].map(({ type, torchStep }) => [type, torchStep ?? 'update']),
  );
  expect(steps).toMatchObject({
    ...{ StepLR: 'epoch', MultiStepLR: 'epoch', ExponentialLR: 'epoch' },
    ...{ CosineAnnealingWarmRestarts: 'epochs', ReduceLROnPlateau: 'metric' },
    ...{ CosineAnnealingLR: 'update', CyclicLR: 'update', OneCycleLR: 'update' },
    ...{ LinearLR: 'update', PolynomialLR: 'update', InverseSquareRootLR: 'update' },
  });
});
