/**
 * One head of one sample, for attention and its gradient: where its numbers lie, which queries are taken at a
 * time, and products of strips of its matrices. A head is the work of one thread, in memory of its own that
 * stays in its caches: scores of a whole batch are never in memory.
 * Not what is computed (attention.ts, attentionGrad.ts), nor the rows between products (attentionRows.ts).
 */
import type { BufferRef } from '#engine/compile/program.ts';
import {
  type AttentionParams,
  type AttentionSizes,
  type HeadRows,
  attentionOperands,
  attentionSizes,
} from '#engine/ops/attention.ts';
import { ceilDiv, roundDown, roundUp } from '#engine/backends/rounding.ts';
import type { FunctionBuilder } from '#engine/assembler/assembler.ts';
import { type I32, i32 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type PerThread, type Phase, share } from '../kernel.ts';
import { SOLO_MULTIPLY_ADDS, withEdge } from './gemm.ts';
import { DEPTH_UNROLL, NO_ADDRESS, depthRounds, microKernel } from './microKernel.ts';
import { type PanelSource, panelPacker } from './pack.ts';
import { type RowShape, rowFloats } from './attentionRows.ts';

/** Scores of a strip of queries, of which the gradient has two, leave room in the second cache. */
const STRIP_BYTES = 96 * 1024;
const MOST_ROWS = 96;

/** Matrix rows of a head: the address of the first one, and bytes from one to the next. */
export interface Rows {
  readonly address: I32;
  readonly rowBytes: number;
}

/** An operand of products, cut into panels as wide as register tiles. */
export interface Panels {
  readonly address: I32;
  readonly width: number;
  readonly depth: number;
}

/** Where in a call's memory a head's part begins. */
interface HeadPlace {
  readonly n: I32;
  readonly h: I32;
}

export class AttentionHead {
  readonly params: AttentionParams;
  readonly sizes: AttentionSizes;
  /** Queries taken at a time, a multiple of the tile's rows and of the rounds of a depth. */
  readonly strip: number;
  readonly rowShape: RowShape;
  readonly #context: KernelContext;
  readonly #operands: ReturnType<typeof attentionOperands<BufferRef>>;

  constructor(inputs: readonly BufferRef[], params: AttentionParams, context: KernelContext) {
    this.params = params;
    this.#context = context;
    this.#operands = attentionOperands(inputs, params);
    this.sizes = attentionSizes(
      inputs.map(({ type }) => type.shape),
      params,
    );
    const { queries, keys, scale } = this.sizes;
    const { mask } = this.#operands;
    const granule = leastCommonMultiple(context.target.tile.rows, DEPTH_UNROLL);
    const most = Math.min(MOST_ROWS, Math.floor(STRIP_BYTES / (rowFloats(keys) * 4)));
    const strips = ceilDiv(queries, Math.max(granule, most));
    this.strip = roundUp(ceilDiv(queries, strips), granule);
    const maskRow = mask ? (mask.type.shape[2] === 1 ? 0 : keys * 4) : undefined;
    this.rowShape = { keys, scale, causal: params.causal, maskRow, dropped: params.dropped };
  }

  /** Bytes of the scores of a strip. */
  get stripBytes(): number {
    return this.strip * rowFloats(this.sizes.keys) * 4;
  }

  panelBytes(width: number, depth: number): number {
    const { columns } = this.#context.target.tile;
    return roundUp(width, columns) * depth * 4;
  }

  /** One phase: each head by one thread. */
  phase(body: (f: FunctionBuilder, place: HeadPlace, thread: I32) => void): Phase {
    const { threads } = this.#context.target;
    const { batch, seen, headSize } = this.sizes;
    const { heads } = this.params;
    const solo = threads === 1 || seen * headSize < SOLO_MULTIPLY_ADDS;
    return {
      solo,
      emit: (f, thread) => {
        const mine = share(f, thread, solo ? 1 : threads, batch * heads);
        f.for(mine.begin, mine.end, 1, (index) => {
          const n = f.local('i32', i32.divU(index, heads));
          const h = f.local('i32', i32.remU(index, heads));
          body(f, { n, h }, solo ? i32.const(0) : thread);
        });
      },
    };
  }

  /** A head's rows in a tensor. */
  rows(f: FunctionBuilder, tensor: BufferRef, at: HeadRows, { n, h }: HeadPlace): Rows {
    const start = i32.add(i32.mul(n, at.sample * 4), i32.mul(h, this.sizes.headSize * 4));
    const first = this.#context.address(tensor) + at.offset * 4;
    return { address: f.local('i32', i32.add(start, first)), rowBytes: at.row * 4 };
  }

