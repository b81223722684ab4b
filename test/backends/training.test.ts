/**
 * Rule: a document trains, on any backend, to what its task allows, and tells so in points and frames.
 * Small networks on generated data; the real data sets are measured elsewhere.
 */
import { describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { SampleFrame } from '#engine/protocol/run.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { startRun, wasm } from '#test/support/engineRun.ts';
import { chain, IMAGE, LABEL } from '#test/support/network.ts';
import { batchNormCnn, curve, fed, points } from '#test/support/smallNetworks.ts';

describe.each([
  ['reference', () => Promise.resolve(createReferenceBackend())],
  ['wasm', wasm(2)],
] as const)('%s', (_name, createBackend) => {
  test('learns moons', async () => {
    const run = await startRun(pointsDocument('moons', 2), createBackend, { telemetryHz: 10 });
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    expect(run.points('test').at(-1)?.values['accuracy']).toBeGreaterThan(0.95);
    const { told } = run;
    expect(told.telemetry[0]?.frame.nodes.map(({ node }) => node)).toEqual([
      'data',
      'fc1',
      'relu1',
      'fc2',
    ]);
    expect(told.samples.at(-1)?.frame.kind).toBe('classification');
    expect(told.boundary.length).toBeGreaterThan(0);
    expect(told.confusion.length).toBeGreaterThan(0);
  });
});

type Frame<K extends SampleFrame['kind']> = Extract<SampleFrame, { kind: K }>;
async function lastFrame<K extends SampleFrame['kind']>(
  kind: K,
  document: Parameters<typeof startRun>[0],
) {
  const run = await startRun(document, wasm(1), { telemetryHz: 10 });
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  const frame = run.told.samples.at(-1)?.frame;
  expect(frame?.kind).toBe(kind);
  return { run, frame: frame as Frame<K> }; // as just checked
}

describe('sample frames', () => {
  test.each([
    ['moons', 'crossEntropy'],
    ['moons', 'bce'],
    ['xor', 'crossEntropy'],
    ['xor', 'bce'],
  ] as const)(
    'of %s by %s: two probabilities a sample, as good as the score',
    async (source, loss) => {
      const { run, frame } = await lastFrame(
        'classification',
        points(source, loss, { epochs: 30 }),
      );
      expect(frame.classNames).toHaveLength(2);
      expect(frame.samples).toHaveLength(24);
      let right = 0;
      for (const { probabilities, label, loss: sampleLoss } of frame.samples) {
        expect(probabilities).toHaveLength(2);
        expect((probabilities[0] ?? 0) + (probabilities[1] ?? 0)).toBeCloseTo(1, 5);
        expect(sampleLoss).toBeCloseTo(-Math.log(probabilities[label] ?? 0), 4);
        if ((probabilities[label] ?? 0) > 0.5) right += 1;
      }
      expect(right).toBeGreaterThanOrEqual(21);
      expect(run.points('test').at(-1)?.values['accuracy']).toBeGreaterThan(0.85);
      const boundary = run.told.boundary.at(-1)?.frame;
      expect(boundary?.classes).toBe(2);
      expect(new Set(boundary?.winner)).toEqual(new Set([0, 1]));
      expect(Math.min(...(boundary?.confidence ?? []))).toBeGreaterThanOrEqual(0.5);
    },
  );

  test('of a curve: enough points to draw it, from left to right', async () => {
    const { frame } = await lastFrame('regression', curve({ epochs: 120 }));
    expect(frame.inputCount).toBe(1);
    expect(frame.inputs.length).toBeGreaterThanOrEqual(128);
    expect(frame.targets).toHaveLength(frame.inputs.length);
    expect([...frame.inputs]).toEqual([...frame.inputs].sort((a, b) => a - b));
    const error = frame.targets.reduce(
      (sum, target, i) => sum + (target - (frame.predictions[i] ?? 0)) ** 2,
      0,
    );
    const size = frame.targets.reduce((sum, target) => sum + target ** 2, 0);
    expect(error).toBeLessThan(0.5 * size);
  });

  test('of pixels by binary cross-entropy: pictures, not classes', async () => {
    const document = chain(
      [
        ['flat', 'Flatten'],
        ['fc1', 'Linear', { outFeatures: 32 }],
        ['relu', 'ReLU'],
        ['fc2', 'Linear', { outFeatures: 784 }],
        ['back', 'Reshape', { shape: [1, 28, 28] }],
        ['loss', 'BCEWithLogitsLoss'],
      ],
      { target: 'image', fields: [IMAGE, LABEL], training: { epochs: 4 } },
    );
    const digits = fed(document, 'digits', { count: 600 });
    const [data, ...others] = digits.nodes;
    const nodes = [{ ...data!, attrs: { ...data!.attrs, normalise: 'unit' } }, ...others];
    const { run, frame } = await lastFrame('reconstruction', { ...digits, nodes });
    expect(frame.samples).toHaveLength(24);
    // Probabilities as grey: the black edge of a digit is black, which a raw score of -5 would be as well,
    // and what is white comes out brighter than half.
    const [sample] = frame.samples;
    const white = sample!.input.pixels.findIndex((pixel) => pixel > 250);
    expect(sample!.reconstruction.pixels[0]).toBeLessThan(40);
    expect(sample!.reconstruction.pixels[white]).toBeGreaterThan(sample!.reconstruction.pixels[0]!);
    expect(sample!.psnrDb).toBeGreaterThan(8);
    expect(run.points('test').at(-1)).not.toHaveProperty('accuracy');
  });
});

describe('telemetry', () => {
  test('tells of weights what the step did to them, of activations what the batch makes of them', async () => {
    const LR = 1e-3;
    const document = batchNormCnn({
      objectives: [{ optimizer: { type: 'SGD', attrs: { lr: LR } } }],
    });
    const run = await startRun(document, wasm(1), { telemetryHz: 1000, maxSteps: 12 });
    await run.ended();
    const frame = run.told.telemetry.at(-1)!.frame;
    const weight = frame.parameters.find(({ name }) => name === 'conv1.weight');
    // Plain SGD: the update is lr times the gradient.
    const size = Math.sqrt(6 * 9) * Math.hypot(weight!.mean, weight!.standardDeviation);
    expect(weight!.updateRatio / ((LR * weight!.gradientNorm) / size)).toBeCloseTo(1, 2);
    expect(weight!.filters).toMatchObject({ count: 6, height: 3, width: 3 });
    const norm = frame.nodes.find(({ node }) => node === 'bn1');
    expect(norm!.mean).toBeCloseTo(0, 1);
    expect(norm!.standardDeviation).toBeGreaterThan(0.8);
    expect(norm!.standardDeviation).toBeLessThan(1.2);
    expect(norm!.gradientNorm).toBeGreaterThan(0);
    // The last step is watched, so that what stays on show is what the run came to.
    expect(frame.step).toBe(12);
    const first = run.told.telemetry[0]!.frame;
    expect(first.step).toBe(1);
    const [scale, shift] = first.parameters.filter(({ node }) => node === 'bn1');
    expect(scale!.updateRatio).toBeGreaterThan(0);
    // It was all zero before the first step: there is nothing to compare its update with.
    expect(shift!.updateRatio).toBeNaN();
  });
});
