/** Rule: a network that cannot fit into the memory of the engine is refused before it runs, with what to change. */
import { describe, expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { memoryProblem } from '#engine/check/memory.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { memoryOf } from '#main/cli/memory.ts';
import { chain, data, network } from '#test/support/network.ts';

const GIB = 2 ** 30;
const cnn = (batchSize: number, device = 'cpu') =>
  chain(
    [
      ['conv1', 'Conv2d', { outChannels: 64, kernelSize: [3, 3], padding: [1, 1] }],
      ['relu1', 'ReLU'],
      ['conv2', 'Conv2d', { outChannels: 64, kernelSize: [3, 3], padding: [1, 1] }],
      ['flat', 'Flatten'],
      ['fc', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    { training: { batchSize, device } },
  );
const tooLarge = (document: ReturnType<typeof cnn>) =>
  analyse(document).problems.find(({ code }) => code === 'memory.too-large');

describe('while drawing', () => {
  test('an ordinary network fits', () => expect(tooLarge(cnn(64))).toBeUndefined());

  test('of too large a batch: the fix makes it fit', () => {
    const document = cnn(16_384);
    const problem = tooLarge(document);
    expect(problem).toMatchObject({ severity: 'error' });
    expect(problem?.explanation).toContain('batch of 16384');
    const fixed = applyEdits(document, problem?.fixes?.[0]?.edits ?? []);
    expect(tooLarge(fixed)).toBeUndefined();
    expect(fixed.training.batchSize).toBeGreaterThanOrEqual(2048);
  });

  test('of too wide a layer: it is named', () => {
    const wide = chain(
      [
        ['flat', 'Flatten'],
        ['fc1', 'Linear', { outFeatures: 600_000 }],
        ['fc2', 'Linear', { outFeatures: 10 }],
        ['loss', 'CrossEntropyLoss'],
      ],
      { training: { device: 'cpu' } },
    );
    const problem = tooLarge(wide);
    expect(problem).toMatchObject({ severity: 'error', node: 'fc1' });
    expect(problem?.explanation).toContain('Make fc1 narrower');
    expect(analyse(wide).trainable).toBe(false);
  });

  test('a GPU has limits of its own', () => {
    expect(tooLarge(cnn(16_384, 'webgpu'))).toBeUndefined();
  });

  test('where a GPU may be chosen, it is a warning, and the run may try', () => {
    const { problems, trainable } = analyse(cnn(16_384, 'auto'));
    const problem = problems.find(({ code }) => code === 'memory.too-large');
    expect(problem).toMatchObject({ severity: 'warning' });
    expect(problem?.message).toContain('takes a GPU');
    expect(problem?.fixes).toHaveLength(1);
    expect(trainable).toBe(true);
  });
});

test('counts what the optimiser keeps, also where its settings decide', () => {
  const wide = (momentum: number) =>
    network(
      [
        data(),
        ['flat', 'Flatten'],
        ['fc1', 'Linear', { outFeatures: 470_000 }],
        ['fc2', 'Linear', { outFeatures: 10 }],
        ['loss', 'CrossEntropyLoss'],
      ],
      [
        'data.image > flat.x',
        'flat.y > fc1.x',
        'fc1.y > fc2.x',
        'fc2.y > loss.prediction',
        'data.label > loss.target',
      ],
      { device: 'cpu', objectives: [{ optimizer: { type: 'SGD', attrs: { momentum } } }] },
    );
  // 1.39 GiB of weights: with their gradients they fit, with momentum as well they do not.
  expect(tooLarge(wide(0))).toBeUndefined();
  expect(tooLarge(wide(0.9))).toBeDefined();
});

describe('as planned', () => {
  test('the parts are those of the network, and sum up', () => {
    const document = cnn(64);
    const analysis = analyse(document);
    const { report, problem } = memoryOf(document, analysis, null)!;
    expect(problem).toBeNull();
    const weights = analysis.parameterCount * 4;
    expect(report.parameterBytes).toBeGreaterThanOrEqual(weights);
    expect(report.parameterBytes).toBeLessThan(weights + 64 * 8);
    expect(report.gradientBytes).toBe(report.parameterBytes);
    expect(report.optimizerBytes).toBe(2 * report.parameterBytes);
    // The outputs of two convolutions at least, and not ten times that.
    const image = 64 * 64 * 28 * 28 * 4;
    expect(report.activationBytes).toBeGreaterThanOrEqual(2 * image);
    expect(report.activationBytes).toBeLessThan(20 * image);
    const { totalBytes, batchSize, ...parts } = report;
    expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(totalBytes);
    expect(batchSize).toBe(64);
  });

  test('is refused where the lower bound was too kind', () => {
    const batch = [4096, 2048, 1024, 512].find(
      (size) => memoryOf(cnn(size), analyse(cnn(size)), null)?.problem === null,
    );
    const larger = cnn(2 * (batch ?? 0));
    expect(tooLarge(larger)).toBeUndefined();
    const planned = memoryOf(larger, analyse(larger), null);
    expect(planned?.problem).toMatchObject({ code: 'memory.too-large' });
    expect(planned?.problem?.fixes?.[0]?.label).toMatch(/^Set batch size to \d+$/);
  });

  test.each([
    [{ weightBytes: GIB, activationBytes: GIB, dataBytes: 3 * GIB }, /Use fewer of them/],
    [{ weightBytes: 3 * GIB, activationBytes: 2 * GIB, dataBytes: 0 }, /A batch of 16 fits/],
    [{ weightBytes: 5 * GIB, activationBytes: GIB, dataBytes: 0 }, /Make fc1 narrower/],
    [
      { weightBytes: 0, activationBytes: 400 * GIB, dataBytes: 0 },
      /A single sample takes 6\.\d GiB/,
    ],
  ])('%j: says what to change', (need, said) => {
    const training = { batchSize: 64, device: 'auto' } as const;
    expect(memoryProblem(need, { training, heaviest: 'fc1' })?.explanation).toMatch(said);
  });
});
