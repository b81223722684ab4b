/**
 * Rule: everything that a watched step reports is what plain loops over doubles get for the same weights and
 * samples: activations and their gradients of the samples watched, after the step; gradients of weights of
 * the whole batch, before it.
 */
import { describe, expect, test } from 'vitest';
import type { Backend } from '#engine/backends/backend.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import { analyse } from '#engine/check/analyse.ts';
import {
  CHANNEL_ROWS,
  compileRun,
  constantRate,
  HISTOGRAM_BINS,
  probeName,
} from '#engine/compile/index.ts';
import type { DataField } from '#engine/ir/attrs.ts';
import { tensorType } from '#engine/ir/index.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { RunMemory } from '#engine/training/memory.ts';
import { chain, features, imageOf, LABEL, type NodeText } from '#test/support/network.ts';
import {
  crossEntropyGradient,
  type Numbers,
  PlainConv3x3,
  PlainFlatten,
  type PlainLayer,
  PlainLinear,
  PlainMaxPool2x2,
  PlainReLU,
} from '#test/support/plainNetwork.ts';
import { runOp } from '#test/support/runOp.ts';

const ROWS = 96;
const BATCH = 80;
/** The most that is watched of a batch, of networks as small as these. */
const WATCHED = 64;
/** Large, so that what the step adds to the weights is not lost in their rounding. */
const RATE = 0.5;

interface Subject {
  readonly field: DataField;
  readonly nodes: readonly NodeText[];
  /** Of the nodes that compute images. */
  readonly channels: Readonly<Record<string, number>>;
  readonly layers: () => readonly PlainLayer[];
}

const SIZE = 16;
const subjects: Readonly<Record<string, Subject>> = {
  MLP: {
    field: features(5),
    nodes: [
      // More units than a picture shows, and a row of channels that is not full.
      ['fc1', 'Linear', { outFeatures: 151 }],
      ['relu1', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 3 }],
    ],
    channels: {},
    layers: () => [new PlainLinear('fc1'), new PlainReLU('relu1'), new PlainLinear('fc2')],
  },
  CNN: {
    field: imageOf(2, SIZE, SIZE),
    nodes: [
      // More feature maps than a picture chooses from, and more numbers than a histogram takes.
      ['conv1', 'Conv2d', { outChannels: 10, kernelSize: [3, 3], padding: [1, 1] }],
      ['relu1', 'ReLU'],
      ['pool1', 'MaxPool2d', { kernelSize: [2, 2] }],
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 3 }],
    ],
    channels: { data: 2, conv1: 10, relu1: 10, pool1: 10 },
    layers: () => [
      new PlainConv3x3('conv1', 2, SIZE),
      new PlainReLU('relu1'),
      new PlainMaxPool2x2('pool1', SIZE),
      new PlainFlatten('flat'),
      new PlainLinear('fc1'),
    ],
  },
};

const label = { ...LABEL, classes: 3 };
const perSampleOf = ({ field }: Subject): number => field.shape.reduce((a, b) => a * b, 1);

function tableOf(subject: Subject) {
  const random = new RandomStream(3, 'data', 0);
  const length = ROWS * perSampleOf(subject);
  const x = Float32Array.from({ length }, () => 2 * random.uniform() - 0.8);
  const y = Int32Array.from({ length: ROWS }, () => Math.floor(3 * random.uniform()));
  return { x, y };
}

const ROWS_OF_STEP = Int32Array.from({ length: BATCH }, (_, i) => (5 * i + 11) % ROWS);

/** One watched step on a backend: the weights before it, and all that the probe tells of it. */
async function watchedStep(backend: Backend, subject: Subject) {
  const document = chain([...subject.nodes, ['loss', 'CrossEntropyLoss']], {
    input: subject.field.name,
    fields: [subject.field, label],
    training: { batchSize: BATCH, objectives: [{ optimizer: { type: 'SGD' } }] },
  });
  const stored = { rows: ROWS, normalisation: null };
  const compiled = compileRun({
    document,
    analysis: analyse(document),
    binding: new Map([
      [subject.field.name, { field: subject.field, storedDtype: 'f32', ...stored }],
      [label.name, { field: label, storedDtype: 'i32', ...stored }],
    ]),
    trainBatches: [BATCH],
    evaluateBatches: [],
    samples: 0,
    predictions: 0,
    probe: true,
    verify: true,
  });
  const { probe } = compiled;
  const train = compiled.train.get(BATCH);
  if (!probe || !train) throw new Error('not compiled');
  expect(probe.samples).toBe(WATCHED);
  const session = await backend.open(compiled.memory);
  try {
    const memory = new RunMemory(session, compiled);
    memory.initialise(7);
    const { x, y } = tableOf(subject);
    memory.writeData(
      [
        { field: subject.field, stored: x },
        { field: label, stored: y },
      ],
      ROWS,
    );
    const before = new Map<string, Numbers>();
    for (const { name, ref } of compiled.layout.parameters.values()) {
      before.set(name, Float64Array.from(await session.read(ref)));
    }
    session.run(await session.load(probe.copyWeights));
    memory.writeStep(7, 0, constantRate(RATE));
    memory.writeRows(ROWS_OF_STEP);
    session.run(await session.load(train));
    memory.writeRows(ROWS_OF_STEP.slice(0, WATCHED));
    session.run(await session.load(probe.inspect));
    const told = new Map<string, Numbers>();
    for (const [name, ref] of Object.entries(probe.inspect.outputs)) {
      told.set(name, Float64Array.from(await session.read(ref)));
    }
    return { before, told };
  } finally {
    await session.close();
  }
}

