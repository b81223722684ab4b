/**
 * Start-up check: a few products and an element-wise chain with every polynomial, compared with plain
 * loops in float64. A way of computing that gives wrong numbers on this machine is not used.
 * Also the short measurement by which a register tile is chosen.
 */
import {
  ARENAS,
  type BufferRef,
  type KernelCall,
  type MemoryLayout,
} from '#engine/compile/program.ts';
import { NO_EPILOGUE } from '#engine/ops/ops.ts';
import type { Target } from './kernel.ts';
import { WasmSession } from './session.ts';
import { ThreadPool } from './threadPool.ts';

const TOLERANCE = 1e-5;
/** Odd sizes: all edge tiles, a remainder of the depth, more than one depth block, few rows. */
const PRODUCTS = [
  { m: 13, n: 37, k: 19 },
  { m: 7, n: 18, k: 1031 },
  { m: 28, n: 129, k: 131 },
] as const;
const MEASURED_SIZE = 192;
/** Turns and their length when several ways are compared. */
const TURNS = 6;
const TURN_MS = 2;
/** V8 compiles hot functions in the background; running for so long lets it finish. */
const WARM_UP_MS = 25;

/** Throws when the numbers are wrong. */
export async function selfTest(target: Target): Promise<void> {
  for (const size of PRODUCTS) await checkProduct(target, size);
  await checkChain(target);
}

interface Size {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Any fixed numbers without a pattern. */
const sample = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898 + seed) * 1.5);

async function checkProduct(target: Target, { m, n, k }: Size): Promise<void> {
  const [a, b] = [sample(m * k, 1), sample(n * k, 2)];
  const expected = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += (a[i * k + p] ?? 0) * (b[j * k + p] ?? 0);
      expected[i * n + j] = sum;
    }
  const actual = await withProduct(target, { m, n, k }, async (session, refs, run) => {
    session.write(refs.a, a);
    session.write(refs.b, b);
    run();
    return session.read(refs.c);
  });
  compare(actual, expected);
}

async function checkChain(target: Target): Promise<void> {
  const x = sample(23, 3);
  const ref = (offsetBytes: number): BufferRef => ({
    arena: 'work',
    offsetBytes,
    type: { dtype: 'f32', shape: [x.length] },
  });
  const step = (index: number) => ({ kind: 'step' as const, index });
  const call: KernelCall = {
    kind: 'fused',
    shape: [x.length],
    inputs: [ref(0)],
    body: [
      { op: 'tanh', params: {}, operands: [{ kind: 'input', index: 0 }] },
      { op: 'softplus', params: {}, operands: [step(0)] },
      { op: 'gelu', params: { approximate: 'none' }, operands: [step(1)] },
      { op: 'sigmoid', params: {}, operands: [step(2)] },
    ],
    outputs: [{ ref: ref(1024), value: step(3) }],
    origin: { role: 'forward' },
  };
  const actual = await withCall(target, call, 2048, async (session, run) => {
    session.write(ref(0), x);
    run();
    return session.read(ref(1024));
  });
  const expected = Float64Array.from(x, (value) => {
    const soft = Math.log1p(Math.exp(Math.tanh(value)));
    const gelu = soft * normalCdf(soft);
    return 1 / (1 + Math.exp(-gelu));
  });
  compare(actual, expected);
}

/** By Simpson's rule: slow, and independent of what it checks. */
function normalCdf(x: number): number {
  const steps = 200;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += density((x * i) / steps) * (i % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * x) / steps / 3;
}

/** Relative to the largest number, since sums of many are only as exact as those. */
function compare(actual: ArrayLike<number>, expected: Float64Array): void {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  expected.forEach((value, i) => {
    const difference = Math.abs((actual[i] ?? NaN) - value);
    if (!(difference <= TOLERANCE * scale)) {
      throw new Error(`self-test: ${actual[i]} instead of ${value}`);
    }
  });
}

/**
 * GFLOP/s of a product that fits the caches, one thread, for each target. They take turns, so that
 * whatever else runs on the machine slows all alike; the best moment of each counts.
 */
export async function measureProducts(
  targets: readonly Target[],
  now: () => number,
): Promise<number[]> {
  const runs: (() => void)[] = [];
  const best = targets.map(() => Infinity);
  const measure = async (): Promise<void> => {
    for (const run of runs) for (const start = now(); now() - start < WARM_UP_MS;) run();
    for (let turn = 0; turn < TURNS; turn++) {
      runs.forEach((run, i) => {
        for (const start = now(); now() - start < TURN_MS;) {
          const before = now();
          run();
          best[i] = Math.min(best[i] ?? Infinity, now() - before);
        }
      });
    }
  };
  const size = { m: MEASURED_SIZE, n: MEASURED_SIZE, k: MEASURED_SIZE };
  // One session inside the other, so that all are open while measuring.
  const openFrom = async (index: number): Promise<void> => {
    const target = targets[index];
    if (!target) return measure();
    await withProduct(target, size, async (_session, _refs, run) => {
      runs.push(run);
      await openFrom(index + 1);
    });
  };
  await openFrom(0);
  return best.map((ms) => (2 * MEASURED_SIZE ** 3) / (ms * 1e6));
}

async function withProduct<T>(
  target: Target,
  { m, n, k }: Size,
  body: (
    session: WasmSession,
    refs: { readonly a: BufferRef; readonly b: BufferRef; readonly c: BufferRef },
    run: () => void,
  ) => Promise<T>,
): Promise<T> {
  let used = 0;
  const place = (shape: readonly number[]): BufferRef => {
    const ref: BufferRef = { arena: 'work', offsetBytes: used, type: { dtype: 'f32', shape } };
    used += Math.ceil(shape.reduce((x, y) => x * y, 4) / 64) * 64;
    return ref;
  };
  const refs = { a: place([m, k]), b: place([n, k]), c: place([m, n]) };
  const call: KernelCall = {
    kind: 'op',
    op: 'matmul',
    params: { transposeA: false, transposeB: true, epilogue: NO_EPILOGUE },
    inputs: [refs.a, refs.b],
    output: refs.c,
    origin: { role: 'forward' },
  };
  return withCall(target, call, used, (session, run) => body(session, refs, run));
}

async function withCall<T>(
  target: Target,
  call: KernelCall,
  workBytes: number,
  body: (session: WasmSession, run: () => void) => Promise<T>,
): Promise<T> {
  const sizes = Object.fromEntries(ARENAS.map((arena) => [arena, 0]));
  // Every arena was just named.
  const layout = { sizeBytes: { ...sizes, work: workBytes } } as unknown as MemoryLayout;
  const session = new WasmSession(layout, { ...target, threads: 1 }, ThreadPool.alone());
  try {
    const program = { name: 'self-test', calls: [call], workBytes, outputs: {} };
    const loaded = await session.load(program);
    return await body(session, () => session.run(loaded));
  } finally {
    await session.close();
  }
}
