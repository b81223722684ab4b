/**
 * One run's memory and programs on a GPU. Loading compiles the shaders and binds their memory; a step is
 * one command buffer of nothing but pipelines, bind groups and dispatches, submitted at once.
 */
import { ALIGNMENT_BYTES, aligned } from '#engine/compile/layout.ts';
import type { BufferRef, MemoryLayout, Program } from '#engine/compile/program.ts';
import { inputError } from '#engine/ir/problem.ts';
import { sizeBytes } from '#engine/ir/tensor.ts';
import {
  DeviceLostError,
  type ExecutorCounters,
  type LoadedProgram,
  type Session,
  type TensorData,
} from '../backend.ts';
import { roundUp } from '../rounding.ts';
import type { GpuDevice } from './device.ts';
import { Feeds } from './feeds.ts';
import { joinCalls } from './joins.ts';
import { type Dispatch, elementWords } from './kernel.ts';
import { MemoryMap } from './memory.ts';
import { ReadBack } from './readback.ts';
import { assemble } from './wgsl.ts';

/** One dispatch, ready: no decision is left for the step. */
interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

interface GpuProgram extends LoadedProgram {
  readonly steps: readonly Step[];
}

const USAGE = { copySrc: 0x0004, copyDst: 0x0008, uniform: 0x0040, storage: 0x0080 } as const;
/** So much is written at once; the queue copies it, and large copies would take memory twice. */
const WRITE_BYTES = 32 * 2 ** 20;
/** After so many steps the queue is asked how far it is ... */
const FENCE_STEPS = 4;
/** ... and at most so many such questions may be open: enough to keep it busy, few enough to stop soon. */
const OPEN_FENCES = 3;

export class GpuSession implements Session {
  readonly #gpu: GpuDevice;
  readonly #map: MemoryMap;
  readonly #buffers: readonly GPUBuffer[];
  readonly #owned: GPUBuffer[] = [];
  readonly #readBack: ReadBack;
  readonly #feeds: Feeds;
  readonly #programs = new Map<LoadedProgram, GpuProgram>();
  #scratch: GPUBuffer | null = null;
  #stepsSinceFence = 0;
  readonly #openFences: Promise<unknown>[] = [];
  #closed = false;
  readonly #counters = { runs: 0, dispatches: 0, submissions: 0, bytesWritten: 0, hostMs: 0 };

  private constructor(
    gpu: GpuDevice,
    map: MemoryMap,
    buffers: readonly GPUBuffer[],
    feeds: number,
  ) {
    this.#gpu = gpu;
    this.#map = map;
    this.#buffers = buffers;
    this.#owned.push(...buffers);
    this.#readBack = new ReadBack(gpu.device);
    this.#feeds = new Feeds(feeds);
  }

  static async open(gpu: GpuDevice, layout: MemoryLayout): Promise<GpuSession> {
    const map = new MemoryMap(layout, gpu.memory);
    const buffers = await allocate(gpu, map.bufferBytes);
    return new GpuSession(gpu, map, buffers, layout.sizeBytes.feeds);
  }

