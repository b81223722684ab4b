/**
 * One run's memory and programs: a shared WebAssembly.Memory that holds the control words, all arenas and
 * behind them what the kernels of the loaded programs need. A step runs on the calling thread and returns
 * when all threads have done their share.
 */
import {
  ARENAS,
  type Arena,
  type BufferRef,
  type MemoryLayout,
  type Program,
} from '#engine/compile/program.ts';
import { ADDRESSABLE_BYTES } from '#engine/ir/limits.ts';
import { inputError } from '#engine/ir/problem.ts';
import { elementCount, sizeBytes } from '#engine/ir/tensor.ts';
import type { LoadedProgram, Session, TensorData } from '../backend.ts';
import { roundUp } from '../rounding.ts';
import { compileProgram, measure } from './compileProgram.ts';
import { CONTROL, CONTROL_BYTES, PAGE_BYTES, wordIndex } from './control.ts';
import type { Target } from './kernel.ts';
import type { ThreadPool } from './threadPool.ts';
import { instantiate } from './worker.ts';

const ALIGNMENT = 128;
/** Kernels read whole vectors, and so a little past the last tensor. */
const SLACK_BYTES = PAGE_BYTES;

interface WasmProgram extends LoadedProgram {
  readonly number: number;
  readonly step: (thread: number) => void;
}

/** Numbers of programs are told to threads that serve several sessions. */
let nextProgramNumber = 0;

export class WasmSession implements Session {
  readonly #target: Target;
  readonly #pool: ThreadPool;
  readonly #memory: WebAssembly.Memory;
  readonly #arenas: Readonly<Record<Arena, number>>;
  readonly #programs = new Map<LoadedProgram, WasmProgram>();
  /** First byte that nothing uses yet. */
  #top: number;
  #scratch = { address: 0, bytes: 0 };
  #closed = false;

  constructor(layout: MemoryLayout, target: Target, pool: ThreadPool) {
    this.#target = target;
    this.#pool = pool;
    let top = CONTROL_BYTES;
    const place = (arena: Arena): number => {
      const address = top;
      top += roundUp(layout.sizeBytes[arena], ALIGNMENT);
      return address;
    };
    this.#arenas = Object.fromEntries(ARENAS.map((arena) => [arena, place(arena)])) as Record<
      Arena,
      number
    >;
    this.#top = top;
    this.#memory = allocate(top);
  }

  load(program: Program): Promise<LoadedProgram> {
    return this.#load(program);
  }

  async loadKernels(program: Program): Promise<readonly LoadedProgram[]> {
    const { kernels = [] } = await this.#load(program);
    const loaded: LoadedProgram[] = [];
    for (const index of kernels.keys()) loaded.push(await this.#load(program, index));
    return loaded;
  }

  async #load(program: Program, only?: number): Promise<LoadedProgram> {
    const needs = measure(program, this.#target);
    const tables = this.#take(needs.tableBytes);
    // Programs run one at a time, so one stretch of scratch memory serves all that fit into it.
    if (needs.scratchBytes > this.#scratch.bytes) {
      this.#scratch = { address: this.#take(needs.scratchBytes), bytes: needs.scratchBytes };
    }
    const placement = {
      ...{ address: (ref: BufferRef) => this.#address(ref), tables },
      scratch: this.#scratch.address,
    };
    const compiled = compileProgram(program, this.#target, placement, only);
    for (const { address, values } of compiled.tables) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      new Uint8Array(this.#memory.buffer, address, bytes.length).set(bytes);
    }
    const module = new WebAssembly.Module(compiled.bytes);
    const number = nextProgramNumber++;
    await this.#pool.broadcast({ kind: 'load', program: number, module, memory: this.#memory });
    const { kernels } = compiled;
    const loaded = { program, kernels, number, step: instantiate(module, this.#memory) };
    this.#programs.set(loaded, loaded);
    return loaded;
  }

  write(ref: BufferRef, data: TensorData): void {
    const view = this.#view(ref);
    if (data.length !== view.length) {
      throw new RangeError(`${data.length} numbers written to ${view.length} elements`);
    }
    view.set(data);
  }

  bytesOf(ref: BufferRef): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.#view(ref);
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  run(program: LoadedProgram): void {
    const loaded = this.#programs.get(program);
    if (!loaded || this.#closed)
      throw new Error('a program runs only in the session that loaded it');
    this.#pool.beginStep(loaded.number);
    try {
      loaded.step(0);
    } catch (error) {
      const failed = new Int32Array(this.#memory.buffer);
      Atomics.store(failed, wordIndex(CONTROL.failed), 1);
      throw new Error(
        `Program ${program.program.name} failed in the CPU engine: ${String(error)}`,
        {
          cause: error,
        },
      );
    }
  }

  async read(ref: BufferRef): Promise<TensorData> {
    // A copy, out of shared memory, so that later steps do not change it.
    return this.#view(ref).slice();
  }

  async settled(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const programs = [...this.#programs.values()].map(({ number }) => number);
    this.#programs.clear();
    // A pool that has failed or was stopped has forgotten already.
    await this.#pool.broadcast({ kind: 'forget', programs }).catch(() => {});
  }

  #address(ref: BufferRef): number {
    return this.#arenas[ref.arena] + ref.offsetBytes;
  }

  #view(ref: BufferRef): Float32Array | Int32Array | Uint8Array {
    const address = this.#address(ref);
    const count = elementCount(ref.type.shape);
    const { buffer } = this.#memory;
    switch (ref.type.dtype) {
      case 'f32':
        return new Float32Array(buffer, address, count);
      case 'i32':
        return new Int32Array(buffer, address, count);
      case 'u8':
        return new Uint8Array(buffer, address, sizeBytes(ref.type));
      default:
        return ref.type.dtype satisfies never;
    }
  }

  /** Memory behind everything in use; zero-filled, never given back before the session is. */
  #take(bytes: number): number {
    const address = this.#top;
    this.#top += roundUp(bytes, ALIGNMENT);
    const missing = this.#top + SLACK_BYTES - this.#memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      } catch {
        throw tooLarge(this.#top);
      }
    }
    return address;
  }
}

function allocate(bytes: number): WebAssembly.Memory {
  if (bytes + SLACK_BYTES > ADDRESSABLE_BYTES) throw tooLarge(bytes);
  try {
    return new WebAssembly.Memory({
      initial: Math.ceil((bytes + SLACK_BYTES) / PAGE_BYTES),
      maximum: ADDRESSABLE_BYTES / PAGE_BYTES,
      shared: true,
    });
  } catch {
    throw tooLarge(bytes);
  }
}

function tooLarge(bytes: number): Error {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return inputError(
    'memory.too-large',
    `The run needs ${mebibytes} MiB, more than the CPU engine can allocate.`,
    {
      explanation:
        'It addresses at most 4096 MiB. A smaller batch, a smaller model or less resident data needs less.',
    },
  );
}
