/**
 * What only the CPU backend has: threads that meet at barriers, sleep when idle, end when asked and are
 * missed when they die; memory that several programs share.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Backend, Session } from '#engine/backends/backend.ts';
import { createWasmBackend } from '#engine/backends/wasm/index.ts';
import type { Target } from '#engine/backends/wasm/kernel.ts';
import { selfTest } from '#engine/backends/wasm/selfTest.ts';
import { WasmSession } from '#engine/backends/wasm/session.ts';
import { chooseTarget } from '#engine/backends/wasm/target.ts';
import { ThreadPool } from '#engine/backends/wasm/threadPool.ts';
import {
  ARENAS,
  type BufferRef,
  type FusedCall,
  type KernelCall,
  type MemoryLayout,
  type Program,
} from '#engine/compile/program.ts';
import { NO_EPILOGUE } from '#engine/ops/index.ts';
import { type TestPlatform, nodePlatform } from '../support/nodePlatform.ts';

const open: Backend[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.close()));
});

async function start(threads: number): Promise<{ backend: Backend; platform: TestPlatform }> {
  const platform = nodePlatform();
  const backend = await createWasmBackend(platform, { threads });
  open.push(backend);
  return { backend, platform };
}

const layoutOf = (workBytes: number): MemoryLayout => ({
  sizeBytes: {
    ...(Object.fromEntries(ARENAS.map((arena) => [arena, 0])) as MemoryLayout['sizeBytes']),
    work: workBytes,
  },
});
const place = (offsetBytes: number, shape: readonly number[]): BufferRef => ({
  arena: 'work',
  offsetBytes,
  type: { dtype: 'f32', shape },
});
const origin = { role: 'forward' } as const;
const programOf = (calls: readonly KernelCall[]): Program => ({
  name: 'test',
  calls,
  workBytes: 0,
  outputs: {},
});
const matmul = (a: BufferRef, b: BufferRef, output: BufferRef): KernelCall => ({
  kind: 'op',
  op: 'matmul',
  params: { transposeA: false, transposeB: false, epilogue: NO_EPILOGUE },
  inputs: [a, b],
  output,
  origin,
});
/** `x = scale * x + 1`, in place. */
const inPlace = (x: BufferRef, scale: number): FusedCall => ({
  kind: 'fused',
  shape: x.type.shape,
  inputs: [x],
  body: [{ op: 'affine', params: { scale, shift: 1 }, operands: [{ kind: 'input', index: 0 }] }],
  outputs: [{ ref: x, value: { kind: 'step', index: 0 } }],
  origin,
});

