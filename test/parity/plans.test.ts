/**
 * Rules of training plans: several objectives, frozen, slower and penalised groups, shared and transposed weights,
 * weighed losses, schedules, objectives that take turns, gradients of several batches and averaged weights walk the path of PyTorch (torch_plans.py), weight by weight over 200 steps.
 */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import { compileRun, type DataBinding } from '#engine/compile/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { FIRST_STATE, scheduledRate, schedules } from '#engine/schedules/index.ts';
import { LearningRates } from '#engine/training/learningRates.ts';
import { AVERAGE, RunMemory } from '#engine/training/memory.ts';
import { loadTrainPrograms, Steps, type SteppedRun } from '#engine/training/steps.ts';
import '../support/allclose.ts';
import { data, network } from '../support/network.ts';
import torch from './torch_plans.json' with { type: 'json' };

interface Written {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Plan {
  readonly name: string;
  readonly first: Readonly<Record<string, Written>>;
  readonly data: Readonly<Record<string, Written>>;
  readonly after: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}
// JSON has no records: each plan names tensors of its own.
const plans = torch.plans as unknown as readonly Plan[];

const ROWS = 12;
const BATCH = 4;

const field = (
  [name, { shape }]: readonly [string, Written],
  role: DataField['role'],
): DataField => ({
  name,
  role,
  dtype: 'f32',
  shape,
});
const fieldsOf = (plan: Plan): DataField[] =>
  Object.entries(plan.data).map((entry) => field(entry, 'target'));

const linear = (outFeatures: number) => ({ outFeatures });

const gan = (fields: readonly DataField[], every: number): NetworkDocument =>
  network(
    [
      data(fields),
      ['g1', 'Linear', linear(5)],
      ['ga', 'LeakyReLU', { negativeSlope: 0.2 }],
      ['g2', 'Linear', linear(4)],
      ['d1', 'Linear', linear(6)],
      ['da', 'LeakyReLU', { negativeSlope: 0.2 }],
      ['d2', 'Linear', linear(1)],
      ['e1', 'Linear', linear(6)],
      ['ea', 'LeakyReLU', { negativeSlope: 0.2 }],
      ['e2', 'Linear', linear(1)],
      ['real', 'BCEWithLogitsLoss'],
      ['fake', 'BCEWithLogitsLoss'],
      ['fool', 'BCEWithLogitsLoss'],
    ],
    [
      'data.z > g1.x',
      'g1.y > ga.x',
      'ga.y > g2.x',
      'data.x > d1.x',
      'd1.y > da.x',
      'da.y > d2.x',
      'g2.y > e1.x',
      'e1.y > ea.x',
      'ea.y > e2.x',
      'd2.y > real.prediction',
      'data.one > real.target',
      'e2.y > fake.prediction',
      'data.zero > fake.target',
      'e2.y > fool.prediction',
      'data.one > fool.target',
    ],
    {
      objectives: [
        {
          name: 'Discriminator',
          losses: ['real', 'fake'],
          trains: ['d1', 'd2'],
          optimizer: { type: 'Adam', attrs: { lr: 0.01, beta1: 0.5 } },
        },
        {
          name: 'Generator',
          losses: ['fool'],
          trains: ['g1', 'g2'],
          every,
          optimizer: { type: 'Adam', attrs: { lr: 0.005, beta1: 0.5 } },
        },
      ],
    },
  );

/** One body, two heads, each with a loss of its own. */
const twoLosses = (
  fields: readonly DataField[],
  training: Parameters<typeof network>[2],
): NetworkDocument =>
  network(
    [
      data(fields),
      ['body', 'Linear', linear(6)],
      ['act', 'Tanh'],
      ['a', 'Linear', linear(2)],
      ['b', 'Linear', linear(1)],
      ['one', 'MSELoss'],
      ['other', 'BCEWithLogitsLoss'],
    ],
    [
      'data.x > body.x',
      'body.y > act.x',
      'act.y > a.x',
      'act.y > b.x',
      'a.y > one.prediction',
      'data.y > one.target',
      'b.y > other.prediction',
      'data.t > other.target',
    ],
    training,
  );

const DOCUMENTS: Readonly<Record<string, (fields: readonly DataField[]) => NetworkDocument>> = {
  gan: (fields) => gan(fields, 1),
  'gan, every third': (fields) => gan(fields, 3),
  transfer: (fields) =>
    network(
      [
        data(fields),
        ['fc1', 'Linear', linear(6)],
        ['a1', 'Tanh'],
        ['fc2', 'Linear', linear(5)],
        ['a2', 'Tanh'],
        ['fc3', 'Linear', linear(2)],
        ['loss', 'MSELoss'],
      ],
      [
        'data.x > fc1.x',
        'fc1.y > a1.x',
        'a1.y > fc2.x',
        'fc2.y > a2.x',
        'a2.y > fc3.x',
        'fc3.y > loss.prediction',
        'data.y > loss.target',
      ],
      {
        gradientClip: { kind: 'norm', max: 0.1 },
        objectives: [
          {
            optimizer: { type: 'SGD', attrs: { lr: 0.2, momentum: 0.9, weightDecay: 1e-3 } },
            groups: [
              { nodes: ['fc1'], frozen: true },
              { nodes: ['fc2'], learningRateFactor: 0.1, weightDecay: 0.05 },
            ],
            schedule: { type: 'CosineAnnealingLR', attrs: { etaMin: 1e-3 } },
          },
        ],
      },
    ),
  penalties: (fields) =>
    network(
      [
        data(fields),
        ['fc1', 'Linear', linear(6)],
        ['a1', 'Tanh'],
        ['fc2', 'Linear', linear(5)],
        ['a2', 'Tanh'],
        ['fc3', 'Linear', linear(2)],
        ['loss', 'MSELoss'],
      ],
      [
        'data.x > fc1.x',
        'fc1.y > a1.x',
        'a1.y > fc2.x',
        'fc2.y > a2.x',
        'a2.y > fc3.x',
        'fc3.y > loss.prediction',
        'data.y > loss.target',
      ],
      {
        gradientClip: { kind: 'norm', max: 0.5 },
        objectives: [
          {
            optimizer: { type: 'Adam', attrs: { lr: 0.02 } },
            groups: [
              { nodes: ['fc1'], l1: 0.01 },
              { nodes: ['fc2'], l1: 0.002, l2: 0.05 },
            ],
          },
        ],
      },
    ),
  tied: (fields) =>
    shared(
      network(
        [
          data(fields),
          ['enc', 'Linear', linear(3)],
          ['act', 'Tanh'],
          ['dec', 'Linear', linear(6)],
          ['loss', 'MSELoss'],
        ],
        [
          'data.x > enc.x',
          'enc.y > act.x',
          'act.y > dec.x',
          'dec.y > loss.prediction',
          'data.x > loss.target',
        ],
        {
          objectives: [
            {
              optimizer: { type: 'AdamW', attrs: { lr: 0.05, weightDecay: 0.02 } },
              schedule: { type: 'OneCycleLR', attrs: {} },
            },
          ],
        },
      ),
      { dec: { node: 'enc', transposed: true } },
    ),
  'two losses': (fields) =>
    twoLosses(fields, {
      objectives: [
        {
          lossWeights: { one: 0.3, other: 2.5 },
          optimizer: { type: 'SGD', attrs: { lr: 0.1 } },
          schedule: { type: 'StepLR', attrs: { stepSize: 7, gamma: 0.7 } },
        },
      ],
    }),
  turns: (fields) =>
    twoLosses(fields, {
      accumulateSteps: 2,
      gradientClip: { kind: 'norm', max: 0.2 },
      objectives: [
        {
          losses: ['one'],
          trains: ['body', 'a'],
          optimizer: { type: 'AdamW', attrs: { lr: 0.02, weightDecay: 0.02 } },
        },
        {
          losses: ['other'],
          trains: ['b'],
          every: 2,
          optimizer: { type: 'Adam', attrs: { lr: 0.03 } },
        },
      ],
    }),
  accumulated: (fields) =>
    network(
      [
        data(fields),
        ['fc1', 'Linear', linear(6)],
        ['bn', 'BatchNorm1d'],
        ['act', 'Tanh'],
        ['fc2', 'Linear', linear(2)],
        ['loss', 'MSELoss'],
      ],
      [
        'data.x > fc1.x',
        'fc1.y > bn.x',
        'bn.y > act.x',
        'act.y > fc2.x',
        'fc2.y > loss.prediction',
        'data.y > loss.target',
      ],
      {
        accumulateSteps: 2,
        ema: { decay: 0.9 },
        gradientClip: { kind: 'norm', max: 0.2 },
        objectives: [
          {
            optimizer: { type: 'AdamW', attrs: { lr: 0.03, weightDecay: 0.02 } },
            schedule: { type: 'CosineAnnealingLR', attrs: { etaMin: 1e-3 } },
          },
        ],
      },
    ),
};

type Sharing = Readonly<Record<string, { readonly node: string; readonly transposed: boolean }>>;

function shared(document: NetworkDocument, sharing: Sharing): NetworkDocument {
  const nodes = document.nodes.map((node) => {
    const sharesWith = sharing[node.id];
    return sharesWith ? { ...node, sharesWith } : node;
  });
  return { ...document, nodes };
}

function documentOf(plan: Plan): NetworkDocument {
  const made = DOCUMENTS[plan.name]?.(fieldsOf(plan));
  if (!made) throw new Error(`no document for ${plan.name}`);
  const gan = { node: '', transposed: false };
  return shared(made, { e1: { ...gan, node: 'd1' }, e2: { ...gan, node: 'd2' } });
}

/** The weights after each of the steps that PyTorch tells of. */
async function walk(plan: Plan) {
  const document = documentOf(plan);
  const analysis = analyse(document);
  expect(analysis.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const binding: DataBinding = new Map(
    fieldsOf(plan).map((each) => [
      each.name,
      { field: each, storedDtype: 'f32', rows: ROWS, normalisation: null },
    ]),
  );
  const compiled = compileRun({
    document,
    analysis,
    binding,
    trainBatches: [BATCH],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: false,
    verify: true,
  });
  const session = await createReferenceBackend().open(compiled.memory);
  const memory = new RunMemory(session, compiled);
  memory.initialise(1);
  const slots = compiled.layout.parameters;
  expect([...slots.keys()].toSorted()).toEqual(Object.keys(plan.first).toSorted());
  for (const { name, ref } of slots.values()) {
    const first = Float64Array.from(plan.first[name]?.values ?? []);
    session.write(ref, first);
    if (compiled.layout.keepsAverage) session.write({ ...ref, arena: 'average' }, first);
  }
  for (const [name, { values }] of Object.entries(plan.data)) {
    const ref = compiled.layout.find({ kind: 'data', field: name });
    if (ref) session.write(ref, Float64Array.from(values));
  }
  const total = Math.max(...Object.keys(plan.after).map(Number));
  const training = { ...document.training, batchSize: BATCH, shuffle: false, epochs: total };
  const none = new Int32Array(0);
  const splits = {
    train: Int32Array.from({ length: ROWS }, (_, i) => i),
    validation: none,
    test: none,
  };
  const prepared: SteppedRun = {
    document: { ...document, training },
    ...{ splits, weights: { drawing: null, loss: null }, pipeline: [], streamed: null },
    table: { count: ROWS, columns: [], fingerprint: 'plan' },
  };
  const programs = await loadTrainPrograms(session, compiled);
  const steps = new Steps(prepared, memory, programs, total);
  const found = new Map<number, Map<string, readonly number[]>>();
  for (let step = 0; step < total; step++) {
    steps.run(step, steps.rows(step));
    const told = plan.after[step + 1];
    if (!told) continue;
    const now = new Map<string, readonly number[]>();
    for (const name of Object.keys(told)) {
      const averaged = name.startsWith(AVERAGE);
      const slot = slots.get(averaged ? name.slice(AVERAGE.length) : name);
      if (!slot) throw new Error(`no weights ${name}`);
      const ref = averaged ? { ...slot.ref, arena: 'average' as const } : slot.ref;
      now.set(name, [...(await session.read(ref))]);
    }
    found.set(step + 1, now);
  }
  await session.close();
  return found;
}

/** PyTorch 1.13 and 2.15 are 3e-9 apart themselves where gradients are clipped and their mean is kept. */
const RTOL = 5e-9;

describe.each(plans.map((plan) => [plan.name, plan] as const))('%s', (_name, plan) => {
  test('every weight after 1, 10 and 200 steps', async () => {
    const found = await walk(plan);
    for (const [step, weights] of Object.entries(plan.after)) {
      for (const [name, values] of Object.entries(weights)) {
        const own = found.get(Number(step))?.get(name);
        expect(own, `${name} after ${step}`).toBeAllclose(values, { rtol: RTOL, atol: 1e-10 });
      }
    }
  });
});

describe('schedules', () => {
  test.each(torch.schedules.map((each) => [each.type, each] as const))('%s', (type, expected) => {
    const schedule = schedules.get(type);
    if (!schedule) throw new Error(`there is no schedule ${type}`);
    const { stepsPerEpoch, rates } = expected;
    const watched = 'watched' in expected ? expected.watched : undefined;
    let state = FIRST_STATE;
    const own = rates.map((_rate, step) => {
      const at = { step, stepsPerEpoch, totalSteps: rates.length };
      const epoch = step / stepsPerEpoch;
      if (watched && step > 0 && Number.isInteger(epoch)) {
        state = schedule.observe?.(state, watched[epoch - 1] ?? NaN, expected.attrs) ?? state;
      }
      return schedule.rate(0.1, at, expected.attrs, state);
    });
    expect(own).toBeAllclose(rates, { rtol: 1e-9, atol: 1e-15 });
  });
  test('every schedule but the constant one is compared', () => {
    const compared = new Set([...torch.schedules.map(({ type }) => type), 'ConstantLR']);
    expect([...compared].toSorted()).toEqual([...schedules.keys()].toSorted());
  });
  test.each(torch.warmups.map((each) => [each.type, each.rates] as const))(
    'a warm-up before %s is a LinearLR chained with it',
    (type, rates) => {
      const schedule = schedules.get(type);
      if (!schedule) throw new Error(`there is no schedule ${type}`);
      const plan = { stepsPerEpoch: 4, totalSteps: rates.length };
      const attrs = type === 'StepLR' ? { stepSize: 3, gamma: 0.1 } : {};
      const { rate } = scheduledRate(schedule, { type, attrs, warmupEpochs: 1.5 }, plan);
      const own = rates.map((_, step) => rate(0.1, { step, ...plan }, FIRST_STATE));
      expect(own).toBeAllclose(rates, { rtol: 1e-9, atol: 1e-15 });
    },
  );
  test('a warm-up rises evenly to the rate', () => {
    const [objective] = network([data([])], [], {
      objectives: [
        {
          optimizer: { type: 'SGD', attrs: { lr: 0.5 } },
          schedule: { type: 'ConstantLR', warmupEpochs: 2 },
        },
      ],
    }).training.objectives;
    if (!objective) throw new Error('no objective');
    const rates = new LearningRates([objective], { stepsPerEpoch: 2, totalSteps: 100 });
    const own = [0, 1, 2, 3, 4, 50].map((step) => rates.at(step)(0, 1));
    expect(own).toBeAllclose([0.1, 0.2, 0.3, 0.4, 0.5, 0.5], { rtol: 1e-12 });
  });
});
