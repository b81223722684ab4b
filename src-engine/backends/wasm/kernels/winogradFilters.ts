/**
 * Filters for Winograd's products, transformed once before them: `U [group][panel][position][kind][channel]
 * [filters of a panel]`. The products are winograd.ts.
 */
import { ceilDiv } from '#engine/backends/rounding.ts';
import { i32, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, LANES, type Phase, VECTOR_BYTES, share } from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';
import { oddLines } from './winogradImages.ts';
import { positionsOf } from './winogradAlgorithm.ts';
import { type Winograd, tapOf } from './winogradKinds.ts';
import { filterTransform } from './winogradTransforms.ts';

export interface Filters {
  readonly address: number;
  /** Bytes from one filter to the next, from one channel to the next, and from one group to the next. */
  readonly row: number;
  readonly channel: number;
  readonly group: number;
  /** Back to front, for the gradient of the input. */
  readonly flipped: boolean;
}

export interface TransformedFilters {
  readonly address: number;
  /** Bytes from one kind, position, panel to the next. */
  readonly kind: number;
  readonly position: number;
  readonly panel: number;
  readonly transform: Phase;
}

export function transformedFilters(
  filters: Filters,
  of: {
    readonly winograd: Winograd;
    readonly groups: number;
    /** Of a group: filters as far as the product is concerned, and what it sums over. */
    readonly rows: number;
    readonly channels: number;
  },
  context: KernelContext,
): TransformedFilters {
  const { winograd, groups, rows, channels } = of;
  const { kinds, algorithm } = winograd;
  const { tile, threads } = context.target;
  const panels = ceilDiv(rows, tile.columns);
  const kind = channels * tile.columns * 4;
  // They are written to all positions side by side.
  const position = oddLines((kinds.length * kind) / 4);
  const panel = positionsOf(algorithm) * position;
  const address = context.scratch(groups * panels * panel);
  const transform: Phase = {
    solo: threads === 1,
    emit(f, thread) {
      const math = new VectorMath(f, context.target.relaxed);
      const perPanel = tile.columns / LANES;
      const fours = ceilDiv(rows, LANES);
      const mine = share(f, thread, threads, groups * fours);
      f.for(mine.begin, mine.end, 1, (index) => {
        const group = f.local('i32', i32.divU(index, fours));
        const four = f.local('i32', i32.remU(index, fours));
        const first = i32.mul(four, LANES * filters.row);
        const ofGroup = i32.add(i32.mul(group, filters.group), filters.address);
        const from = f.local('i32', i32.add(first, ofGroup));
        const ownPanel = i32.add(i32.mul(group, panels), i32.divU(four, perPanel));
        const column = i32.mul(i32.remU(four, perPanel), VECTOR_BYTES);
        const to = f.local('i32', i32.add(i32.add(i32.mul(ownPanel, panel), column), address));
        withEdge(f, four, rows, LANES, (lanes) => {
          for (const [k, own] of kinds.entries()) {
            const [down, across] = own.algorithm;
            const reading = f.local('i32', from);
            const writing = f.local('i32', i32.add(to, k * kind));
            f.for(0, channels, 1, () => {
              filterTransform(
                ...([f, math, own.algorithm] as const),
                (r, s) => {
                  const tap = filters.flipped
                    ? tapOf(winograd, own, down.taps - 1 - r, across.taps - 1 - s)
                    : tapOf(winograd, own, r, s);
                  return [1, 2, 3].reduce(
                    (value, lane) =>
                      v128.load32Lane(
                        ...([reading, value, lane] as const),
                        Math.min(lane, lanes - 1) * filters.row + tap * 4,
                      ),
                    v128.load32Zero(reading, tap * 4),
                  );
                },
                (i, j, value) =>
                  f.run(v128.store(writing, value, (i * algorithm[1].points + j) * position)),
              );
              f.increment(reading, filters.channel);
              f.increment(writing, tile.columns * 4);
            });
          }
        });
      });
    },
  };
  return { address, kind, position, panel, transform };
}
