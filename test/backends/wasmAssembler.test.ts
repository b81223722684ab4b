/** The assembler: what is written runs, in a real module over a real shared memory. */
import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '#engine/assembler/assembler.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import {
  f32,
  f32x4,
  f64,
  i16x8,
  i32,
  i32x4,
  i8x16,
  leb,
  memory as bulk,
  unreachable,
  v128,
} from '#engine/assembler/instructions.ts';

const PAGE = { initialPages: 1, maximumPages: 4 };

function build(
  write: (f: FunctionBuilder, args: readonly [Local<'i32'>, Local<'i32'>]) => void,
  result: 'i32' | null = 'i32',
) {
  const module = new ModuleBuilder({ memory: PAGE });
  module.function('run', ['i32', 'i32'], result, write);
  return instantiate(module);
}

function instantiate(module: ModuleBuilder) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), {
    env: { memory },
  });
  const run = instance.exports['run'] as (a: number, b: number) => number;
  return {
    run,
    memory,
    floats: new Float32Array(memory.buffer),
    ints: new Int32Array(memory.buffer),
  };
}

describe('LEB128', () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [624485, [0xe5, 0x8e, 0x26]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('writes %d unsigned', (value, bytes) => expect(leb.unsigned(value)).toEqual(bytes));

  it.each([
    [0, [0]],
    [63, [0x3f]],
    [64, [0xc0, 0]],
    [-1, [0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
  ])('writes %d signed', (value, bytes) => expect(leb.signed(value)).toEqual(bytes));

  it('writes 64-bit numbers', () => {
    expect(leb.signed64(-1n)).toEqual([0x7f]);
    expect(leb.signed64(500_000_000n)).toEqual([0x80, 0xca, 0xb5, 0xee, 0x01]);
  });
});

describe('functions', () => {
  it('sums in a loop and reads parameters', () => {
    const { run } = build((f, [from, to]) => {
      const sum = f.local('i32', 0);
      f.for(from, to, 1, (i) => f.increment(sum, i));
      f.return(sum);
    });
    expect(run(3, 7)).toBe(3 + 4 + 5 + 6);
    expect(run(7, 7)).toBe(0);
    expect(run(8, 7)).toBe(0);
  });

  it('runs loops with known bounds as often as they say', () => {
    const rounds = (from: number, to: number, step: number): number => {
      const { run } = build((f) => {
        const count = f.local('i32', 0);
        f.for(from, to, step, () => f.increment(count, 1));
        f.return(count);
      });
      return run(0, 0);
    };
    expect([rounds(0, 0, 1), rounds(0, 1, 4), rounds(0, 9, 4), rounds(5, 3, 1)]).toEqual([
      0, 1, 3, 0,
    ]);
  });

  it('treats addresses above 2 GiB as unsigned', () => {
    const { run } = build((f, [from, to]) => {
      const count = f.local('i32', 0);
      f.for(from, to, 16, () => f.increment(count, 1));
      f.return(count);
    });
    expect(run(0x7ffffff0, 0x80000020 | 0)).toBe(3);
  });

  it('branches out of blocks and chooses between arms', () => {
    const { run } = build((f, [a, b]) => {
      const answer = f.local('i32', 1);
      f.block((done) => {
        f.branchIf(done, i32.eq(a, b));
        f.if(
          i32.ltS(a, b),
          () => f.set(answer, i32.const(2)),
          () => f.set(answer, i32.const(3)),
        );
      });
      f.return(answer);
    });
    expect([run(5, 5), run(-1, 5), run(9, 5)]).toEqual([1, 2, 3]);
  });

  it('calls functions, and writes a shared one once', () => {
    const module = new ModuleBuilder({ memory: PAGE });
    const store = () =>
      module.shared('store', () =>
        module.function(null, ['i32'], null, (f, [value]) => f.run(i32.store(64, value))),
      );
    module.function('run', ['i32', 'i32'], 'i32', (f, [a]) => {
      f.call(store(), [a]);
      f.call(store(), [i32.add(a, 1)]);
      f.return(i32.load(64));
    });
    expect(module.functionCount).toBe(2);
    expect(instantiate(module).run(41, 0)).toBe(42);
  });

  it('refuses a call with the wrong arguments', () => {
    const module = new ModuleBuilder({ memory: PAGE });
    const takesFloat = module.function(null, ['f32'], null, () => {});
    expect(() => module.function(null, ['i32'], null, (f, [a]) => f.call(takesFloat, [a]))).toThrow(
      /\(f32\) was called with \(i32\)/,
    );
  });

  it('traps where it is told to', () => {
    const { run } = build((f) => f.run(unreachable), null);
    expect(() => run(0, 0)).toThrow(WebAssembly.RuntimeError);
  });
});

describe('instructions', () => {
  it('computes with constants while assembling', () => {
    expect(i32.add(i32.mul(6, 7), 0).constant).toBe(42);
    expect(i32.divU(-1, 2).constant).toBe(0x7fffffff);
    expect(i32.ltU(-1, 1).constant).toBe(0);
    expect(i32.mul(0x10001, 0x10001).constant).toBe(Math.imul(0x10001, 0x10001));
  });

  it('loads, adds and stores vectors, lanes and splats', () => {
    const { run, floats } = build((f) => {
      const x = f.local('v128', v128.load(0));
      const y = f.local('v128', v128.load32Splat(0, 4));
      f.run(v128.store(64, f32x4.add(x, y)));
      f.run(v128.store32Lane(96, x, 3));
      f.run(v128.store64Lane(100, v128.load32Lane(0, x, 1, 12), 0));
      f.run(v128.store(128, v128.shuffle32(x, y, [3, 4, 0, 2])));
      f.return(i32.const(0));
    });
    floats.set([1, 2, 3, 4]);
    run(0, 0);
    expect([...floats.subarray(16, 20)]).toEqual([3, 4, 5, 6]);
    expect([...floats.subarray(24, 27)]).toEqual([4, 1, 4]);
    expect([...floats.subarray(32, 36)]).toEqual([4, 2, 1, 3]);
  });

  it('multiplies and adds in one', () => {
    const { run, floats } = build((f) => {
      const x = v128.load(0);
      f.run(v128.store(16, f32x4.relaxedMadd(x, x, f32x4.const(1))));
      f.return(i32.const(0));
    });
    floats.set([1, 2, 3, -4]);
    run(0, 0);
    expect([...floats.subarray(4, 8)]).toEqual([2, 5, 10, 17]);
  });

  it('multiplies 32 by 32 bits without a sign', () => {
    const { run, memory } = build((f) => {
      f.run(v128.store(0, i32x4.wideMulHighU(v128.constI32(0, 0, -1, 7), i32x4.const(-1))));
      f.return(i32.const(0));
    });
    run(0, 0);
    const wanted = [0xffffffffn * 0xffffffffn, 7n * 0xffffffffn];
    expect([...new BigUint64Array(memory.buffer, 0, 2)]).toEqual(wanted);
  });

  it('weighs bytes in pairs, and narrows what came of it to bytes again', () => {
    const { run, memory } = build((f) => {
      const [a, b] = [v128.load(0), v128.load(16)];
      const shares = v128.load32Splat(32);
      const sums = [
        i16x8.extendLowI8x16U(v128.interleaveLow8(a, b)),
        i16x8.extendHighI8x16U(v128.interleaveLow8(a, b)),
        i16x8.extendLowI8x16U(v128.interleaveHigh8(a, b)),
        i16x8.extendHighI8x16U(v128.interleaveHigh8(a, b)),
      ].map((part) => i32x4.dotI16x8S(part, shares));
      const [first = a, second = a, third = a, fourth = a] = sums;
      const lower = i16x8.narrowI32x4S(first, second);
      const upper = i16x8.narrowI32x4S(third, fourth);
      f.run(v128.store(64, i8x16.narrowI16x8U(lower, upper)));
      f.return(i32.const(0));
    });
    const bytes = new Uint8Array(memory.buffer);
    const left = Array.from({ length: 16 }, (_, i) => (i * 37) % 256);
    const right = Array.from({ length: 16 }, (_, i) => (i * 91 + 5) % 256);
    bytes.set([...left, ...right]);
    new Int16Array(memory.buffer, 32, 2).set([3, -2]);
    run(0, 0);
    const wanted = left.map((value, i) =>
      Math.max(0, Math.min(255, 3 * value - 2 * (right[i] ?? NaN))),
    );
    expect(wanted).toContain(0);
    expect(wanted).toContain(255);
    expect([...bytes.subarray(64, 80)]).toEqual(wanted);
  });

  it('fills and copies memory, and converts', () => {
    const { run, ints, floats } = build((f, [a]) => {
      f.run(bulk.fill(64, 1, 8));
      f.run(bulk.copy(128, 64, 4));
      f.run(f32.store(0, f32.demoteF64(f64.div(f64.convertI32S(a), f64.const(4)))));
      f.return(i32.truncSatF64S(f64.promoteF32(f32.const(-2.75))));
    });
    expect(run(-7, 0)).toBe(-2);
    expect([ints[16], ints[17], ints[18], ints[32], ints[33]]).toEqual([
      0x01010101, 0x01010101, 0, 0x01010101, 0,
    ]);
    expect(floats[0]).toBe(-1.75);
  });

  it('adds, waits and notifies atomically', () => {
    const { run, ints } = build((f, [amount]) => {
      f.drop(i32.atomicAdd(64, amount));
      f.run(i32.atomicStore(128, i32.atomicAdd(64, amount)));
      f.drop(i32.atomicNotify(64, 1));
      // 1: the word was not what was expected.
      f.return(i32.atomicWait(64, 0, 1_000_000n));
    });
    expect(run(5, 0)).toBe(1);
    expect([ints[16], ints[32]]).toEqual([10, 5]);
  });
});
