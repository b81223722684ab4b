/**
 * The most multiply-adds that one thread can do under the flags in force: a tile of sums in registers, the
 * same few numbers read over and over. What achieved speeds are compared with; not a kernel.
 */
import { ModuleBuilder } from '#engine/assembler/assembler.ts';
import { f32x4, i32, v128 } from '#engine/assembler/instructions.ts';

const ROWS = 6;
const LANES = 4;
const VECTOR_BYTES = 16;
/** Vectors across: pairs become one wide register, or, alone, fill the narrow ones. */
const WIDTHS = [4, 2];
const ROUNDS = 200_000;
const TURNS = 8;

/** GFLOP/s, the best of several turns; `now` in ms. */
export function measurePeak(now: () => number): number {
  return Math.max(...WIDTHS.map((across) => measureTile(across, now)));
}

function measureTile(across: number, now: () => number): number {
  const run = compileTile(across);
  const flops = 2 * ROWS * across * LANES * ROUNDS;
  let best = 0;
  run(ROUNDS);
  for (let turn = 0; turn < TURNS; turn++) {
    const before = now();
    run(ROUNDS);
    best = Math.max(best, flops / (now() - before) / 1e6);
  }
  return best;
}

function compileTile(across: number): (rounds: number) => void {
  const pages = { initialPages: 1, maximumPages: 1 };
  const module = new ModuleBuilder({ memory: pages });
  module.function('run', ['i32', 'i32'], null, (f, [rounds, address]) => {
    const columns = Array.from({ length: across }, (_, j) => j);
    const sums = Array.from({ length: ROWS }, () => columns.map(() => f.local('v128')));
    const right = columns.map(() => f.local('v128'));
    const left = f.local('v128');
    // An address each: with offsets instead, V8 spends an instruction a broadcast on adding them.
    const rows = sums.map((_, i) => f.local('i32', i32.add(address, 256 + i * LANES)));
    f.loop((next) => {
      right.forEach((vector, j) => f.set(vector, v128.load(address, j * VECTOR_BYTES)));
      sums.forEach((row, i) => {
        f.set(left, v128.load32Splat(rows[i] ?? address));
        row.forEach((sum, j) => {
          f.set(sum, f32x4.relaxedMadd(left, right[j] ?? left, sum));
        });
      });
      f.increment(rounds, -1);
      f.branchIf(next, rounds);
    });
    // Neighbours are stored side by side: that is what lets V8 join them.
    sums.flat().forEach((sum, k) => f.run(v128.store(address, sum, 1024 + k * VECTOR_BYTES)));
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), {
    env: { memory },
  });
  const run = instance.exports['run'] as (rounds: number, address: number) => void;
  return (rounds) => run(rounds, 0);
}
