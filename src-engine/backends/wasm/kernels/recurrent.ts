/**
 * A recurrent cell over a whole sequence. Threads share the samples, so that none waits for another between steps;
 * each takes as many at a time as the first cache holds the states of, through all steps. The weight is packed once
 * a call. Within a step a few units after another: the product for their gates, then what the cell does to them
 * while the sums are near. Sums are those of gemm.ts, in the same order whatever the number of threads. A product
 * with the inputs of the steps can be part of it. Not when it is (recurrentJoins.ts), nor the way back
 * (recurrentGrad.ts).
 */
import type { OpCall } from '#engine/compile/program.ts';
import { RECURRENT_CELLS, recurrentInputs, recurrentRows } from '#engine/ops/recurrent.ts';
import { ceilDiv, roundUp } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import {
  type KernelContext,
  LANES,
  LINE_FLOATS,
  type Phase,
  share,
  storeVectors,
  VECTOR_BYTES,
} from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';
import { DEPTH_UNROLL, depthRounds, microKernel, NO_ADDRESS } from './microKernel.ts';
import { panelPacker } from './pack.ts';
import { stepCell } from './recurrentCells.ts';
import {
  type Chunk,
  chunkState,
  forChunks,
  forTiles,
  isBeyond,
  sampleTiles,
  sectionsAt,
} from './recurrentTiles.ts';

/** What the inputs give to the gates, computed with what the state gives: `x W^T + b` of every step. */
export interface Projection {
  /** Of `[T, N, width]`, and of the weight `[G * H, width]`. */
  readonly x: number;
  readonly width: number;
  readonly weight: number;
  readonly bias: number | null;
}

