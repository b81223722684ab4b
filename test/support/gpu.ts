/**
 * A GPU backend for tests: on SwiftShader where there is no GPU. Nothing here skips: a test run without
 * any adapter fails, since the adapter is part of what these tests need.
 */
import { createWebGpuBackend, type WebGpuBackend } from '#engine/backends/webgpu/index.ts';
import { ALLOW_SOFTWARE, nodeGpu } from '#main/engineProcess/nodeGpu.ts';

export async function testGpu(): Promise<GPU> {
  process.env[ALLOW_SOFTWARE] = '1';
  return nodeGpu();
}

/** A device of the caller's own, to change, lose or close. */
export async function openTestGpu(options: { subgroups?: boolean } = {}): Promise<WebGpuBackend> {
  return createWebGpuBackend({ gpu: await testGpu(), allowSoftware: true, ...options });
}

let shared: Promise<WebGpuBackend> | undefined;

/**
 * One device for all files of a worker, which nobody closes: most of a test's time goes into compiling shaders, and
 * a device keeps those it has compiled.
 */
export function sharedTestGpu(): Promise<WebGpuBackend> {
  shared ??= openTestGpu();
  return shared;
}
