/**
 * The GPU backend as this process can have it: WebGPU of its own in plain Node, in Electron an executor
 * in a window, behind the port that the main process gave.
 */
import type { Backend } from '#engine/backends/backend.ts';
import { createWebGpuBackend } from '#engine/backends/webgpu/index.ts';
import type { Platform } from '#engine/platform/platform.ts';
import { allowsSoftware, nodeGpu } from './nodeGpu.ts';

export async function createGpuBackend(platform: Pick<Platform, 'log'>): Promise<Backend> {
  return createWebGpuBackend({
    gpu: await nodeGpu(),
    allowSoftware: allowsSoftware(),
    onError: (message) => platform.log('error', `WebGPU: ${message}`),
  });
}
