/** Square matrix products, the workload G: what share of the machine a kernel reaches. */
import type { Backend } from '#engine/backends/backend.ts';
import {
  ARENAS,
  type BufferRef,
  type KernelCall,
  type MemoryLayout,
} from '#engine/compile/program.ts';
import { NO_EPILOGUE } from '#engine/ops/index.ts';
import { medianMs, type MeasureOptions } from './measure.ts';

export interface ProductResult {
  readonly size: number;
  readonly ms: number;
  readonly gflops: number;
}

export async function measureProduct(
  backend: Backend,
  size: number,
  { forMs }: MeasureOptions,
): Promise<ProductResult> {
  const bytes = size * size * 4;
  const stride = Math.ceil(bytes / 64) * 64;
  const at = (index: number): BufferRef => ({
    arena: 'work',
    offsetBytes: index * stride,
    type: { dtype: 'f32', shape: [size, size] },
  });
  const call: KernelCall = {
    kind: 'op',
    op: 'matmul',
    params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
    inputs: [at(0), at(1)],
    output: at(2),
    origin: { role: 'forward' },
  };
  const workBytes = 3 * stride;
  const empty = Object.fromEntries(ARENAS.map((arena) => [arena, 0]));
  // Every arena was just named.
  const layout = { sizeBytes: { ...empty, work: workBytes } } as unknown as MemoryLayout;
  const session = await backend.open(layout);
  try {
    const numbers = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
    session.write(at(0), numbers);
    session.write(at(1), numbers);
    const program = await session.load({ name: 'product', calls: [call], workBytes, outputs: {} });
    const ms = await medianMs(session, forMs, () => session.run(program));
    return { size, ms, gflops: (2 * size ** 3) / ms / 1e6 };
  } finally {
    await session.close();
  }
}
