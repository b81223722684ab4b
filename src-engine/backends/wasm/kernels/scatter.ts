/**
 * Rows added to the rows they name. A thread owns a stretch of the result and looks through all indices for
 * those within it, so that every number is summed in the same order whatever the number of threads.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { at } from '#engine/backends/strides.ts';
import { f32x4, i32, memory, unreachable, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, forVectors, phase, share, storeLanes } from '../kernel.ts';

export function scatterAddRows(call: OpCall<'scatterAddRows'>, context: KernelContext): Phase[] {
  const [dy, indices] = [at(call.inputs, 0), at(call.inputs, 1)];
  const { rows } = call.params;
  const count = elementCount(indices.type.shape);
  const rowSize = elementCount(dy.type.shape) / count;
  const [from, index, to] = [
    context.address(dy),
    context.address(indices),
    context.address(call.output),
  ];
  return [
    phase(
      (count + rows) * rowSize,
      (f, thread, threads) => {
        const { begin, end } = share(f, thread, threads, rows);
        const owned = f.local('i32', i32.sub(end, begin));
        const first = f.local('i32', i32.mul(begin, rowSize * 4));
        f.run(memory.fill(i32.add(first, to), 0, i32.mul(owned, rowSize * 4)));
        f.for(0, count, 1, (b) => {
          const row = f.local('i32', i32.load(i32.shl(b, 2), index));
          // Also catches negative numbers, which are large when read without a sign.
          f.if(i32.geU(row, rows), () => f.run(unreachable));
          f.if(i32.ltU(i32.sub(row, begin), owned), () => {
            const reading = f.local('i32', i32.mul(b, rowSize * 4));
            const writing = f.local('i32', i32.mul(row, rowSize * 4));
            forVectors(f, i32.const(0), i32.const(rowSize), rowSize, (position, lanes) => {
              const target = i32.add(writing, position);
              const sum = f32x4.add(
                v128.load(target, to),
                v128.load(i32.add(reading, position), from),
              );
              storeLanes(f, target, sum, lanes, to);
            });
          });
        });
      },
      context,
    ),
  ];
}
