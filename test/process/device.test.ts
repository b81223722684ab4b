/**
 * Rule: `--device` decides what computes: a GPU where one is asked for and there, the faster one by
 * measurement for `auto`, and a refusal with a reason where what is asked for is not to be had.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALLOW_SOFTWARE } from '#main/engineProcess/nodeGpu.ts';
import {
  example,
  outcomeOf,
  startCli,
  type StartOptions,
  temporaryFolder,
} from '#test/support/cli.ts';

const NO_DRIVER = { VK_DRIVER_FILES: join(import.meta.dirname, 'no-such-driver.json') };
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => folder.remove());

type Env = NonNullable<StartOptions['env']>;
const cli = (env: Env, ...args: readonly string[]) =>
  outcomeOf(startCli(folder.path, args, { env }));
const train = async (env: Env, device: string) => {
  // What shows the inside would be compiled for nobody.
  const args = [example('moons'), '--epochs', '1', '--telemetry-hz', '0', '--device', device];
  const { code, stdout, stderr } = await cli(env, 'train', ...args, '--json');
  return { code, stderr, report: JSON.parse(stdout || 'null') as Record<string, unknown> | null };
};

describe('with an adapter', () => {
  const env = { [ALLOW_SOFTWARE]: '1' };

  test('webgpu trains there', async () => {
    const { code, report } = await train(env, 'webgpu');
    expect(code).toBe(0);
    expect(report?.['device']).toMatch(/^webgpu, /);
  });

  test('auto measures both and says so', async () => {
    const { code, stderr } = await train(env, 'auto');
    expect(code).toBe(0);
    expect(stderr).toMatch(/Training on the (CPU|GPU): a step takes .* on the GPU .* on the CPU/);
  });

  test('bench counts what a step costs the host', async () => {
    // What a step costs the host is the same for any number of samples.
    const args = ['--device', 'webgpu', '--workload', 'W1', '--batch', '8', '--seconds', '0.05'];
    const { code, stdout } = await cli(env, 'bench', ...args, '--json');
    expect(code).toBe(0);
    const { steps } = JSON.parse(stdout) as { steps: { host: Record<string, number> }[] };
    expect(steps[0]?.host).toMatchObject({ submissions: 1, bytesRead: 0 });
    expect(steps[0]?.host['dispatches']).toBeLessThan(60);
  });
});

describe('without one', () => {
  const env = { ...NO_DRIVER, [ALLOW_SOFTWARE]: undefined };

  test('webgpu is refused', async () => {
    const { code, stderr } = await train(env, 'webgpu');
    expect(code).toBe(1);
    // Nothing of what Dawn, the Vulkan loader and drivers have to say comes before the sentence.
    expect(stderr).toMatch(/^error device\.unavailable: .*No GPU/);
  });

  test('auto takes the CPU and says why', async () => {
    const { code, stderr, report } = await train(env, 'auto');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Training on the CPU: No GPU/);
    expect(report?.['device']).toMatch(/^wasm, /);
  });
});
