/**
 * Program to WebAssembly module: one function per phase of every kernel, and `step(thread)`, which calls
 * them in order. All sizes and addresses are constants. A barrier stands only where a phase touches memory
 * that another thread may have touched since the last one.
 * Not the kernels themselves (kernels/), not memory (session.ts).
 */
import type { BufferRef, KernelCall, Program } from '#engine/compile/program.ts';
import { sizeBytes } from '#engine/ir/tensor.ts';
import { roundUp } from '../rounding.ts';
import { type FunctionHandle, ModuleBuilder } from '#engine/assembler/assembler.ts';
import { barrierFunction } from './barrier.ts';
import { i32 } from '#engine/assembler/instructions.ts';
import type { KernelContext, Phase, Range, Target } from './kernel.ts';
import { outputsOf } from '../callPlaces.ts';
import type { JoinedCalls } from './kernels/joinedCalls.ts';
import { joinCalls } from './kernels/joins.ts';

/** Threads write to scratch side by side: keep them on different cache lines (and prefetch pairs). */
const ALIGNMENT = 128;
/** Of an address space of 4 GiB. */
const MAXIMUM_PAGES = 65536;

export interface Placement {
  address(ref: BufferRef): number;
  /** Where tables and scratch memory go; sizes as `measure` told. */
  readonly tables: number;
  readonly scratch: number;
  /** False: of one thread alone. */
  readonly isShared?: boolean;
}

export interface Needs {
  readonly tableBytes: number;
  readonly scratchBytes: number;
}

export interface CompiledProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly tables: readonly {
    readonly address: number;
    readonly values: Int32Array | Float32Array;
  }[];
  /** The calls of each kernel, in the order in which they run. */
  readonly kernels: readonly (readonly KernelCall[])[];
}

/** What a program needs beside its arenas. */
export function measure(program: Program, target: Target): Needs {
  const plan = new Plan(target, { address: () => 0, tables: 0, scratch: 0 });
  joinCalls(program.calls).forEach((joined) => plan.add(joined));
  return { tableBytes: plan.tableBytes, scratchBytes: plan.scratchBytes };
}

/** `only`: the kernel with that number alone, as it is among the others. */
export function compileProgram(
  program: Program,
  target: Target,
  placement: Placement,
  only?: number,
): CompiledProgram {
  const plan = new Plan(target, placement);
  const all = joinCalls(program.calls);
  const joined = only === undefined ? all : all.slice(only, only + 1);
  joined.forEach((each) => plan.add(each));
  return { bytes: plan.emit(), tables: plan.tables, kernels: joined.map(({ calls }) => calls) };
}

/** A phase and the memory its call touches. */
interface PlannedPhase {
  readonly phase: Phase;
  readonly reads: readonly Range[];
  readonly writes: readonly Range[];
  /** Later phases of a kernel read what earlier ones prepared. */
  readonly continues: boolean;
}

class Plan {
  readonly #target: Target;
  readonly #placement: Placement;
  readonly #module: ModuleBuilder;
  readonly #phases: PlannedPhase[] = [];
  readonly tables: { address: number; values: Int32Array | Float32Array }[] = [];
  tableBytes = 0;
  scratchBytes = 0;

  constructor(target: Target, placement: Placement) {
    this.#target = target;
    this.#placement = placement;
    const { isShared = true } = placement;
    this.#module = new ModuleBuilder({
      memory: { initialPages: 1, maximumPages: MAXIMUM_PAGES, isShared },
    });
  }

  add(joined: JoinedCalls): void {
    let used = 0;
    const scratch = (bytes: number): number => {
      const address = this.#placement.scratch + used;
      used += roundUp(bytes, ALIGNMENT);
      return address;
    };
    const context: KernelContext = {
      module: this.#module,
      target: this.#target,
      address: (ref) => this.#placement.address(ref),
      scratch,
      scratchPerThread: (bytes) => {
        const size = roundUp(bytes, ALIGNMENT);
        const first = scratch(size * this.#target.threads);
        return { address: (thread) => i32.add(i32.mul(thread, size), first) };
      },
      table: (values) => {
        const address = this.#placement.tables + this.tableBytes;
        this.tables.push({ address, values });
        this.tableBytes += roundUp(values.byteLength, ALIGNMENT);
        return address;
      },
    };
    const phases = joined.plan(context);
    this.scratchBytes = Math.max(this.scratchBytes, used);
    const range = (ref: BufferRef): Range => ({
      address: this.#placement.address(ref),
      bytes: sizeBytes(ref.type),
    });
    const writes = joined.calls.flatMap(outputsOf).map(range);
    if (used > 0) writes.push({ address: this.#placement.scratch, bytes: used });
    const inputs = joined.calls.flatMap((call) => call.inputs);
    const reads = [...inputs, ...(joined.alsoReads ?? [])].map(range);
    // The one op that writes to an input.
    for (const call of joined.calls) {
      if (call.kind === 'op' && call.op === 'assign') {
        writes.push(...call.inputs.slice(0, 1).map(range));
      }
    }
    phases.forEach((phase, i) => this.#phases.push({ phase, reads, writes, continues: i > 0 }));
  }

  emit(): Uint8Array<ArrayBuffer> {
    const module = this.#module;
    const handles = this.#phases.map(({ phase }) =>
      module.function(null, ['i32'], null, (f, [thread]) => phase.emit(f, thread)),
    );
    const { threads } = this.#target;
    module.function('step', ['i32'], null, (f, [thread]) => {
      const barrier = (): void => {
        if (threads > 1) f.call(barrierFunction(module, threads), []);
      };
      const pending = new PendingAccesses();
      let solo: FunctionHandle[] = [];
      const flushSolo = (): void => {
        const calls = solo;
        solo = [];
        if (calls.length === 0) return;
        f.if(i32.eqz(thread), () => calls.forEach((call) => f.call(call, [i32.const(0)])));
      };
      this.#phases.forEach((planned, i) => {
        const handle = handles[i];
        if (!handle) throw new Error('every phase has its function');
        if (pending.conflict(planned)) {
          flushSolo();
          barrier();
          pending.clear();
        }
        pending.add(planned);
        if (planned.phase.solo) solo.push(handle);
        else {
          flushSolo();
          f.call(handle, [thread]);
        }
      });
      flushSolo();
      // The step is over for the caller when it is over for all.
      barrier();
    });
    return module.bytes();
  }
}

/** Memory touched since the last barrier. */
class PendingAccesses {
  #phases: PlannedPhase[] = [];

  conflict(next: PlannedPhase): boolean {
    return this.#phases.some((earlier) => {
      // One thread alone runs both, in order.
      if (earlier.phase.solo && next.phase.solo) return false;
      return (
        next.continues ||
        overlaps(earlier.writes, next.reads) ||
        overlaps(earlier.writes, next.writes) ||
        overlaps(earlier.reads, next.writes)
      );
    });
  }

  add(phase: PlannedPhase): void {
    this.#phases.push(phase);
  }

  clear(): void {
    this.#phases = [];
  }
}

function overlaps(some: readonly Range[], others: readonly Range[]): boolean {
  return some.some((a) =>
    others.some((b) => a.address < b.address + b.bytes && b.address < a.address + a.bytes),
  );
}
