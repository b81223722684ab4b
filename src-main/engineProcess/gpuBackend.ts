/**
 * The GPU backend as this process can have it: WebGPU of its own in plain Node, in Electron an executor
 * in a window, behind a port that the shell gives.
 */
import type { Backend } from '#engine/backends/backend.ts';
import { createRemoteBackend, createWebGpuBackend } from '#engine/backends/webgpu/index.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { Platform } from '#engine/platform/platform.ts';
import type { Transport } from '#engine/protocol/index.ts';
import { GPU_REQUEST, isGpuPort } from './gpuPort.ts';
import { allowsSoftware, nodeGpu } from './nodeGpu.ts';

/** What Electron's utility process has. */
interface GpuPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}
interface PortEvent {
  readonly data: unknown;
  readonly ports: readonly GpuPort[];
}
export interface ShellPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: PortEvent) => void): void;
  off(event: 'message', listener: (event: PortEvent) => void): void;
}

const PATIENCE_MS = 15_000;

export async function createGpuBackend(platform: Pick<Platform, 'log'>): Promise<Backend> {
  const { parentPort } = process as { parentPort?: ShellPort };
  const allowSoftware = allowsSoftware();
  if (parentPort) {
    const port = await askForPort(parentPort);
    return createRemoteBackend(transportOf(port), { allowSoftware, onClosed: () => port.close() });
  }
  return createWebGpuBackend({
    gpu: await nodeGpu(),
    allowSoftware,
    onError: (message) => platform.log('error', `WebGPU: ${message}`),
  });
}

function askForPort(shell: ShellPort): Promise<GpuPort> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer);
      shell.off('message', onMessage);
    };
    const onMessage = ({ data, ports: [port] }: PortEvent): void => {
      if (!isGpuPort(data) || !port) return;
      done();
      resolve(port);
    };
    const timer = setTimeout(() => {
      done();
      reject(inputError('device.unavailable', 'The window for the GPU did not open.'));
    }, PATIENCE_MS);
    shell.on('message', onMessage);
    shell.postMessage(GPU_REQUEST);
  });
}

function transportOf(port: GpuPort): Transport {
  port.start();
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.on('close', listener),
  };
}