interface Wanted {
  readonly values: ArrayLike<number>;
  /** What errors are measured against. */
  readonly scale: number;
}
interface WantedHistogram {
  readonly of: Numbers;
  readonly range: readonly [number, number];
}

const normOf = (values: Numbers): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const number = (value: number, scale = value): Wanted => ({ values: [value], scale });
const rangeOf = (values: Numbers): [number, number] => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
];

function statsOf(values: Numbers): Wanted {
  const [least, most] = rangeOf(values);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const zeros = values.filter((value) => value === 0).length / values.length;
  return { values: [least, most, mean, Math.sqrt(spread), zeros, 0], scale: most - least };
}

/** Mean sizes of the answers of each unit, or of neighbours where they are more than 32. */
function sizesOf(values: Numbers, perSample: number, units: number): Wanted {
  const inner = perSample / units;
  const each = Math.ceil(units / CHANNEL_ROWS);
  const [sums, counts]: [number[], number[]] = [[], []];
  values.forEach((value, i) => {
    const row = Math.floor(Math.floor((i % perSample) / inner) / each);
    sums[row] = (sums[row] ?? 0) + Math.abs(value);
    counts[row] = (counts[row] ?? 0) + 1;
  });
  const means = sums.map((sum, row) => sum / (counts[row] ?? 1));
  return { values: means, scale: Math.max(...means) };
}

/** What the probe should tell, by the names of its outputs. */
function expected(subject: Subject, before: ReadonlyMap<string, Numbers>) {
  const { x, y } = tableOf(subject);
  const size = perSampleOf(subject);
  const wanted = new Map<string, Wanted>();
  const histograms = new Map<string, WantedHistogram>();
  const run = (rows: Int32Array, weights: ReadonlyMap<string, Numbers>) => {
    const layers = subject.layers();
    const input = Float64Array.from({ length: rows.length * size }, (_, i) =>
      Number(x[(rows[Math.floor(i / size)] ?? 0) * size + (i % size)]),
    );
    const answers = new Map<string, Numbers>([['data', input]]);
    let values: Numbers = input;
    for (const layer of layers) {
      for (const [name, own] of weights) {
        if (name.startsWith(`${layer.name}.`)) layer.weights.set(name, own);
      }
      values = layer.forward(values, rows.length);
      answers.set(layer.name, values);
    }
    const labels = Array.from(rows, (row) => y[row] ?? 0);
    let gradient: Numbers = crossEntropyGradient(values, labels);
    const gradients = new Map<string, Numbers>();
    for (const layer of [...layers].reverse()) {
      gradients.set(layer.name, gradient);
      gradient = layer.backward(gradient);
    }
    const own = new Map(layers.flatMap((layer) => [...layer.gradients]));
    return { answers, gradients, weightGradients: own };
  };

  const { weightGradients } = run(ROWS_OF_STEP, before);
  const after = new Map(
    [...before].map(([name, old]) => [
      name,
      old.map((value, i) => value - RATE * Number(weightGradients.get(name)?.[i])),
    ]),
  );
  const watched = run(ROWS_OF_STEP.slice(0, WATCHED), after);

  for (const [node, values] of watched.answers) {
    wanted.set(probeName.stats(node), statsOf(values));
    // Whole samples, as many as have 65,536 numbers.
    const per = values.length / WATCHED;
    const shown = values.subarray(0, per * Math.min(WATCHED, Math.floor(65_536 / per)));
    histograms.set(probeName.histogram(node), { of: shown, range: rangeOf(values) });
    const channels = subject.channels[node];
    if (node !== 'data') wanted.set(probeName.channels(node), sizesOf(shown, per, channels ?? per));
    const stride = Math.floor(per / 64);
    const picture = channels
      ? values.subarray(0, (per / channels) * Math.min(8, channels))
      : per <= 64
        ? values.subarray(0, per)
        : Float64Array.from({ length: 64 }, (_, i) => Number(values[i * stride + (stride >> 1)]));
    wanted.set(probeName.picture(node), {
      values: picture,
      scale: normOf(values.subarray(0, per)),
    });
    const gradient = watched.gradients.get(node);
    if (!gradient) continue;
    const whole = normOf(gradient) * Math.sqrt(WATCHED / BATCH);
    wanted.set(probeName.gradient(node), number(whole));
  }
  for (const [name, values] of after) {
    const old = before.get(name) ?? new Float64Array(0);
    const gradient = weightGradients.get(name) ?? new Float64Array(0);
    wanted.set(probeName.parameterStats(name), statsOf(values));
    histograms.set(probeName.parameterHistogram(name), { of: values, range: rangeOf(values) });
    wanted.set(probeName.parameterGradient(name), number(normOf(gradient)));
    wanted.set(probeName.parameterNorm(name), number(normOf(old)));
    // The new weights are rounded as weights are, so that is how well their change can be known.
    wanted.set(probeName.updateNorm(name), number(RATE * normOf(gradient), normOf(values)));
    if (name !== 'conv1.weight') continue;
    const planes = values.filter((_, i) => Math.floor(i / 9) % 2 === 0);
    wanted.set(probeName.filters(name), { values: planes, scale: normOf(planes) });
  }
  const all = (lists: Iterable<Numbers>) =>
    normOf(Float64Array.from([...lists].flatMap((l) => [...l])));
  wanted.set('gradientNorm', number(all(weightGradients.values())));
  wanted.set('parameterNorm', number(all(after.values())));
  return { wanted, histograms };
}