  get query(): BufferRef {
    return this.#operands.query;
  }
  get keyValue(): BufferRef {
    return this.#operands.keyValue;
  }

  /** Where the mask of a head and a query begins; no address where there is none. */
  maskAt(f: FunctionBuilder, { n, h }: HeadPlace, query: I32): I32 {
    const { mask } = this.#operands;
    if (!mask) return NO_ADDRESS;
    const [samples = 1, heads = 1, queries = 1, keys = 1] = mask.type.shape;
    const row = i32.add(
      samples === 1 ? i32.const(0) : i32.mul(n, heads * queries),
      heads === 1 ? i32.const(0) : i32.mul(h, queries),
    );
    const all = queries === 1 ? row : i32.add(row, query);
    return f.local('i32', i32.add(i32.mul(all, keys * 4), this.#context.address(mask)));
  }

  dropoutAt(f: FunctionBuilder, { n, h }: HeadPlace, query: I32): I32 {
    const { dropout } = this.#operands;
    if (!dropout) return NO_ADDRESS;
    const { queries, keys } = this.sizes;
    const row = i32.add(i32.mul(i32.add(i32.mul(n, this.params.heads), h), queries), query);
    return f.local('i32', i32.add(i32.mul(row, keys * 4), this.#context.address(dropout)));
  }

  /** The strips of queries, each with its size known; `first`: the number of its first query. */
  forStrips(
    f: FunctionBuilder,
    order: 'forward' | 'backward',
    body: (first: I32, rows: number, isFirst: I32) => void,
  ): void {
    const count = ceilDiv(this.sizes.queries, this.strip);
    f.for(0, count, 1, (index) => {
      const strip =
        order === 'forward' ? index : f.local('i32', i32.sub(i32.const(count - 1), index));
      withEdge(f, strip, this.sizes.queries, this.strip, (rows) =>
        body(f.local('i32', i32.mul(strip, this.strip)), rows, i32.eqz(index)),
      );
    });
  }

  /** With `causal`: what of the scores of a strip some query sees, so that the rest is not computed. */
  onlySeen(first: I32, rows: number): Pick<StripProduct, 'panels' | 'firstRow'> {
    if (!this.params.causal) return {};
    const { columns } = this.#context.target.tile;
    const all = i32.const(ceilDiv(this.sizes.keys, columns));
    const seen = i32.divU(i32.add(first, rows + columns - 1), columns);
    return { panels: i32.minU(seen, all), firstRow: (column) => distance(first, column) };
  }

  /** With `causal`: where the weights of a strip are zeros, in the product with values or keys. */
  lastSeen(first: I32): Pick<StripProduct, 'depth'> {
    if (!this.params.causal) return {};
    const { rows } = this.#context.target.tile;
    return { depth: { to: (row) => i32.add(i32.add(first, row), rows) } };
  }

  /** With `causal`: which keys a strip adds to, and from which of its queries on. */
  seeing(first: I32, rows: number, isFirst: I32): Pick<StripProduct, 'rowTiles' | 'depth'> {
    if (!this.params.causal) return {};
    const { tile } = this.#context.target;
    const all = i32.const(ceilDiv(this.sizes.keys, tile.rows));
    const seen = i32.divU(i32.add(first, rows + tile.rows - 1), tile.rows);
    const whole = i32.const(roundDown(rows, DEPTH_UNROLL));
    return {
      // The first strip taken writes zeros where nobody sees anything.
      rowTiles: i32.select(isFirst, all, i32.minU(seen, all)),
      depth: { from: (row) => i32.minU(i32.and(distance(first, row), -DEPTH_UNROLL), whole) },
    };
  }

  /** Cuts rows into panels: `across`: a panel has so many numbers of every row; `along`: so many rows. */
  pack(
    f: FunctionBuilder,
    from: Rows,
    to: I32,
    direction: 'across' | 'along',
    rows: number,
  ): Panels {
    const { headSize } = this.sizes;
    const [width, depth] = direction === 'across' ? [headSize, rows] : [rows, headSize];
    const { columns } = this.#context.target.tile;
    const source: PanelSource = {
      rowBytes: from.rowBytes,
      along: direction === 'across' ? 'panel' : 'depth',
    };
    const fromPanel = direction === 'across' ? columns * 4 : columns * from.rowBytes;
    f.for(0, ceilDiv(width, columns), 1, (panel) =>
      withEdge(f, panel, width, columns, (size) =>
        f.call(panelPacker(this.#context, source, size, depth, columns * 4), [
          i32.add(i32.mul(panel, fromPanel), from.address),
          i32.add(i32.mul(panel, columns * depth * 4), to),
        ]),
      ),
    );
    return { address: to, width, depth };
  }

  /** `C = A B`, or added to C: so many rows of C, as wide as the panels, by register tiles. */
  product(f: FunctionBuilder, spec: StripProduct): void {
    const { tile } = this.#context.target;
    const { rows, a, b, c, depth = {}, firstRow } = spec;
    const { rounds, remainder } = depthRounds(b.depth);
    const panels = ceilDiv(b.width, tile.columns);
    const rowTiles = ceilDiv(rows, tile.rows);
    const lastRowTile = spec.rowTiles ?? i32.const(rowTiles);
    f.for(0, spec.panels ?? i32.const(panels), 1, (panel) => {
      const bAt = f.local('i32', i32.add(i32.mul(panel, tile.columns * b.depth * 4), b.address));
      const cAt = f.local('i32', i32.add(i32.mul(panel, tile.columns * 4), c.address));
      const firstTile = firstRow
        ? f.local('i32', i32.divU(firstRow(i32.mul(panel, tile.columns)), tile.rows))
        : i32.const(0);
      withEdge(f, panel, b.width, tile.columns, (columns) =>
        f.for(firstTile, lastRowTile, 1, (rowTile) => {
          const row = i32.mul(rowTile, tile.rows);
          const skipped = depth.from ? f.local('i32', depth.from(row)) : i32.const(0);
          const aAt = i32.add(
            i32.add(i32.mul(row, a.rowBytes), i32.mul(skipped, a.stepBytes)),
            a.address,
          );
          const to = i32.add(i32.mul(row, c.rowBytes), cAt);
          withEdge(f, rowTile, rows, tile.rows, (tileRows) => {
            const call = (accumulate: boolean, left: number, times: I32): void =>
              f.call(
                microKernel(this.#context, {
                  rows: tileRows,
                  columns,
                  a: { row: a.rowBytes, step: a.stepBytes },
                  bStep: tile.columns * 4,
                  cRow: c.rowBytes,
                  remainder: left,
                  accumulate,
                  bias: 'none',
                  relu: false,
                }),
                [aAt, i32.add(bAt, i32.mul(skipped, tile.columns * 4)), to, times, NO_ADDRESS],
              );
            const computed = (accumulate: boolean): void => {
              if (depth.to) {
                const needed = f.local(
                  'i32',
                  i32.shrU(i32.add(depth.to(row), DEPTH_UNROLL - 1), 2),
                );
                f.if(
                  i32.gtU(needed, rounds),
                  () => call(accumulate, remainder, i32.const(rounds)),
                  () => call(accumulate, 0, needed),
                );
                return;
              }
              call(accumulate, remainder, i32.sub(i32.const(rounds), i32.shrU(skipped, 2)));
            };
            if (spec.accumulate === undefined) computed(false);
            else
              f.if(
                spec.accumulate,
                () => computed(true),
                () => computed(false),
              );
          });
        }),
      );
    });
  }
}

export interface StripProduct {
  readonly rows: number;
  readonly a: { readonly address: I32; readonly rowBytes: number; readonly stepBytes: number };
  readonly b: Panels;
  readonly c: Rows;
  /** Where it holds, what C holds is added to. */
  readonly accumulate?: I32;
  /** So many panels of B alone. */
  readonly panels?: I32;
  /** So many register tiles of rows of C alone. */
  readonly rowTiles?: I32;
  /** Rows before this one, of the panel that begins with a column, are of no use to anybody. */
  readonly firstRow?: (column: I32) => I32;
  readonly depth?: {
    /** Steps before are zeros of A, for the tile that begins with a row: multiples of DEPTH_UNROLL. */
    readonly from?: (row: I32) => I32;
    /** So are steps from there on. */
    readonly to?: (row: I32) => I32;
  };
}

/** Memory of each thread, in places of so many bytes. */
export function ownPlaces(
  context: KernelContext,
  bytes: readonly number[],
): (f: FunctionBuilder, thread: I32) => I32[] {
  const places: readonly PerThread[] = bytes.map((each) => context.scratchPerThread(each));
  return (f, thread) => places.map((place) => f.local('i32', place.address(thread)));
}

/** How far `to` lies behind `from`, 0 where it does not. */
const distance = (from: I32, to: I32): I32 =>
  i32.select(i32.gtS(to, from), i32.sub(to, from), i32.const(0));

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}
