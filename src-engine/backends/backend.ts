/**
 * What an executor of Programs offers. Narrow on purpose: reference, null, wasm and webgpu differ only
 * behind this. A session owns the memory of one run.
 */
import type {
  BufferRef,
  CanStoreAsFloat16,
  KernelCall,
  MemoryLayout,
  Program,
} from '../compile/program.ts';

export type BackendName = 'reference' | 'null' | 'wasm' | 'webgpu';

export interface Backend {
  readonly name: BackendName;
  /** For logs and the status bar: `wasm, 2 threads, relaxed SIMD, self-test passed`. */
  readonly description: string;
  readonly threads: number;
  /** Which results it can keep as 16-bit floats; absent where it keeps none. Asked at compile time too. */
  readonly canStoreAsFloat16?: CanStoreAsFloat16;
  /** Allocates every arena, zero-filled. Throws InputError `memory.too-large` when it cannot. */
  open(layout: MemoryLayout): Promise<Session>;
  /** Ends threads and devices. Sessions must be closed before. */
  close(): Promise<void>;
}

export interface Session {
  /** Compiles a program for this session's memory. */
  load(program: Program): Promise<LoadedProgram>;
  /** Its kernels, each by itself, but as it is among the others: to be timed. Absent where calls are kernels. */
  loadKernels?(program: Program): Promise<readonly LoadedProgram[]>;
  /** Copies into an arena; done before any `run` called later starts. */
  write(ref: BufferRef, data: TensorData): void;
  /**
   * The memory of a tensor itself, as bytes of its type: what is put there is what later runs find. Absent where it
   * is not the host's, or where `run` may return before the work is done.
   */
  bytesOf?(ref: BufferRef): Uint8Array;
  /** Runs one step. May return before the work is done; `read` and later runs wait for it. */
  run(program: LoadedProgram): void;
  /**
   * Where runs queue up: null when another may be called now, else a promise to wait for first. Asked
   * before each run of a long series; one that never asks only fills the queue. Absent where `run`
   * returns when the work is done.
   */
  pace?(): Promise<unknown> | null;
  /**
   * A copy of a tensor as it is after all runs called so far, whatever is called before it is there.
   * Reads asked for together (`Promise.all`) travel together: on a device that is one round trip.
   * Reference answers Float64Array.
   */
  read(ref: BufferRef): Promise<TensorData>;
  /** Resolves when all runs called so far are done. */
  settled(): Promise<void>;
  /** What the host did so far, where that is worth counting. */
  counters?(): ExecutorCounters;
  close(): Promise<void>;
}

/** Of a session on a device of its own, since it was opened. */
export interface ExecutorCounters {
  readonly runs: number;
  readonly dispatches: number;
  readonly submissions: number;
  readonly bytesWritten: number;
  readonly bytesRead: number;
  /** Time in `run`: encoding and submitting. */
  readonly hostMs: number;
}

/**
 * The device of a session went away (driver reset, window gone) and what it held with it. Any method of
 * the session may throw it; the run can go on elsewhere from its last checkpoint.
 */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
  readonly code = 'device.lost';
}

/** Opaque: belongs to the session that loaded it. */
export interface LoadedProgram {
  readonly program: Program;
  /** Its calls as they run: those together that one kernel does. Absent where that is not known here. */
  readonly kernels?: readonly (readonly KernelCall[])[];
}

export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;
