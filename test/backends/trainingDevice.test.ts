/**
 * Rule: with `auto`, a run that only a GPU can hold goes to the GPU, and is refused with advice where there is
 * none or it is too small as well. The devices compute nothing here: what counts is who is asked.
 */
import { afterEach, expect, test } from 'vitest';
import type { Backend, BackendName } from '#engine/backends/backend.ts';
import { createNullBackend } from '#engine/backends/null/index.ts';
import { inputError } from '#engine/ir/problem.ts';
import { startRun } from '../support/engineRun.ts';
import { chain } from '../support/network.ts';
import { fed } from '../support/smallNetworks.ts';

/** A sample takes 6 MiB after the first convolution, the weights next to nothing. */
const large = fed(
  chain(
    [
      ['conv1', 'Conv2d', { outChannels: 2048, kernelSize: [3, 3], padding: [1, 1] }],
      ['conv2', 'Conv2d', { outChannels: 1, kernelSize: [1, 1] }],
      ['flat', 'Flatten'],
      ['fc', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    { training: { batchSize: 1024, device: 'auto' } },
  ),
  'digits',
  { count: 1400 },
);

let created: BackendName[] = [];
let closed = 0;
afterEach(() => {
  created = [];
  closed = 0;
});

/** Devices that take any run; `open` is what the GPU says to it. */
const devices =
  (open: Backend['open'] = (layout) => createNullBackend().open(layout)) =>
  async (name: BackendName): Promise<Backend> => {
    created.push(name);
    const close = async (): Promise<void> => void closed++;
    return { ...createNullBackend(), name, description: `${name}, a stand-in`, open, close };
  };
const tooSmall = async (): Promise<never> => {
  throw inputError('memory.too-large', 'The run needs 20000 MiB, more than the GPU can give.');
};

test('goes to the GPU, and says why', async () => {
  const run = await startRun(large, devices(), { backend: 'auto', maxSteps: 1 });
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  expect(created).toEqual(['webgpu']);
  const said = run.told.log.map(({ entry }) => entry.message).join();
  expect(said).toMatch(/Training on the GPU: Training needs .* GiB/);
});

test.each([
  ['there is none', async () => Promise.reject(inputError('device.unavailable', 'No GPU.'))],
  ['it is too small as well', devices(tooSmall)],
] as const)('is refused, with what to change, where %s', async (_, createBackend) => {
  const started = startRun(large, createBackend, { backend: 'auto' });
  await expect(started).rejects.toMatchObject({
    problems: [
      {
        code: 'memory.too-large',
        severity: 'error',
        explanation: expect.stringMatching(/A batch of \d+ fits/) as string,
      },
    ],
  });
  expect(closed).toBe(created.length);
});