describe('threads', () => {
  it('agree over many steps of kernels that depend on each other', async () => {
    const size = 96;
    const bytes = size * size * 4;
    const [x, w, y] = [0, 1, 2].map((i) => place(i * bytes, [size, size])) as [
      BufferRef,
      BufferRef,
      BufferRef,
    ];
    const calls = [matmul(x, w, y), inPlace(y, 0.5), matmul(y, w, x), inPlace(x, 0.25)];
    const results = [];
    for (const threads of [1, 2, 3]) {
      const { backend } = await start(threads);
      const session = await backend.open(layoutOf(3 * bytes));
      const program = await session.load(programOf(calls));
      session.write(
        x,
        Float32Array.from({ length: size * size }, (_, i) => Math.sin(i)),
      );
      session.write(
        w,
        Float32Array.from({ length: size * size }, (_, i) => Math.cos(i * i) / size),
      );
      for (let step = 0; step < 300; step++) session.run(program);
      results.push(await session.read(x));
      await session.close();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('burn nothing while idle', async () => {
    const { backend } = await start(3);
    const session = await backend.open(layoutOf(65536));
    const program = await session.load(programOf([inPlace(place(0, [16384]), 0.5)]));
    session.run(program);
    // oxlint-disable-next-line netloom/fixed-wait -- Idling is what is looked at, by processor time.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = process.cpuUsage();
    // oxlint-disable-next-line netloom/fixed-wait -- As above.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const used = process.cpuUsage(before);
    // Two spinning workers would use 800 ms; the test runner itself uses a little.
    expect((used.user + used.system) / 1000).toBeLessThan(120);
    await session.close();
  });

  it('serve several sessions in turn', async () => {
    const { backend } = await start(2);
    const x = place(0, [8192]);
    const sessions: { session: Session; step: () => void }[] = [];
    for (const scale of [0, 1]) {
      const session = await backend.open(layoutOf(32768));
      const program = await session.load(programOf([inPlace(x, scale)]));
      sessions.push({ session, step: () => session.run(program) });
    }
    for (let i = 0; i < 20; i++) for (const { step } of sessions) step();
    const firsts = await Promise.all(
      sessions.map(async ({ session }) => (await session.read(x))[8191]),
    );
    expect(firsts).toEqual([1, 20]);
    await Promise.all(sessions.map(({ session }) => session.close()));
  });

  it('end when the backend closes', async () => {
    const { backend, platform } = await start(3);
    expect(platform.liveThreads.size).toBe(2);
    await backend.close();
    expect(platform.liveThreads.size).toBe(0);
  });

  it('are missed when they die', async () => {
    const { backend, platform } = await start(2);
    const session = await backend.open(layoutOf(65536));
    const program = await session.load(programOf([inPlace(place(0, [16384]), 0.5)]));
    session.run(program);
    await Promise.all([...platform.liveThreads].map((worker) => worker.terminate()));
    expect(() => session.run(program)).toThrow(/thread/);
    await expect(session.load(programOf([]))).rejects.toThrow(/thread/);
  });

  it('fail together when one of them does', async () => {
    const { backend } = await start(2);
    const session = await backend.open(layoutOf(2 * 65536));
    const [data, index, rows] = [
      place(0, [8, 512]),
      place(65536, [64]),
      place(65536 + 256, [64, 512]),
    ];
    const indices = { ...index, type: { dtype: 'i32' as const, shape: [64] } };
    const program = await session.load(
      programOf([
        { kind: 'op', op: 'gatherRows', params: {}, inputs: [data, indices], output: rows, origin },
        inPlace(rows, 1),
      ]),
    );
    // The last row, and so the second thread's share, is not there.
    session.write(
      indices,
      Int32Array.from({ length: 64 }, (_, i) => (i === 63 ? 8 : 0)),
    );
    expect(() => session.run(program)).toThrow(/failed in the CPU engine/);
  });
});

describe('memory', () => {
  it('keeps programs apart that share scratch memory and constants', async () => {
    const { backend } = await start(2);
    const [a, b, c] = [place(0, [64, 96]), place(65536, [96, 128]), place(131072, [64, 128])];
    const session = await backend.open(layoutOf(4 * 65536));
    session.write(a, new Float32Array(64 * 96).fill(1));
    session.write(b, new Float32Array(96 * 128).fill(0.5));
    const small = await session.load(
      programOf([matmul(place(0, [8, 96]), b, place(131072, [8, 128]))]),
    );
    const large = await session.load(programOf([matmul(a, b, c)]));
    for (const program of [small, large, small, large]) session.run(program);
    expect(await session.read(c)).toEqual(new Float32Array(64 * 128).fill(48));
    await session.close();
  });

  it('starts zero-filled and is read as a copy', async () => {
    const { backend } = await start(1);
    const x = place(64, [5]);
    const session = await backend.open(layoutOf(128));
    const before = await session.read(x);
    session.write(x, Float32Array.of(1, 2, 3, 4, 5));
    expect(before).toEqual(new Float32Array(5));
    expect(await session.read(x)).toEqual(Float32Array.of(1, 2, 3, 4, 5));
    expect(() => session.write(x, new Float32Array(4))).toThrow(RangeError);
    await session.close();
  });

  it('refuses more than can be addressed', async () => {
    const { backend } = await start(1);
    await expect(backend.open(layoutOf(5 * 2 ** 30))).rejects.toMatchObject({
      name: 'InputError',
      code: 'memory.too-large',
    });
  });

  it('runs a program only where it was loaded', async () => {
    const { backend } = await start(1);
    const [one, other] = [await backend.open(layoutOf(64)), await backend.open(layoutOf(64))];
    const program = await one.load(programOf([]));
    expect(() => other.run(program)).toThrow(/session that loaded it/);
    await one.close();
    expect(() => one.run(program)).toThrow(/session that loaded it/);
    await other.close();
  });
});

describe('a thread that ends within a step', () => {
  it('is missed within seconds', { timeout: 30_000 }, async () => {
    // Two threads by plan, of which one never comes.
    const target = { threads: 2, relaxed: false, tile: { rows: 4, columns: 8 } };
    const session = new WasmSession(layoutOf(65536), target, ThreadPool.alone());
    const program = await session.load(programOf([inPlace(place(0, [16384]), 0.5)]));
    const started = performance.now();
    const before = process.cpuUsage();
    expect(() => session.run(program)).toThrow(/failed in the CPU engine/);
    // oxlint-disable-next-line netloom/fixed-wait -- It sleeps for most of it, whoever else computes.
    expect(performance.now() - started).toBeLessThan(15_000);
    // It sleeps meanwhile.
    const used = process.cpuUsage(before);
    expect((used.user + used.system) / 1000).toBeLessThan(2_000);
  });
});

describe('the choice of kernels', () => {
  it.each([
    { relaxed: false, tile: { rows: 4, columns: 8 } },
    { relaxed: true, tile: { rows: 6, columns: 8 } },
    { relaxed: true, tile: { rows: 6, columns: 16 } },
  ])('passes its self-test: %j', async (way) => {
    await expect(selfTest({ threads: 1, ...way })).resolves.toBeUndefined();
  });

  /** Fails the ways for which `refuse` is true. */
  const choose = async (refuse: (target: Target) => boolean) => {
    const platform = nodePlatform();
    const chosen = await chooseTarget(platform, 1, async (target) => {
      if (refuse(target)) throw new Error('wrong numbers');
      await selfTest(target);
    });
    const warnings = platform.logged.filter(({ level }) => level === 'warning');
    return { chosen, warnings: warnings.map(({ message }) => message) };
  };

  it('falls back to narrow tiles where wide ones are wrong', async () => {
    const { chosen, warnings } = await choose(({ tile }) => tile.columns === 16);
    expect(chosen.description).toContain('relaxed SIMD, self-test passed');
    expect(chosen.target).toMatchObject({ relaxed: true, tile: { columns: 8 } });
    expect(warnings).toEqual([
      'CPU engine: relaxed SIMD in pairs is not used: Error: wrong numbers',
    ]);
  });

  it('falls back to plain SIMD where relaxed is wrong', async () => {
    const { chosen, warnings } = await choose(({ relaxed }) => relaxed);
    expect(chosen.description).toContain('plain SIMD, self-test passed');
    expect(chosen.target).toMatchObject({ relaxed: false, tile: { columns: 8 } });
    expect(warnings).toHaveLength(2);
  });

  it('is refused where everything is wrong', async () => {
    await expect(choose(() => true)).rejects.toThrow(/fails its self-test/);
  });

  it('is described, and works without V8 flags', async () => {
    const platform = nodePlatform({ v8Flags: false });
    const backend = await createWasmBackend(platform, { threads: 1 });
    open.push(backend);
    expect(backend.description).toMatch(/^wasm, 1 thread, relaxed SIMD, self-test passed/);
  });
});
