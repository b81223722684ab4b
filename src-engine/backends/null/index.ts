/**
 * The null backend: accepts every program, runs nothing, allocates nothing, reads as zeros. For tests of
 * what happens around execution (compiler, run loop, protocol), where numbers do not matter.
 */
import { elementCount } from '#engine/ir/tensor.ts';
import type { Backend, Session, TensorData } from '../backend.ts';
import type { BufferRef } from '#engine/compile/program.ts';

export function createNullBackend(): Backend {
  return {
    name: 'null',
    description: 'null, computes nothing',
    threads: 1,
    open: async () => session,
    close: async () => {},
  };
}

/** Holds nothing, so one serves all. */
const session: Session = {
  load: async (program) => ({ program }),
  write: () => {},
  run: () => {},
  read: async (ref) => zeros(ref),
  settled: async () => {},
  close: async () => {},
};

function zeros({ type }: BufferRef): TensorData {
  const count = elementCount(type.shape);
  switch (type.dtype) {
    case 'f32':
      return new Float32Array(count);
    case 'i32':
      return new Int32Array(count);
    case 'u8':
      return new Uint8Array(count);
    default:
      return type.dtype satisfies never;
  }
}
