/**
 * Rule: a run on the GPU is a run like any other, and outlives its device. Whole runs through the engine
 * service, on an adapter that tests may use.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Backend, BackendName } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import type { WebGpuBackend } from '#engine/backends/webgpu/index.ts';
import { LOSS_SCALE } from '#engine/compile/index.ts';
import { columnFileParts, loadData } from '#engine/datasets/index.ts';
import type { Step } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { inputError } from '#engine/ir/problem.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { type EngineRun, RUN, fileStore, startRun, tensorsIn } from '#test/support/engineRun.ts';
import { openTestGpu, sharedTestGpu } from '#test/support/gpu.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { chain, features, target } from '#test/support/network.ts';
import { nodePlatform } from '#test/support/nodePlatform.ts';
import { augmentedBy, batchNormCnn, fed } from '#test/support/smallNetworks.ts';

/** Every GPU a run has taken, to lose one of them. */
let opened: WebGpuBackend[] = [];
let refuseGpu = false;
/** Whether the next GPU is a device of its own, to be closed or lost; the others share one and what it has compiled. */
let opensOwn = false;
afterEach(() => {
  opened = [];
  refuseGpu = false;
  opensOwn = false;
});

async function devices(name: BackendName = 'webgpu'): Promise<Backend> {
  if (name === 'wasm') return createWasmBackend(nodePlatform(), { threads: 1 });
  if (refuseGpu) throw inputError('device.unavailable', 'No GPU can be reached through WebGPU.');
  const gpu = opensOwn
    ? await openTestGpu()
    : { ...(await sharedTestGpu()), close: () => Promise.resolve() };
  opensOwn = false;
  opened.push(gpu);
  return gpu;
}
async function firstFrame(document: NetworkDocument, backend: BackendName) {
  const run = await startRun(document, devices, { backend, telemetryHz: 10, maxSteps: 1 });
  await run.ended();
  const frame = run.told.telemetry[0]?.frame;
  if (!frame) throw new Error('nothing was told');
  return frame;
}
const moons = pointsDocument('moons', 2);
const logOf = ({ told }: EngineRun) => told.log.map(({ entry }) => entry.message).join('\n');

test('learns moons, watched', async () => {
  const run = await startRun(pointsDocument('moons', 2), devices, {
    backend: 'webgpu',
    telemetryHz: 10,
  });
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  expect(run.points('test').at(-1)?.values['accuracy']).toBeGreaterThan(0.95);
  expect(run.told.telemetry.length).toBeGreaterThan(0);
  expect(run.told.samples.length).toBeGreaterThan(0);
  expect(run.told.boundary.length).toBeGreaterThan(0);
  expect(run.told.confusion.length).toBeGreaterThan(0);
});

/** By Adam a bias whose gradient is zero but for rounding would go anywhere. */
const BY_SGD = [{ optimizer: { type: 'SGD', attrs: { lr: 0.05 } } }];

test('tells of the channels what the CPU tells', async () => {
  const document = fed(batchNormCnn({ epochs: 1, objectives: BY_SGD }), 'digits', { count: 400 });
  const [gpu, cpu] = [await firstFrame(document, 'webgpu'), await firstFrame(document, 'wasm')].map(
    ({ nodes }) =>
      nodes.flatMap(({ node, channels }) => (channels ? [[node, [...channels]] as const] : [])),
  );
  expect(gpu?.map(([node]) => node)).toEqual(cpu?.map(([node]) => node));
  expect(gpu?.length).toBeGreaterThan(4);
  const far = (cpu ?? []).flatMap(([node, sizes], i) => {
    const got = gpu?.[i]?.[1] ?? [];
    const most = Math.max(...sizes);
    const fits = sizes.every((size, k) => Math.abs(size - Number(got[k])) <= 1e-4 * most);
    return fits && got.length === sizes.length ? [] : [{ node, sizes, got }];
  });
  expect(far).toEqual([]);
});

test('a loss that is no number ends the run, with where and since when', async () => {
  const optimizer = { type: 'SGD', attrs: { lr: 50 } };
  const objectives = [{ optimizer }];
  const document = fed(
    chain(
      [
        ['fc1', 'Linear', { outFeatures: 8 }],
        ['fc2', 'Linear', { outFeatures: 1 }],
        ['loss', 'MSELoss'],
      ],
      {
        input: 'features',
        target: 'target',
        fields: [features(1), target(1)],
        training: { batchSize: 32, epochs: 50, objectives, seed: 3 },
      },
    ),
    'curves',
  );
  const run = await startRun(document, devices, { backend: 'webgpu' });
  const { state, problem } = await run.ended();
  expect(state).toBe('failed');
  expect(problem).toMatchObject({ code: 'training.non-finite' });
  expect(problem?.message).toMatch(/^(fc1|fc2|loss) produced .* since step \d+/);
});