/**
 * How far each count may be from that of exact values: those so close to an edge that rounding decides are
 * as well on either side of it.
 */
function expectHistogram(
  got: Numbers,
  { of, range: [least, most] }: WantedHistogram,
  tolerance: number,
): void {
  const [sure, possible] = [new Int32Array(HISTOGRAM_BINS), new Int32Array(HISTOGRAM_BINS)];
  const binOf = (position: number) =>
    Math.min(HISTOGRAM_BINS - 1, Math.max(0, Math.floor(position)));
  for (const value of of) {
    const position = ((value - least) / (most - least)) * HISTOGRAM_BINS;
    const slack = tolerance * HISTOGRAM_BINS;
    const [low, high] = [binOf(position - slack), binOf(position + slack)];
    for (const bin of new Set([low, high])) possible[bin] = (possible[bin] ?? 0) + 1;
    if (low === high) sure[low] = (sure[low] ?? 0) + 1;
  }
  expect(got).toHaveLength(HISTOGRAM_BINS);
  expect(got.reduce((a, b) => a + b, 0)).toBe(of.length);
  got.forEach((count, bin) => {
    expect(count).toBeGreaterThanOrEqual(sure[bin] ?? 0);
    expect(count).toBeLessThanOrEqual(possible[bin] ?? 0);
  });
  // Else the test would say little.
  expect(sure.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.99 * of.length - 2);
}

const wasm = (threads: number) =>
  createWasmBackend(createNodePlatform({ log: () => undefined }), { threads });

describe.each([
  // Doubles throughout.
  ['reference', () => Promise.resolve(createReferenceBackend()), 1e-10],
  ['wasm', () => wasm(2), 1e-6],
] as const)('%s', (_name, open, tolerance) => {
  test.each(Object.keys(subjects))('all that is told of a step of a small %s', async (name) => {
    const subject = subjects[name];
    if (!subject) throw new Error(name);
    const backend = await open();
    const { before, told } = await watchedStep(backend, subject);
    await backend.close();
    const { wanted, histograms } = expected(subject, before);
    expect([...told.keys()].sort()).toEqual([...wanted.keys(), ...histograms.keys()].sort());
    const far = [...wanted].flatMap(([output, { values, scale }]) => {
      const got = told.get(output) ?? new Float64Array(0);
      const error = Array.from(values, (value, i) => Math.abs(value - Number(got[i])) / scale);
      const worst = error.reduce((a, b) => (a >= b ? a : b), 0);
      const fits = got.length === values.length && worst <= tolerance;
      return fits ? [] : [{ output, length: got.length, worst }];
    });
    expect(far).toEqual([]);
    for (const [output, histogram] of histograms) {
      expectHistogram(told.get(output) ?? new Float64Array(0), histogram, tolerance);
    }
  });
});

test('statistics of a large tensor with many zeros', async () => {
  const values = Array.from({ length: 64 * 784 }, (_, i) =>
    i % 784 > 500 ? ((i % 97) + 1) / 97 : 0,
  );
  const run = {
    op: 'tensorStats',
    inputs: [{ type: tensorType([64, 784]), values }],
    params: {},
  } as const;
  const wanted = statsOf(Float64Array.from(values)).values;
  const backend = await wasm(2);
  const both = [await runOp(createReferenceBackend(), run), await runOp(backend, run)];
  await backend.close();
  for (const got of both) {
    expect(got).toHaveLength(6);
    got.forEach((value, i) => expect(Math.abs(value - Number(wanted[i]))).toBeLessThan(1e-6));
  }
});
