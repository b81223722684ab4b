/**
 * Rule: limits of a device are honoured: arenas in several buffers, windows where one is larger than a
 * binding, a problem with advice where nothing helps. And a shader that is refused says where.
 */
import { describe, expect, test } from 'vitest';
import { createWebGpuBackend } from '#engine/backends/webgpu/index.ts';
import type { Dispatch, Place } from '#engine/backends/webgpu/kernel.ts';
import { MemoryMap } from '#engine/backends/webgpu/memory.ts';
import { ShaderError } from '#engine/backends/webgpu/pipelines.ts';
import { packIntervals } from '#engine/compile/pack.ts';
import { type Arena, ARENAS, type MemoryLayout } from '#engine/compile/program.ts';
import { NO_EPILOGUE } from '#engine/ops/index.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import '../support/allclose.ts';
import { openTestGpu, sharedTestGpu, testGpu } from '../support/gpu.ts';
import { chain } from '../support/network.ts';
import { uniformTensor } from '../support/random.ts';
import { runOp } from '../support/runOp.ts';
import { compileSteps, trainSteps } from '../support/trainSteps.ts';

const layout = (sizes: Partial<Record<Arena, number>>): MemoryLayout => ({
  sizeBytes: Object.fromEntries(ARENAS.map((arena) => [arena, sizes[arena] ?? 0])) as Record<
    Arena,
    number
  >,
});
const LIMITS = { bindingBytes: 4096, bufferBytes: 16384, bindings: 4, offsetAlignment: 256 };
const STEPS = { batch: 32, steps: 3 };
const convolutions = chain(
  [
    ['conv', 'Conv2d', { outChannels: 4, kernelSize: [3, 3], padding: [1, 1] }],
    ['norm', 'BatchNorm2d'],
    ['relu', 'ReLU'],
    ['pool', 'MaxPool2d', { kernelSize: [4, 4] }],
    ['flatten', 'Flatten'],
    ['fc', 'Linear', { outFeatures: 10 }],
    ['loss', 'CrossEntropyLoss'],
  ],
  {
    fields: [
      { name: 'image', role: 'input', dtype: 'f32', shape: [1, 12, 12] },
      { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 10 },
    ],
  },
);
const perceptron = chain(
  [
    ['fc1', 'Linear', { outFeatures: 64 }],
    ['relu1', 'ReLU'],
    ['fc2', 'Linear', { outFeatures: 64 }],
    ['relu2', 'ReLU'],
    ['fc3', 'Linear', { outFeatures: 64 }],
    ['loss', 'MSELoss'],
  ],
  { fields: [{ name: 'image', role: 'input', dtype: 'f32', shape: [64] }], target: 'image' },
);
const gpu = await sharedTestGpu();
const NO_SCRATCH = { buffer: -1, bytes: 0 };

function dispatch(...places: readonly Place[]): Dispatch {
  const slots = places.map((place, k) => ({ name: `x${k}`, place }));
  return { label: 'test', slots, words: [], width: 1, code: '', groups: [1, 1, 1] };
}
const floats = (arena: Arena, offsetBytes: number, count: number): Place => ({
  arena,
  offsetBytes,
  type: { dtype: 'f32', shape: [count] },
});

describe('where arenas go', () => {
  test('all in one buffer where it can be bound whole', () => {
    const map = new MemoryMap(layout({ parameters: 512, work: 1024 }), LIMITS);
    expect(map.bufferBytes).toHaveLength(1);
    const bound = map.bind(dispatch(floats('parameters', 64, 4), floats('work', 0, 4)), NO_SCRATCH);
    expect(bound.windows).toEqual([{ buffer: 0, start: 0, end: map.bufferBytes[0] }]);
    expect(bound.slots[0]?.offsetBytes).toBe(64);
  });

  test('in several where one binding is too small for all', () => {
    const map = new MemoryMap(layout({ parameters: 3000, work: 3000 }), LIMITS);
    expect(map.bufferBytes.length).toBeGreaterThan(1);
    expect(Math.max(...map.bufferBytes)).toBeLessThanOrEqual(LIMITS.bindingBytes);
    const bound = map.bind(dispatch(floats('parameters', 0, 4), floats('work', 0, 4)), NO_SCRATCH);
    expect(bound.windows).toHaveLength(2);
  });

  test('a large arena is seen through windows that never overlap', () => {
    const map = new MemoryMap(layout({ work: 12000 }), LIMITS);
    const bound = map.bind(
      dispatch(floats('work', 64, 100), floats('work', 8064, 100), floats('work', 448, 10)),
      NO_SCRATCH,
    );
    const [first, second, ...others] = bound.windows;
    expect(others).toEqual([]);
    expect([first?.start, second?.start].every((start) => (start ?? 1) % 256 === 0)).toBe(true);
    expect(first?.end).toBeLessThanOrEqual(second?.start ?? 0);
    expect(bound.slots.map(({ window }) => window)).toEqual([0, 1, 0]);
    expect((second?.start ?? 0) + (bound.slots[1]?.offsetBytes ?? 0)).toBeGreaterThanOrEqual(8064);
  });

  test('neighbours that each fill a binding are bound apart', () => {
    const both = { first: 0, last: 1, bytes: LIMITS.bindingBytes - 100 };
    const { offsets, totalBytes } = packIntervals(new Map([1, 2].map((key) => [key, both])));
    const map = new MemoryMap(layout({ work: totalBytes }), LIMITS);
    const places = [...offsets.values()].map((start) => floats('work', start, both.bytes / 4));
    const bound = map.bind(dispatch(...places), NO_SCRATCH);
    expect(bound.windows).toHaveLength(2);
    expect(bound.slots.map(({ window }) => window).sort()).toEqual([0, 1]);
  });

  test('where there are more places than bindings, the closest share one', () => {
    const map = new MemoryMap(layout({ work: 16384 }), LIMITS);
    const starts = [0, 3840, 6144, 6656, 15872];
    const bound = map.bind(
      dispatch(...starts.map((start) => floats('work', start, 64))),
      NO_SCRATCH,
    );
    expect(bound.slots.map(({ window }) => window)).toEqual([0, 1, 2, 2, 3]);
  });

  test('what no buffer holds is refused, with advice', () => {
    expect(() => new MemoryMap(layout({ work: 20000 }), LIMITS)).toThrow(/activations.*MiB/);
  });

  test('a call that needs more at once than can be bound is refused', () => {
    const map = new MemoryMap(layout({ work: 12000 }), LIMITS);
    expect(() => map.bind(dispatch(floats('work', 0, 2000)), NO_SCRATCH)).toThrow(/at once/);
  });
});