test('data in a file goes to the device in parts, augmented or not, and trains as it does on the CPU', async () => {
  const table = await loadData('digits', { count: 5_600 }, memoryFiles({}));
  const content = new Uint8Array(Buffer.concat(columnFileParts(table, '')));
  const losses = async (augment: readonly Step[], backend: BackendName): Promise<number> => {
    const settings = { batchSize: 16, objectives: BY_SGD, split: { validation: 0, test: 0.01 } };
    const document = augmentedBy(fed(batchNormCnn(settings), 'images:d'), augment);
    const store = fileStore();
    store.content.set('data.bin', content);
    const run = await startRun(
      document,
      devices,
      { backend, maxSteps: 6, data: { kind: 'prepared', path: 'data.bin' } },
      store.host,
    );
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    return run.points('test').at(-1)?.values['loss'] ?? NaN;
  };
  for (const augment of [[], [{ step: 'crop', padding: 2 }]]) {
    expect(await losses(augment, 'webgpu')).toBeCloseTo(await losses(augment, 'wasm'), 3);
  }
});

describe('a device lost in the middle', () => {
  const checkpointed = async (document = moons, files = fileStore()): Promise<EngineRun> => {
    const { host } = files;
    opensOwn = true;
    const run = await startRun(
      document,
      devices,
      { backend: 'webgpu', checkpointDir: '/run' },
      host,
    );
    // A pause is followed by a checkpoint.
    await run.until(({ step }) => step > 20);
    await run.service.pause({ runId: 'run' });
    const { step } = await run.until(({ state }) => state === 'paused');
    const saved = (): boolean => run.told.checkpoint.some((each) => each.step === step);
    await vi.waitUntil(saved, { timeout: 30_000 });
    return run;
  };
  const lose = async (run: EngineRun): Promise<number> => {
    const { step } = run.told.progress.at(-1)?.progress ?? { step: 0 };
    opened.at(-1)?.gpu.device.destroy();
    await opened.at(-1)?.gpu.lost;
    await run.service.resume({ runId: 'run' });
    return step;
  };

  test('the run goes on from its checkpoint on a new one, and says so', async () => {
    const run = await checkpointed();
    const step = await lose(run);
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    expect(opened).toHaveLength(2);
    expect(logOf(run)).toMatch(new RegExp(`GPU was lost.*goes on from step ${step} on webgpu`));
    expect(run.points('test').at(-1)?.values['accuracy']).toBeGreaterThan(0.95);
  });

  test('with 16-bit activations it ends with the same numbers, on the CPU in 32 bits', async () => {
    const { training } = moons;
    const document = { ...moons, training: { ...training, precision: 'float16' as const } };
    const whole = await startRun(document, devices, { backend: 'webgpu' });
    expect(await whole.ended()).toMatchObject({ state: 'finished' });
    expect(logOf(whole)).toContain('Activations are kept as 16-bit floats');
    const files = fileStore();
    const run = await checkpointed(document, files);
    expect(tensorsIn(files.content, '/run/last.safetensors').tensors.get(LOSS_SCALE)?.data).toEqual(
      Float32Array.of(2 ** 16),
    );
    await lose(run);
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    expect(run.points('test').at(-1)?.values['loss']).toBe(
      whole.points('test').at(-1)?.values['loss'],
    );
    const other = await checkpointed(document);
    refuseGpu = true;
    await lose(other);
    expect(await other.ended()).toMatchObject({ state: 'finished' });
    expect(other.points('test').at(-1)?.values['accuracy']).toBeGreaterThan(0.95);
  });

  test('on the CPU where there is no other', async () => {
    const run = await checkpointed();
    refuseGpu = true;
    await lose(run);
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    expect(logOf(run)).toMatch(/goes on from step \d+ on wasm/);
    expect(run.told.device).toEqual([
      { ...RUN, device: expect.stringMatching(/^wasm, /) as string, threads: 1 },
    ]);
  });
});

describe('auto', () => {
  test('measures both and says what it chose', async () => {
    opensOwn = true;
    const run = await startRun(pointsDocument('moons', 2), devices, { backend: 'auto' });
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    expect(logOf(run)).toMatch(
      /Training on the (CPU|GPU): a step takes .* ms on the GPU .* ms on the CPU/,
    );
  });

  test('takes the CPU where there is no GPU, and says why', async () => {
    refuseGpu = true;
    const run = await startRun(pointsDocument('moons', 2), devices, { backend: 'auto' });
    expect(await run.ended()).toMatchObject({ state: 'finished' });
    expect(logOf(run)).toMatch(/Training on the CPU: No GPU/);
  });
});
