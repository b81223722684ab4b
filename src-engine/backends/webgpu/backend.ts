/**
 * The GPU backend: Programs as WGSL on a WebGPU device that the host gives. Kernels are in kernels/, what
 * a step costs the host is in session.ts. Knows neither Node nor browsers.
 */
import type { Backend } from '../backend.ts';
import { acquireDevice, type DeviceOptions, type GpuDevice } from './device.ts';
import { canStoreAsFloat16 } from './halves.ts';
import { GpuSession } from './session.ts';

export interface WebGpuBackend extends Backend {
  readonly gpu: GpuDevice;
}

export async function createWebGpuBackend(options: DeviceOptions): Promise<WebGpuBackend> {
  const gpu = await acquireDevice(options);
  return {
    gpu,
    name: 'webgpu',
    description: `webgpu, ${gpu.name}${gpu.software ? ' (software)' : ''}`,
    threads: 1,
    canStoreAsFloat16,
    open: (layout) => GpuSession.open(gpu, layout),
    async close() {
      // A device that ends with work pending takes the process with it.
      if (gpu.loss() === null) await gpu.device.queue.onSubmittedWorkDone().catch(() => undefined);
      gpu.device.destroy();
      await gpu.lost;
    },
  };
}
