/**
 * A GPU as the executor needs it: the device with the adapter's own limits, what it calls itself, whether
 * it is a software emulation, and word of its loss. The GPU object is given by the host; nothing here
 * knows where from.
 */
import { inputError } from '#engine/ir/problem.ts';
import { own } from '#engine/ir/record.ts';
import type { Target } from './kernel.ts';
import type { MemoryLimits } from './memory.ts';
import { PipelineCache } from './pipelines.ts';

export interface DeviceOptions {
  /** Undefined where the host has no WebGPU. */
  readonly gpu: GPU | undefined;
  /** Software adapters are slower than the CPU engine: for tests only. */
  readonly allowSoftware: boolean;
  readonly onError?: (message: string) => void;
  /** False: never. Else where they are known to help and to give the same bits every time. */
  readonly subgroups?: boolean;
}

export interface GpuDevice {
  readonly device: GPUDevice;
  readonly pipelines: PipelineCache;
  /** `NVIDIA H200`: vendor's words where there are any. */
  readonly name: string;
  readonly software: boolean;
  readonly target: Target;
  readonly memory: MemoryLimits;
  /** Why the device is gone, or null. */
  readonly loss: () => string | null;
  readonly lost: Promise<string>;
  /** An error no scope caught, once: a fault of the executor. */
  readonly takeFault: () => string | null;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;
/** Workgroups of 256 that keep it busy, by vendor: the API does not tell. */
const PARALLEL_GROUPS: Readonly<Record<string, number>> = {
  nvidia: 256,
  amd: 192,
  apple: 96,
  intel: 64,
  qualcomm: 32,
  arm: 32,
};
const OTHER_PARALLEL_GROUPS = 96;
const SOFTWARE_PARALLEL_GROUPS = 8;

/** Asked for as the adapter has them; the others stay at their guaranteed values. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
] as const;

export async function acquireDevice(options: DeviceOptions): Promise<GpuDevice> {
  const adapter = await findAdapter(options);
  const { info, limits } = adapter;
  const software = isSoftware(info);
  const subgroups = (options.subgroups ?? true) && hasSteadySubgroups(adapter, options.gpu);
  const device = await adapter.requestDevice({
    requiredFeatures: subgroups ? ['subgroups'] : [],
    requiredLimits: Object.fromEntries(RAISED_LIMITS.map((name) => [name, limits[name]])),
  });
  let loss: string | null = null;
  let fault: string | null = null;
  const lost = device.lost.then(({ message, reason }) => {
    loss = message === '' ? reason : message;
    return loss;
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    fault ??= error.message;
    options.onError?.(error.message);
  });
  return {
    device,
    pipelines: new PipelineCache(device),
    name: nameOf(info),
    software,
    target: {
      maxWorkgroupsPerDimension: device.limits.maxComputeWorkgroupsPerDimension,
      maxInvocations: device.limits.maxComputeInvocationsPerWorkgroup,
      workgroupBytes: device.limits.maxComputeWorkgroupStorageSize,
      parallelGroups: software
        ? SOFTWARE_PARALLEL_GROUPS
        : (own(PARALLEL_GROUPS, info.vendor.toLowerCase()) ?? OTHER_PARALLEL_GROUPS),
      bindingBytes: device.limits.maxStorageBufferBindingSize,
      subgroups,
    },
    memory: {
      bindingBytes: device.limits.maxStorageBufferBindingSize,
      bufferBytes: device.limits.maxBufferSize,
      bindings: device.limits.maxStorageBuffersPerShaderStage,
      offsetAlignment: device.limits.minStorageBufferOffsetAlignment,
    },
    loss: () => loss,
    lost,
    takeFault: () => {
      const taken = fault;
      fault = null;
      return taken;
    },
  };
}

async function findAdapter({ gpu, allowSoftware }: DeviceOptions): Promise<GPUAdapter> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw inputError('device.unavailable', 'No GPU can be reached through WebGPU.', {
      explanation: 'The CPU trains everything too. A driver with Vulkan, Metal or D3D12 is needed.',
    });
  }
  if (isSoftware(adapter.info) && !allowSoftware) {
    throw inputError(
      'device.software',
      `The only adapter, ${nameOf(adapter.info)}, emulates a GPU in software.`,
      { explanation: 'The CPU engine is faster than that. Train on the CPU.' },
    );
  }
  return adapter;
}

/**
 * Of one size: a driver that chooses among several may choose otherwise the next time, and a sum in another
 * order has other last bits. And numbered, since nothing else tells which invocations belong together.
 */
function hasSteadySubgroups({ features, info }: GPUAdapter, gpu: GPU | undefined): boolean {
  const { subgroupMinSize, subgroupMaxSize } = info;
  const numbered = gpu?.wgslLanguageFeatures.has('subgroup_id') ?? false;
  return features.has('subgroups') && numbered && subgroupMinSize === subgroupMaxSize;
}

function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || SOFTWARE.test(`${info.device} ${info.description}`);
}

function nameOf({ description, device, architecture, vendor }: GPUAdapterInfo): string {
  const [name] = [description, device, `${vendor} ${architecture}`.trim()].filter(Boolean);
  return name ?? 'GPU';
}
