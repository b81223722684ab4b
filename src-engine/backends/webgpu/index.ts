/** The GPU backend's front door: on a device of this process, or on an executor in another one. */
export { createWebGpuBackend, type WebGpuBackend } from './backend.ts';
export type { GpuDevice } from './device.ts';
export { serveExecutor } from './remote/executor.ts';
export { createRemoteBackend } from './remote/remoteBackend.ts';
