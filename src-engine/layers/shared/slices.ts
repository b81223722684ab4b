/** Parts of a tensor along one dimension: what Chunk, Split and Slice have in common. */
import type { Value } from '#engine/ops/builder.ts';
import type { KerasSteps, Lowering } from '../define.ts';

/** `a`, `b`, `c`: of a layer with as many branches as it is told. */
export const portNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));

/** One after the other, of these lengths. */
export function parts(
  g: Lowering,
  x: Value,
  axis: number,
  lengths: readonly number[],
): readonly Value[] {
  return lengths.map((length, k) =>
    g.emit('slice', [x], { axis, start: startOf(lengths, k), length }),
  );
}

export const startOf = (lengths: readonly number[], part: number): number =>
  lengths.slice(0, part).reduce((sum, length) => sum + length, 0);

/** `x[:, 2:5]`. */
export const pythonSlice = (x: string, axis: number, start: number, length: number): string =>
  `${x}[${':, '.repeat(axis)}${start}:${start + length}]`;

export const kerasSlice = (axis: number, start: number, length: number): KerasSteps => ({
  steps: [{ line: (x) => pythonSlice(x, axis, start, length) }],
});
