/**
 * The innermost part of every product: one tile of C, kept in registers, over a stretch of the depth.
 * Written instruction by instruction, because the order decides what V8 makes of it: the vectors of B
 * first, then row by row of A one broadcast and its multiply-adds, neighbours side by side. So V8's
 * revectorisation can join pairs of 128-bit operations into 256-bit ones, and without it a 6x8 tile with
 * its 15 live vectors fits the 16 registers.
 * Not the packing (pack.ts) nor the loops around tiles (gemm.ts, conv.ts).
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionHandle, Local } from '#engine/assembler/assembler.ts';
import { f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES, storeVectors } from '../kernel.ts';

/** How an operand lies in memory, in bytes. */
export interface OperandStrides {
  /** From one row of the tile to the next. */
  readonly row: number;
  /** From one step of the depth to the next. */
  readonly step: number;
}

export interface MicroKernelShape {
  readonly rows: number;
  /** Floats; need not be whole vectors. */
  readonly columns: number;
  readonly a: OperandStrides;
  readonly bStep: number;
  readonly cRow: number;
  /** Steps of the depth left over when it is taken `DEPTH_UNROLL` at a time. */
  readonly remainder: number;
  /** Add to what C holds instead of replacing it. */
  readonly accumulate: boolean;
  /** A bias per row or per column of the tile. */
  readonly bias: 'none' | 'row' | 'column';
  readonly relu: boolean;
}

/** Steps of the depth per round of the loop: enough to hide its overhead, few enough to stay decoded. */
export const DEPTH_UNROLL = 4;

/** The function for a shape of tile, written once per program. */
export function microKernel(context: KernelContext, shape: MicroKernelShape): FunctionHandle {
  const { module, target } = context;
  const key = `tile ${target.tile.columns} ${JSON.stringify(shape)}`;
  return module.shared(key, () => write(context, shape));
}

/** `(a, b, c, rounds, bias)`: addresses, and how many rounds of `DEPTH_UNROLL` steps. */
function write({ module, target }: KernelContext, shape: MicroKernelShape): FunctionHandle {
  const { rows, columns } = shape;
  const vectors = ceilDiv(columns, LANES);
  const lastLanes = columns - (vectors - 1) * LANES;
  const all = Array.from({ length: rows }, (_, i) => i);
  const across = Array.from({ length: vectors }, (_, j) => j);

  return module.function(
    null,
    ['i32', 'i32', 'i32', 'i32', 'i32'],
    null,
    (f, [a, b, c, rounds, bias]) => {
      const sums = all.map(() => across.map(() => f.local('v128')));
      const sum = (i: number, j: number): Local<'v128'> => at(at(sums, i), j);
      const bVectors = across.map(() => f.local('v128'));
      const broadcast = f.local('v128');

      if (shape.accumulate) {
        for (const i of all) {
          for (const j of across) {
            f.set(sum(i, j), v128.load(c, i * shape.cRow + j * VECTOR_BYTES));
          }
        }
      }
      const step = (q: number): void => {
        for (const j of across) {
          f.set(at(bVectors, j), v128.load(b, q * shape.bStep + j * VECTOR_BYTES));
        }
        // One address a step, and offsets that are the same for every step: V8 adds an offset of a
        // broadcast to the base in an instruction of its own, which the steps of a round then share.
        const aStep = q === 0 ? a : f.local('i32', i32.add(a, q * shape.a.step));
        for (const i of all) {
          f.set(broadcast, v128.load32Splat(aStep, i * shape.a.row));
          for (const j of across) {
            const product = target.relaxed
              ? f32x4.relaxedMadd(broadcast, at(bVectors, j), sum(i, j))
              : f32x4.add(f32x4.mul(broadcast, at(bVectors, j)), sum(i, j));
            f.set(sum(i, j), product);
          }
        }
      };
      f.if(rounds, () => {
        f.loop((next) => {
          for (let q = 0; q < DEPTH_UNROLL; q++) step(q);
          f.increment(a, DEPTH_UNROLL * shape.a.step);
          f.increment(b, DEPTH_UNROLL * shape.bStep);
          f.increment(rounds, -1);
          f.branchIf(next, rounds);
        });
      });
      for (let q = 0; q < shape.remainder; q++) step(q);

      // All reading comes before all writing: V8 joins two loads only with no store between them.
      const biases =
        shape.bias === 'row'
          ? all.map((i) => f.local('v128', v128.load32Splat(bias, i * 4)))
          : shape.bias === 'column'
            ? across.map((j) => f.local('v128', v128.load(bias, j * VECTOR_BYTES)))
            : [];
      for (const i of all) {
        for (const j of across) {
          if (shape.bias !== 'none') {
            f.set(sum(i, j), f32x4.add(sum(i, j), at(biases, shape.bias === 'row' ? i : j)));
          }
          if (shape.relu) f.set(sum(i, j), f32x4.pmax(sum(i, j), f32x4.const(0)));
        }
      }
      sums.forEach((row, i) => storeVectors(f, c, row, lastLanes, i * shape.cRow));
    },
  );
}

/** Splits a depth into what a micro-kernel wants to be told. */
export function depthRounds(depth: number): {
  readonly rounds: number;
  readonly remainder: number;
} {
  return { rounds: Math.floor(depth / DEPTH_UNROLL), remainder: depth % DEPTH_UNROLL };
}

/** The argument for "no bias". */
export const NO_ADDRESS = i32.const(0);
