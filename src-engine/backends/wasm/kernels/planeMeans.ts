/**
 * Means of whole planes and their gradients: what average pooling is when its only window is the plane, as at
 * the end of most convolutional networks. Sums of contiguous numbers; windows within a plane are pool.ts.
 */
import { f32, f32x4, i32, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  type Phase,
  forVectorPairs,
  phase,
  share,
  storeVectors,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { SUM, accumulate } from './accumulate.ts';

/** How many planes there are, and numbers of each. */
interface Planes {
  readonly planes: number;
  readonly count: number;
}

export function planeMeans(
  { planes, count }: Planes,
  from: number,
  to: number,
  context: KernelContext,
): Phase[] {
  return [
    phase(
      planes * count,
      (f, thread, threads) => {
        const math = new VectorMath(f, context.target.relaxed);
        const { begin, end } = share(f, thread, threads, planes);
        f.for(begin, end, 1, (plane) => {
          const lying = f.local('i32', i32.add(i32.mul(plane, count * 4), from));
          const sum = math.sumLanes(accumulate(f, lying, count, SUM));
          f.run(f32.store(i32.shl(plane, 2), f32.mul(sum, f32.const(1 / count)), to));
        });
      },
      context,
    ),
  ];
}

/** The gradient of a plane's mean: one number all over it. */
export function spreadMeans(
  { planes, count }: Planes,
  from: number,
  to: number,
  context: KernelContext,
): Phase[] {
  return [
    phase(
      planes * count,
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, planes);
        f.for(begin, end, 1, (plane) => {
          const slope = v128.load32Splat(i32.shl(plane, 2), from);
          const each = f.local('v128', f32x4.mul(slope, f32x4.const(1 / count)));
          const target = f.local('i32', i32.add(i32.mul(plane, count * 4), to));
          forVectorPairs(f, i32.const(0), i32.const(count), count, (position, lanes, vectors) => {
            const values = Array.from({ length: vectors }, () => each);
            storeVectors(f, f.local('i32', i32.add(target, position)), values, lanes);
          });
        });
      },
      context,
    ),
  ];
}