describe('on a device', () => {
  test('windows and several buffers compute the same', async () => {
    const bindingBytes = 4096;
    const narrow = await openTestGpu();
    try {
      // Tensors of 2560 bytes: no two fit into a binding together.
      Object.assign(narrow.gpu.memory, { bindingBytes });
      const run = {
        op: 'matmul' as const,
        inputs: [uniformTensor([20, 32], { seed: 1 }), uniformTensor([32, 20], { seed: 2 })],
        params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
      };
      const wanted = await runOp(createReferenceBackend(), run);
      expect(await runOp(narrow, run)).toBeAllclose(wanted, { rtol: 1e-4, atol: 1e-5 });
    } finally {
      await narrow.close();
    }
  });

  test('training in memory larger than any binding is the same training', async () => {
    const narrow = await openTestGpu();
    try {
      const { sizeBytes } = compileSteps(convolutions, STEPS.batch).memory;
      // What the convolution gives fills it.
      const bindingBytes = STEPS.batch * 4 * 12 * 12 * 4;
      expect(sizeBytes.work).toBeGreaterThan(2 * bindingBytes);
      Object.assign(narrow.gpu.memory, { bindingBytes });
      const wanted = await trainSteps(gpu, convolutions, STEPS);
      expect((await trainSteps(narrow, convolutions, STEPS)).losses).toEqual(wanted.losses);
    } finally {
      await narrow.close();
    }
  });

  test('so is one whose parameters and samples are each larger than a binding', async () => {
    const narrow = await openTestGpu();
    try {
      const { sizeBytes } = compileSteps(perceptron, STEPS.batch).memory;
      const bindingBytes = 64 * 64 * 4;
      expect(sizeBytes.parameters).toBeGreaterThan(2 * bindingBytes);
      expect(sizeBytes.data).toBeGreaterThan(bindingBytes);
      Object.assign(narrow.gpu.memory, { bindingBytes });
      Object.assign(narrow.gpu.target, { bindingBytes });
      const wanted = await trainSteps(gpu, perceptron, STEPS);
      expect((await trainSteps(narrow, perceptron, STEPS)).losses).toEqual(wanted.losses);
    } finally {
      await narrow.close();
    }
  });

  test('a run that cannot fit is refused before it starts', async () => {
    await expect(gpu.open(layout({ work: 2 ** 45 }))).rejects.toMatchObject({
      code: 'memory.too-large',
    });
  });

  test('a refused shader names the kernel and the line', async () => {
    const shader = {
      label: 'broken kernel',
      code: '@compute @workgroup_size(1)\nfn main() {\n  let a: u32 = 1.5;\n}',
      bindings: 1,
    };
    const refused = gpu.gpu.pipelines.get(shader);
    await expect(refused).rejects.toThrow(ShaderError);
    await expect(refused).rejects.toThrow(/broken kernel[\s\S]*line 3[\s\S]*let a: u32 = 1\.5/);
    // The device is none the worse for it.
    const run = { op: 'neg' as const, inputs: [uniformTensor([3], { seed: 1 })], params: {} };
    await expect(runOp(gpu, run)).resolves.toHaveLength(3);
  });

  test('a software adapter is refused outside tests', async () => {
    const refused = createWebGpuBackend({ gpu: await testGpu(), allowSoftware: false });
    // On a machine with a GPU there is nothing to refuse.
    if (gpu.gpu.software) await expect(refused).rejects.toMatchObject({ code: 'device.software' });
    else await (await refused).close();
  });
});
