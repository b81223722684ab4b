/** Running numbers over a nest of loops, as code (strides.ts has the numbers). */
import { type Nest, at, mergeDims } from '#engine/backends/strides.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, i32 } from '#engine/assembler/instructions.ts';

/**
 * The offset in elements that a running number over `dims` (row-major) means under `strides`, as code:
 * a sum of quotients and remainders, shortened where strides are 0 or continue each other.
 */
export function offsetOf(
  f: FunctionBuilder,
  index: I32,
  dims: readonly number[],
  strides: readonly number[],
): I32 {
  const {
    dims: kept,
    strides: [merged = []],
  } = mergeForOffset(dims, strides);
  let inner = kept.reduce((product, dim) => product * dim, 1);
  const terms: I32[] = [];
  kept.forEach((dim, d) => {
    inner /= dim;
    const stride = at(merged, d);
    if (stride === 0) return;
    const quotient = i32.divU(index, inner);
    const digit = d === 0 ? quotient : i32.remU(quotient, dim);
    terms.push(i32.mul(digit, stride));
  });
  const total = terms.reduce((sum, term) => i32.add(sum, term), i32.const(0));
  return total.constant !== undefined ? total : f.local('i32', total);
}

/** Like mergeDims, but keeps the leading size right even when everything merges away. */
function mergeForOffset(dims: readonly number[], strides: readonly number[]): Nest {
  return dims.length === 0 ? { dims: [], strides: [[]] } : mergeDims({ dims, strides: [strides] });
}
