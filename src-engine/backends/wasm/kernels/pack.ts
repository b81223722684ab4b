/**
 * Packing: copying an operand of a product into panels, `[panel][depth][width]`, so that the micro-kernel
 * reads it front to back. A panel holds `width` neighbouring columns of B (or rows of A).
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, FunctionHandle } from '#engine/assembler/assembler.ts';
import { type V128, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, VECTOR_BYTES, storeLanes, storeVectors } from '../kernel.ts';

export interface PanelSource {
  /** Bytes from one row of the stored matrix to the next. */
  readonly rowBytes: number;
  /** Whether a stored row runs along the depth (then packing transposes) or across the panel. */
  readonly along: 'depth' | 'panel';
}

/**
 * `(from, to)`: packs one panel of `width` columns and `depth` steps. `from` is the panel's first element,
 * `toStep` the bytes from one step of the depth to the next in the panel.
 */
export function panelPacker(
  { module }: KernelContext,
  source: PanelSource,
  width: number,
  depth: number,
  toStep: number,
): FunctionHandle {
  const key = `pack ${source.along} ${source.rowBytes} ${width} ${depth} ${toStep}`;
  const groups = ceilDiv(width, LANES);
  const lanesOf = (group: number): number => Math.min(LANES, width - group * LANES);
  return module.shared(key, () =>
    module.function(null, ['i32', 'i32'], null, (f, [from, to]) => {
      if (source.along === 'panel') {
        // Four steps a round, so that the loop costs little beside the copies.
        const copy = (step: number): void => {
          const values = Array.from({ length: groups }, (_, g) =>
            f.local('v128', v128.load(from, step * source.rowBytes + g * VECTOR_BYTES)),
          );
          storeVectors(f, to, values, lanesOf(groups - 1), step * toStep);
        };
        const whole = Math.floor(depth / 4);
        f.for(0, whole, 1, () => {
          for (let step = 0; step < 4; step++) copy(step);
          f.increment(from, 4 * source.rowBytes);
          f.increment(to, 4 * toStep);
        });
        for (let step = 0; step < depth % 4; step++) copy(step);
        return;
      }
      const block = (steps: number): void => {
        for (let g = 0; g < groups; g++) {
          const lanes = lanesOf(g);
          // Rows that the panel does not have are stood in for by the last it has.
          const rows = [0, 1, 2, 3].map((lane) =>
            v128.load(from, (g * LANES + Math.min(lane, lanes - 1)) * source.rowBytes),
          );
          transpose4x4(f, rows)
            .slice(0, steps)
            .forEach((column, step) =>
              storeLanes(f, to, column, lanes, step * toStep + g * VECTOR_BYTES),
            );
        }
      };
      f.for(0, Math.floor(depth / LANES), 1, () => {
        block(LANES);
        f.increment(from, VECTOR_BYTES);
        f.increment(to, LANES * toStep);
      });
      if (depth % LANES > 0) block(depth % LANES);
    }),
  );
}

/**
 * `(from, to, rows)`: packs neighbouring panels at once, `count` columns of a matrix whose rows run across them, so
 * many rows of it. A panel narrower than a cache line, packed alone, reads each line several times, and lines that
 * lie a row apart stay in no cache between.
 */
export function panelsPacker(
  { module }: KernelContext,
  rowBytes: number,
  {
    width,
    depth,
    count,
  }: { readonly width: number; readonly depth: number; readonly count: number },
): FunctionHandle {
  const key = `pack panels ${rowBytes} ${width} ${depth} ${count}`;
  return module.shared(key, () =>
    module.function(null, ['i32', 'i32', 'i32'], null, (f, [from, to, rows]) => {
      f.for(0, rows, 1, () => {
        for (let first = 0; first < count; first += width) {
          const columns = Math.min(width, count - first);
          const groups = ceilDiv(columns, LANES);
          const values = Array.from({ length: groups }, (_, g) =>
            f.local('v128', v128.load(from, first * 4 + g * VECTOR_BYTES)),
          );
          storeVectors(f, to, values, columns - (groups - 1) * LANES, first * depth * 4);
        }
        f.increment(from, rowBytes);
        f.increment(to, width * 4);
      });
    }),
  );
}

/** Rows to columns. */
export function transpose4x4(f: FunctionBuilder, rows: readonly V128[]): V128[] {
  const [r0, r1, r2, r3] = rows.map((row) => f.local('v128', row));
  if (!r0 || !r1 || !r2 || !r3) throw new Error('a 4x4 block has four rows');
  const low = [r0, r1, r2, r3];
  const pair = (a: number, b: number, lanes: readonly [number, number, number, number]) =>
    f.local('v128', v128.shuffle32(at(low, a), at(low, b), lanes));
  const low01 = pair(0, 1, [0, 4, 1, 5]);
  const high01 = pair(0, 1, [2, 6, 3, 7]);
  const low23 = pair(2, 3, [0, 4, 1, 5]);
  const high23 = pair(2, 3, [2, 6, 3, 7]);
  return [
    v128.shuffle32(low01, low23, [0, 1, 4, 5]),
    v128.shuffle32(low01, low23, [2, 3, 6, 7]),
    v128.shuffle32(high01, high23, [0, 1, 4, 5]),
    v128.shuffle32(high01, high23, [2, 3, 6, 7]),
  ];
}