  async load(program: Program): Promise<LoadedProgram> {
    this.#mustLive();
    let scratchBytes = 0;
    const dispatches: Dispatch[] = [];
    const joined = joinCalls(program.calls);
    for (const each of joined) {
      let used = 0;
      const planned = each.plan({
        target: this.#gpu.target,
        scratch: (count) => {
          const type = { dtype: 'f32', shape: [count] } as const;
          const offsetBytes = used;
          used += aligned(sizeBytes(type));
          return { arena: 'scratch', offsetBytes, type };
        },
      });
      scratchBytes = Math.max(scratchBytes, used);
      dispatches.push(...planned);
    }
    await this.#growScratch(scratchBytes);
    const kernels = joined.map(({ calls }) => calls);
    const loaded: GpuProgram = { program, kernels, steps: await this.#prepare(dispatches) };
    this.#programs.set(loaded, loaded);
    return loaded;
  }

  write(ref: BufferRef, data: TensorData): void {
    this.#mustLive();
    const bytes = bytesOf(ref, data);
    this.#readBack.flush();
    if (ref.arena === 'feeds') this.#feeds.write(ref.offsetBytes, bytes);
    else {
      const { buffer, start } = this.#map.locate(ref);
      this.#upload(buffer, start, bytes);
    }
  }

  run(program: LoadedProgram): void {
    this.#mustLive();
    const loaded = this.#programs.get(program);
    if (!loaded) throw new Error('a program runs only in the session that loaded it');
    const started = performance.now();
    this.#readBack.flush();
    this.#flushFeeds();
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    let current: GPUComputePipeline | null = null;
    for (const { pipeline, group, x, y, z } of loaded.steps) {
      if (pipeline !== current) pass.setPipeline(pipeline);
      current = pipeline;
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y, z);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    this.#counters.runs += 1;
    this.#counters.dispatches += loaded.steps.length;
    this.#counters.submissions += 1;
    this.#counters.hostMs += performance.now() - started;
    this.#stepsSinceFence += 1;
  }

  pace(): Promise<unknown> | null {
    if (this.#stepsSinceFence < FENCE_STEPS) return null;
    this.#stepsSinceFence = 0;
    this.#openFences.push(this.#gpu.device.queue.onSubmittedWorkDone().catch(() => undefined));
    return this.#openFences.length < OPEN_FENCES ? null : (this.#openFences.shift() ?? null);
  }

  async read(ref: BufferRef): Promise<TensorData> {
    this.#mustLive();
    this.#flushFeeds();
    const { buffer, start } = this.#map.locate(ref);
    const source = this.#buffers[buffer];
    if (!source) throw new Error(`no buffer ${buffer}`);
    const bytes = sizeBytes(ref.type);
    try {
      const copy = await this.#readBack.read({ buffer: source, start, bytes });
      this.#mustLive();
      return typed(ref, copy);
    } catch (error) {
      // A mapping that fails is the first to notice; the reason comes a moment later.
      await Promise.resolve();
      this.#mustLive();
      throw error;
    }
  }

  async settled(): Promise<void> {
    this.#mustLive();
    this.#readBack.flush();
    this.#flushFeeds();
    await this.#gpu.device.queue.onSubmittedWorkDone();
    this.#mustLive();
  }

  counters(): ExecutorCounters {
    return { ...this.#counters, bytesRead: this.#readBack.bytesRead };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#programs.clear();
    if (this.#gpu.loss() === null) {
      await this.#gpu.device.queue.onSubmittedWorkDone().catch(() => undefined);
    }
    this.#readBack.close();
    for (const buffer of this.#owned) buffer.destroy();
  }

  #mustLive(): void {
    const loss = this.#gpu.loss();
    if (loss !== null) throw new DeviceLostError(`The GPU was lost: ${loss}`);
    const fault = this.#gpu.takeFault();
    if (fault !== null) throw new Error(`The GPU refused a command: ${fault}`);
    if (this.#closed) throw new Error('the session is closed');
  }

  /** Shaders compile side by side; their memory is bound once and for all. */
  async #prepare(dispatches: readonly Dispatch[]): Promise<readonly Step[]> {
    const { device, pipelines } = this.#gpu;
    const scratch = { buffer: this.#buffers.length, bytes: this.#scratch?.size ?? 0 };
    const bound = dispatches.map((dispatch) => this.#map.bind(dispatch, scratch));
    const ready = await Promise.all(
      dispatches.map((dispatch, k) => {
        const windows = bound[k]?.windows.length ?? 0;
        const slots = bound[k]?.slots.map(({ window }) => window) ?? [];
        const code = assemble(dispatch, slots);
        return pipelines.get({ label: dispatch.label, code, bindings: windows });
      }),
    );
    const blocks = dispatches.map((dispatch, k) => {
      const unit = 4 * elementWords(dispatch);
      const offsets = bound[k]?.slots.map(({ offsetBytes }) => offsetBytes / unit) ?? [];
      return [...offsets, ...dispatch.words];
    });
    const starts: number[] = [];
    let total = 0;
    for (const words of blocks) {
      starts.push(total);
      total += aligned(Math.max(16, words.length * 4));
    }
    const uniform = device.createBuffer({
      label: 'words',
      size: Math.max(ALIGNMENT_BYTES, total),
      usage: USAGE.uniform | USAGE.copyDst,
    });
    this.#owned.push(uniform);
    const content = new Uint32Array(total / 4);
    blocks.forEach((words, k) => content.set(words, (starts[k] ?? 0) / 4));
    device.queue.writeBuffer(uniform, 0, content);
    return dispatches.map((dispatch, k) => {
      const words = blocks[k] ?? [];
      const pipeline = ready[k];
      if (!pipeline) throw new Error('every dispatch has its pipeline');
      const windows = bound[k]?.windows ?? [];
      const group = device.createBindGroup({
        layout: pipelines.groupLayout(windows.length),
        entries: [
          {
            binding: 0,
            resource: {
              buffer: uniform,
              offset: starts[k] ?? 0,
              size: roundUp(Math.max(16, words.length * 4), 16),
            },
          },
          ...windows.map(({ buffer, start, end }, b) => ({
            binding: b + 1,
            resource: { buffer: this.#bufferAt(buffer), offset: start, size: end - start },
          })),
        ],
      });
      const [x, y, z] = dispatch.groups;
      return { pipeline, group, x, y, z };
    });
  }

  #bufferAt(index: number): GPUBuffer {
    const buffer = this.#buffers[index] ?? this.#scratch;
    if (!buffer) throw new Error(`no buffer ${index}`);
    return buffer;
  }

  /** Programs loaded before keep the smaller one. */
  async #growScratch(bytes: number): Promise<void> {
    if (bytes <= (this.#scratch?.size ?? 0)) return;
    const [buffer] = await allocate(this.#gpu, [bytes]);
    if (!buffer) return;
    this.#scratch = buffer;
    this.#owned.push(buffer);
  }

  #upload(buffer: number, start: number, bytes: Uint8Array<ArrayBuffer>): void {
    const target = this.#bufferAt(buffer);
    const { queue } = this.#gpu.device;
    for (let from = 0; from < bytes.length; from += WRITE_BYTES) {
      const part = bytes.subarray(from, from + WRITE_BYTES);
      queue.writeBuffer(target, start + from, part);
    }
    this.#counters.bytesWritten += bytes.length;
  }

  #flushFeeds(): void {
    const change = this.#feeds.take();
    if (!change) return;
    const { buffer, start } = this.#map.locate(FEEDS);
    this.#upload(buffer, start + change.start, change.bytes);
  }
}

const FEEDS: BufferRef = { arena: 'feeds', offsetBytes: 0, type: { dtype: 'f32', shape: [] } };

async function allocate(gpu: GpuDevice, sizes: readonly number[]): Promise<readonly GPUBuffer[]> {
  const { device } = gpu;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const buffers: GPUBuffer[] = [];
  try {
    for (const size of sizes) {
      device.pushErrorScope('out-of-memory');
      device.pushErrorScope('validation');
      const buffer = device.createBuffer({
        label: 'arenas',
        size,
        usage: USAGE.storage | USAGE.copySrc | USAGE.copyDst,
      });
      buffers.push(buffer);
      const invalid = await device.popErrorScope();
      const missing = await device.popErrorScope();
      if (invalid ?? missing) throw tooLarge(total, (invalid ?? missing)?.message ?? '');
    }
    return buffers;
  } catch (error) {
    for (const buffer of buffers) buffer.destroy();
    throw error;
  }
}

function tooLarge(bytes: number, reason: string): Error {
  return inputError(
    'memory.too-large',
    `The run needs ${Math.ceil(bytes / 2 ** 20)} MiB, more than the GPU can give.`,
    { explanation: `${reason} A smaller batch or a smaller model needs less; so does the CPU.` },
  );
}

/** As the device holds them: 32-bit floats, whole words. */
function bytesOf(ref: BufferRef, data: TensorData): Uint8Array<ArrayBuffer> {
  const size = sizeBytes(ref.type);
  const count = ref.type.dtype === 'u8' ? size : size / 4;
  if (data.length !== count) {
    throw new RangeError(`${data.length} numbers written to ${count} elements`);
  }
  const stored = data instanceof Float64Array ? Float32Array.from(data) : data;
  const view = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  const shared = !(stored.buffer instanceof ArrayBuffer);
  if (view.length % 4 === 0 && !shared) return view as Uint8Array<ArrayBuffer>;
  const whole = new Uint8Array(roundUp(view.length, 4));
  whole.set(view);
  return whole;
}

function typed({ type }: BufferRef, bytes: ArrayBuffer): TensorData {
  switch (type.dtype) {
    case 'f32':
      return new Float32Array(bytes);
    case 'i32':
      return new Int32Array(bytes);
    case 'u8':
      return new Uint8Array(bytes);
    default:
      return type.dtype satisfies never;
  }
}
