/**
 * The reference backend: every op in float64 with plain loops, one thread, at once. Slow and obvious; for
 * comparison and gradient checks, not for training anything large.
 */
import type { KernelCall, MemoryLayout, Program } from '#engine/compile/program.ts';
import type { Op } from '#engine/ops/ops.ts';
import type { Backend, LoadedProgram, Session } from '../backend.ts';
import { runKernel } from './kernels.ts';
import { runFused } from './kernels/elementwise.ts';
import { Storage } from './storage.ts';

export { evaluateOp, kernels, runKernel } from './kernels.ts';
export { Tensor } from './tensor.ts';

export function createReferenceBackend(): Backend {
  return {
    name: 'reference',
    description: 'reference, float64, 1 thread',
    threads: 1,
    // async so that a failure is a rejection, as with backends that wait for a device.
    open: async (layout) => createSession(layout),
    close: async () => {},
  };
}

/** A program with its memory resolved: one function per call. */
interface ReferenceProgram extends LoadedProgram {
  readonly steps: readonly (() => void)[];
}

function createSession(layout: MemoryLayout): Session {
  const storage = new Storage(layout);
  const loaded = new WeakMap<LoadedProgram, ReferenceProgram>();
  return {
    async load(program: Program) {
      if (program.workBytes > layout.sizeBytes.work) {
        throw new RangeError(`${program.name} needs more work memory than the session has`);
      }
      const ready = { program, steps: program.calls.map((call) => resolve(call, storage)) };
      loaded.set(ready, ready);
      return ready;
    },
    write(ref, data) {
      const tensor = storage.tensor(ref);
      if (data.length !== tensor.size) {
        throw new RangeError(`${data.length} numbers written to ${tensor.size} elements`);
      }
      tensor.data.set(data);
    },
    run(program) {
      const ready = loaded.get(program);
      if (!ready) throw new Error('a program runs only in the session that loaded it');
      for (const step of ready.steps) step();
    },
    read: async (ref) => storage.tensor(ref).data.slice(),
    settled: async () => {},
    close: async () => storage.release(),
  };
}

function resolve(call: KernelCall, storage: Storage): () => void {
  const inputs = call.inputs.map((ref) => storage.tensor(ref));
  if (call.kind === 'fused') {
    const outputs = call.outputs.map(({ ref }) => storage.tensor(ref));
    return () => runFused(call, inputs, outputs);
  }
  const output = storage.tensor(call.output);
  // `op` and `params` belong together in each member of the union.
  return () => runKernel<Op>(call.op, inputs, output, call.params);
}