/** With a projection the call's first input, which that makes, is neither made nor read. */
export function recurrent(
  call: OpCall<'recurrent'>,
  context: KernelContext,
  projection?: Projection,
): Phase[] {
  const { cell, reverse, state } = call.params;
  const refs = recurrentInputs(call.inputs, call.params);
  const [steps, batch] = refs.gates.type.shape as [number, number, number];
  const size = at(refs.weight.type.shape, 1);
  const { gates, saved, hasCell } = RECURRENT_CELLS[cell];
  const { target } = context;
  const { columns } = target.tile;

  const rows = recurrentRows(call.params, steps);
  const output = context.address(call.output);
  const rowBytes = size * 4;
  const allBytes = batch * rowBytes;
  const sectionAt = sectionsAt(output, allBytes);
  const to = {
    sequence: sectionAt(rows.sequence),
    before: sectionAt(rows.before),
    saved: sectionAt(rows.saved),
    hidden: output + rows.hidden.start * allBytes,
    cell: sectionAt(rows.cell),
  };
  const from = {
    gates: context.address(refs.gates),
    weight: context.address(refs.weight),
    bias: refs.bias ? context.address(refs.bias) : null,
    hidden: refs.hidden ? context.address(refs.hidden) : null,
    cell: refs.cell ? context.address(refs.cell) : null,
    lengths: refs.lengths ? context.address(refs.lengths) : null,
  };

  const tiles = sampleTiles(batch, steps * batch * gates * size * size, context);
  const blocks = ceilDiv(size, columns);
  const panelStep = columns * 4;
  // A line of the state holds the step's inputs beside it: one product is of both.
  const width = projection?.width ?? 0;
  const depth = size + width;
  const stateLine = projection ? roundUp(size + roundUp(width, LANES), LINE_FLOATS) * 4 : rowBytes;
  const panelBytes = depth * panelStep;
  const packed = context.scratch(blocks * gates * panelBytes);
  const givenBias = projection?.bias ?? null;
  // The results may lie where the bias was.
  const bias = givenBias === null ? null : context.scratch(blocks * gates * panelStep);
  const stateBytes = tiles.chunkRows * stateLine;
  const sumBytes = tiles.chunkRows * panelStep;
  const states = context.scratchPerThread(2 * stateBytes);
  const cellStates = hasCell ? context.scratchPerThread(tiles.chunkRows * rowBytes) : null;
  const sums = context.scratchPerThread(gates * sumBytes);

  const pack: Phase = {
    solo: tiles.solo,
    emit(f, thread) {
      const mine = share(f, thread, tiles.solo ? 1 : target.threads, blocks);
      const operands = [
        { weight: from.weight, deep: size, after: 0 },
        ...(projection ? [{ weight: projection.weight, deep: width, after: size }] : []),
      ];
      f.for(mine.begin, mine.end, 1, (block) =>
        withEdge(f, block, size, columns, (across) => {
          for (const { weight, deep, after } of operands) {
            const source = { rowBytes: deep * 4, along: 'depth' } as const;
            const packer = panelPacker(context, source, across, deep, panelStep);
            for (let gate = 0; gate < gates; gate++) {
              const to = packed + gate * panelBytes + after * panelStep;
              f.call(packer, [
                i32.add(i32.mul(block, columns * deep * 4), weight + gate * size * deep * 4),
                i32.add(i32.mul(block, gates * panelBytes), to),
              ]);
            }
          }
          for (let gate = 0; bias !== null && gate < gates; gate++) {
            f.run(
              memory.copy(
                i32.add(i32.mul(block, gates * panelStep), bias + gate * panelStep),
                i32.add(i32.mul(block, panelStep), (givenBias ?? 0) + gate * rowBytes),
                across * 4,
              ),
            );
          }
        }),
      );
    },
  };

  const { rounds, remainder } = depthRounds(depth);
  const tileOf = (count: number, across: number) =>
    microKernel(context, {
      rows: count,
      columns: across,
      a: { row: stateLine, step: 4 },
      bStep: panelStep,
      cRow: panelStep,
      remainder,
      accumulate: false,
      bias: bias === null ? 'none' : 'column',
      relu: false,
    });

  const compute: Phase = {
    solo: tiles.solo,
    emit(f, thread) {
      const stateAt = f.local('i32', states.address(thread));
      const cellAt = f.local('i32', cellStates?.address(thread) ?? i32.const(0));
      const sumsAt = f.local('i32', sums.address(thread));
      forChunks(f, thread, target.threads, tiles, (chunk) => {
        const rowsOf = chunkState(f, chunk, rowBytes, stateLine);
        const cellRowsOf = chunkState(f, chunk, rowBytes);
        rowsOf.begin(stateAt, from.hidden);
        if (hasCell) cellRowsOf.begin(cellAt, from.cell);
        const now = f.local('i32', stateAt);
        const next = f.local('i32', i32.add(stateAt, stateBytes));
        const swapped = f.local('i32');
        f.for(0, steps, 1, (k) => {
          const t = f.local('i32', reverse ? i32.sub(steps - 1, k) : k);
          const isZero = state ? i32.const(0) : i32.eqz(k);
          if (projection) inputsOf({ f, t, chunk, now }, projection);
          // A state of zeros gives nothing, and whole rounds of it are left out.
          const left = i32.const(size % DEPTH_UNROLL === 0 ? size : 0);
          const skipped = f.local('i32', i32.select(isZero, left, i32.const(0)));
          f.for(0, blocks, 1, (block) => {
            const unit = f.local('i32', i32.mul(block, panelStep));
            withEdge(f, block, size, columns, (across) => {
              const product = (): void => {
                for (let gate = 0; gate < gates; gate++) {
                  const whole = i32.add(
                    i32.mul(block, gates * panelBytes),
                    packed + gate * panelBytes,
                  );
                  const panel = f.local('i32', i32.add(whole, i32.mul(skipped, panelStep)));
                  const biasAt =
                    bias === null
                      ? NO_ADDRESS
                      : i32.add(i32.mul(block, gates * panelStep), bias + gate * panelStep);
                  forTiles(f, chunk, tiles, (row, count) =>
                    f.call(tileOf(count, across), [
                      i32.add(i32.add(now, i32.mul(row, stateLine)), i32.shl(skipped, 2)),
                      panel,
                      i32.add(i32.add(sumsAt, gate * sumBytes), i32.mul(row, panelStep)),
                      i32.sub(rounds, i32.divU(skipped, DEPTH_UNROLL)),
                      biasAt,
                    ]),
                  );
                }
              };
              if (projection) product();
              else f.if(isZero, () => f.run(memory.fill(sumsAt, 0, gates * sumBytes)), product);
              cellBlock({ f, t, chunk, unit, width: across, now, next });
            });
          });
          f.set(swapped, now);
          f.set(now, next);
          f.set(next, swapped);
        });
        rowsOf.end(now, to.hidden);
        cellRowsOf.end(cellAt, to.cell);
      });

      /** Puts a step's inputs beside the state, whole vectors of them. */
      function inputsOf(
        { f, t, chunk, now }: Pick<Block, 'f' | 't' | 'chunk' | 'now'>,
        { x, width }: Projection,
      ): void {
        const past = i32.add(i32.mul(t, batch), chunk.first);
        const from = f.local('i32', i32.add(i32.mul(past, width * 4), x));
        const to = f.local('i32', i32.add(now, rowBytes));
        f.for(chunk.first, chunk.end, 1, () => {
          f.for(0, width * 4, VECTOR_BYTES, (position) =>
            f.run(v128.store(i32.add(to, position), v128.load(i32.add(from, position)))),
          );
          f.increment(from, width * 4);
          f.increment(to, stateLine);
        });
      }

      /** What the cell does to `width` units of all samples of a chunk. */
      function cellBlock(block: Block): void {
        const { chunk, unit, width, t } = block;
        const past = f.local('i32', i32.add(i32.mul(t, batch), chunk.first));
        const place = (address: number | null, lineBytes: number): Local<'i32'> =>
          f.local('i32', i32.add(i32.add(i32.mul(past, lineBytes), unit), address ?? 0));
        const lines = {
          x: place(from.gates, gates * rowBytes),
          sums: f.local('i32', sumsAt),
          now: f.local('i32', i32.add(block.now, unit)),
          next: f.local('i32', i32.add(block.next, unit)),
          cell: f.local('i32', i32.add(cellAt, unit)),
          sequence: place(to.sequence, rowBytes),
          before: place(to.before, rowBytes),
          saved: place(to.saved, saved * rowBytes),
        };
        f.for(chunk.first, chunk.end, 1, (sample) => {
          const isOver =
            from.lengths === null
              ? i32.const(0)
              : isBeyond(t, i32.load(i32.shl(sample, 2), from.lengths));
          f.if(
            isOver,
            () => units(width, (offset, vectors, lanes) => skip(lines, offset, vectors, lanes)),
            () =>
              units(width, (offset, vectors, lanes) =>
                step(lines, { offset, vectors, lanes, bias: i32.add(unit, from.bias ?? 0) }),
              ),
          );
          f.increment(lines.x, gates * rowBytes);
          f.increment(lines.sums, panelStep);
          for (const line of [lines.now, lines.next]) f.increment(line, stateLine);
          for (const line of [lines.cell, lines.sequence, lines.before]) {
            f.increment(line, rowBytes);
          }
          f.increment(lines.saved, saved * rowBytes);
        });
      }

      function step(
        lines: Lines,
        { offset, vectors, lanes, bias }: Vectors & { readonly bias: I32 },
      ): void {
        const math = new VectorMath(f, target.relaxed);
        const each = Array.from({ length: vectors }, (_, v) => offset + v * VECTOR_BYTES);
        const gateList = Array.from({ length: gates }, (_, gate) => gate);
        const before = each.map((o) => math.keep(v128.load(lines.now, o)));
        const stepped = each.map((o, v) =>
          stepCell(cell, math, {
            x: projection ? [] : gateList.map((gate) => v128.load(lines.x, gate * rowBytes + o)),
            h: gateList.map((gate) => v128.load(lines.sums, gate * sumBytes + o)),
            bias:
              from.bias === null
                ? []
                : gateList.map((gate) => v128.load(bias, gate * rowBytes + o)),
            before: at(before, v),
            cell: v128.load(lines.cell, o),
          }),
        );
        const put = (line: I32, values: readonly Local<'v128'>[], more = 0): void =>
          storeVectors(f, line, values, lanes, offset + more);
        put(
          lines.next,
          stepped.map((one) => one.state),
        );
        if (hasCell) {
          put(
            lines.cell,
            stepped.map((one) => one.cell ?? one.state),
          );
        }
        if (to.sequence !== null) {
          put(
            lines.sequence,
            stepped.map((one) => one.state),
          );
        }
        if (to.before === null) return;
        put(lines.before, before);
        for (let k = 0; k < saved; k++) {
          put(
            lines.saved,
            stepped.map((one) => at(one.saved, k)),
            k * rowBytes,
          );
        }
      }

      /** Beyond a sample's length its state stays. */
      function skip(lines: Lines, offset: number, vectors: number, lanes: number): void {
        const each = Array.from({ length: vectors }, (_, v) => offset + v * VECTOR_BYTES);
        const before = each.map((o) => f.local('v128', v128.load(lines.now, o)));
        const zeros = each.map(() => f32x4.const(0));
        storeVectors(f, lines.next, before, lanes, offset);
        if (to.sequence !== null) storeVectors(f, lines.sequence, zeros, lanes, offset);
        if (to.before === null) return;
        storeVectors(f, lines.before, before, lanes, offset);
        for (let k = 0; k < saved; k++) {
          storeVectors(f, lines.saved, zeros, lanes, offset + k * rowBytes);
        }
      }
    },
  };
  return [pack, compute];
}

interface Block {
  readonly f: FunctionBuilder;
  readonly t: I32;
  readonly chunk: Chunk;
  /** Bytes of the units before. */
  readonly unit: Local<'i32'>;
  readonly width: number;
  readonly now: I32;
  readonly next: I32;
}

/** Where one sample's numbers are, at the first unit of a block. */
type Lines = Readonly<
  Record<'x' | 'sums' | 'now' | 'next' | 'cell' | 'sequence' | 'before' | 'saved', Local<'i32'>>
>;

interface Vectors {
  readonly offset: number;
  readonly vectors: number;
  /** That count, of the last vector. */
  readonly lanes: number;
}

/** Vectors of so many floats, two by two where there are two, which may become 256-bit ones. */
export function units(
  width: number,
  body: (offset: number, vectors: number, lanes: number) => void,
): void {
  const all = ceilDiv(width, LANES);
  for (let v = 0; v < all; v += 2) {
    const vectors = Math.min(2, all - v);
    const rest = width - (v + vectors - 1) * LANES;
    body(v * VECTOR_BYTES, vectors, Math.min(LANES, rest));
  }
}
