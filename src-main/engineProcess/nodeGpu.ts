/**
 * WebGPU in plain Node, through the optional package `webgpu` (Dawn). Not under Electron: its V8 forbids
 * the external buffers that reading back needs (https://github.com/dawn-gpu/node-webgpu/issues/5); there
 * the executor runs in a window of its own (electron/gpuWindow.ts).
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { inputError } from '#engine/ir/problem.ts';

/** Dawn frees everything when the object it gave is collected, devices in use included. */
let held: GPU | null = null;

/** Set to 1: adapters that emulate a GPU are accepted. For tests. */
export const ALLOW_SOFTWARE = 'NETLOOM_ALLOW_SOFTWARE_GPU';
/** Where Chromium's packages put SwiftShader's driver. */
const SOFTWARE_DRIVERS = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/**
 * No kernel reads shared memory that it has not written, so clearing it first would only take time (on
 * SwiftShader a second for each shader that it compiles).
 */
const DAWN_OPTIONS = ['enable-dawn-features=disable_workgroup_init'];

export const allowsSoftware = (): boolean => process.env[ALLOW_SOFTWARE] === '1';

/** Throws InputError `device.unavailable` where the package is missing or does not load. */
export async function nodeGpu(): Promise<GPU> {
  if (held) return held;
  if (process.versions['electron'] !== undefined) {
    throw inputError('device.unavailable', 'WebGPU is not available in this process.');
  }
  if (allowsSoftware()) offerSoftwareDriver();
  // Without one, Mesa's drivers complain on stderr each time they are asked.
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
  try {
    const { create } = await import('webgpu');
    held = create(DAWN_OPTIONS);
    return held;
  } catch (error) {
    throw inputError('device.unavailable', 'WebGPU could not be loaded.', {
      explanation: `The package "webgpu" is optional and has builds for common platforms only: ${String(error)}`,
    });
  }
}

/** Where no driver was chosen and a software one lies at its usual place, the loader is told of it too. */
function offerSoftwareDriver(): void {
  if (process.env['VK_DRIVER_FILES'] !== undefined) return;
  const driver = SOFTWARE_DRIVERS.find((path) => existsSync(path));
  if (driver !== undefined) process.env['VK_ADD_DRIVER_FILES'] = driver;
}
