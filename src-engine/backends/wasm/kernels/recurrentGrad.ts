/**
 * The way back through a recurrent cell, from the last step computed to the first. As on the way there threads share
 * the samples and nobody waits between steps: of each step first what the cell does, number by number, then one
 * product of the gates' gradients with the weight, which gives the state's gradient for the step before. Gradients
 * of weights are products over all steps at once, and not made here.
 */
import type { OpCall } from '#engine/compile/program.ts';
import {
  RECURRENT_CELLS,
  recurrentGradInputs,
  recurrentGradRows,
  recurrentRows,
} from '#engine/ops/recurrent.ts';
import { ceilDiv } from '#engine/backends/rounding.ts';
import { at } from '#engine/backends/strides.ts';
import type { FunctionBuilder, Local } from '#engine/assembler/assembler.ts';
import { type I32, f32x4, i32, memory, v128 } from '#engine/assembler/instructions.ts';
import { type KernelContext, type Phase, share, storeVectors, VECTOR_BYTES } from '../kernel.ts';
import { VectorMath } from '../math.ts';
import { withEdge } from './gemm.ts';
import { depthRounds, microKernel, NO_ADDRESS } from './microKernel.ts';
import { panelPacker } from './pack.ts';
import { backCell } from './recurrentCells.ts';
import {
  type Chunk,
  chunkState,
  forChunks,
  forTiles,
  isBeyond,
  sampleTiles,
  sectionsAt,
} from './recurrentTiles.ts';

export function recurrentGrad(call: OpCall<'recurrentGrad'>, context: KernelContext): Phase[] {
  const { cell, reverse, state, steps } = call.params;
  const refs = recurrentGradInputs(call.inputs, call.params);
  const [, batch, size] = refs.saved.type.shape as [number, number, number];
  const { gates, saved, hasCell, productApart } = RECURRENT_CELLS[cell];
  const { target } = context;
  const { columns } = target.tile;

  const rowBytes = size * 4;
  const allBytes = batch * rowBytes;
  const given = recurrentRows(call.params, steps);
  const rows = recurrentGradRows(call.params);
  const [kept, output] = [context.address(refs.saved), context.address(call.output)];
  const addressOf = (ref: (typeof refs.flows)['hidden']): number | null =>
    ref ? context.address(ref) : null;
  const sectionAt = sectionsAt(output, allBytes);
  const from = {
    before: kept + (given.before?.start ?? 0) * allBytes,
    saved: kept + (given.saved?.start ?? 0) * allBytes,
    weight: context.address(refs.weight),
    cell: addressOf(refs.cell),
    lengths: addressOf(refs.lengths),
    sequence: addressOf(refs.flows.sequence),
    hidden: addressOf(refs.flows.hidden),
    ofCell: addressOf(refs.flows.cell),
  };
  const to = {
    gates: output + rows.gates.start * allBytes,
    product: sectionAt(rows.product),
    hidden: sectionAt(rows.hidden),
    cell: sectionAt(rows.cell),
  };
  const lineBytes = gates * rowBytes;
  const savedBytes = saved * rowBytes;

  const tiles = sampleTiles(batch, steps * batch * gates * size * size, context);
  const blocks = ceilDiv(size, columns);
  const depth = gates * size;
  const panelStep = columns * 4;
  const panelBytes = depth * panelStep;
  const packed = context.scratch(blocks * panelBytes);
  const stateBytes = tiles.chunkRows * rowBytes;
  const slopes = context.scratchPerThread(stateBytes);
  const cellSlopes = hasCell ? context.scratchPerThread(stateBytes) : null;
  const noState = hasCell && from.cell === null ? context.scratchPerThread(rowBytes) : null;
  /** Something reaches the state before a step past the product, or a step is left out. */
  const accumulate = productApart || from.lengths !== null;

  const pack: Phase = {
    solo: tiles.solo,
    emit(f, thread) {
      const mine = share(f, thread, tiles.solo ? 1 : target.threads, blocks);
      const source = { rowBytes, along: 'panel' } as const;
      f.for(mine.begin, mine.end, 1, (block) =>
        withEdge(f, block, size, columns, (width) =>
          f.call(panelPacker(context, source, width, depth, panelStep), [
            i32.add(i32.mul(block, panelStep), from.weight),
            i32.add(i32.mul(block, panelBytes), packed),
          ]),
        ),
      );
    },
  };

  const { rounds, remainder } = depthRounds(depth);
  const tileOf = (count: number, width: number) =>
    microKernel(context, {
      rows: count,
      columns: width,
      a: { row: lineBytes, step: 4 },
      bStep: panelStep,
      cRow: rowBytes,
      remainder,
      accumulate,
      bias: 'none',
      relu: false,
    });

  const compute: Phase = {
    solo: tiles.solo,
    emit(f, thread) {
      const slopeAt = f.local('i32', slopes.address(thread));
      const cellAt = f.local('i32', cellSlopes?.address(thread) ?? i32.const(0));
      const zerosAt = f.local('i32', noState?.address(thread) ?? i32.const(0));
      if (noState) f.run(memory.fill(zerosAt, 0, rowBytes));
      forChunks(f, thread, target.threads, tiles, (chunk) => {
        const rowsOf = chunkState(f, chunk, rowBytes);
        rowsOf.begin(slopeAt, from.hidden);
        if (hasCell) rowsOf.begin(cellAt, from.ofCell);
        f.for(0, steps, 1, (k) => {
          const t = f.local('i32', reverse ? k : i32.sub(steps - 1, k));
          allSamples(f, t, chunk, { slopeAt, cellAt, zerosAt });
          const isFirst = state ? i32.const(0) : i32.eq(k, steps - 1);
          // Nobody asks for the gradient of a first state of zeros.
          f.if(i32.eqz(isFirst), () => product(f, t, chunk, slopeAt));
        });
        rowsOf.end(slopeAt, to.hidden);
        rowsOf.end(cellAt, to.cell);
      });
    },
  };

  function product(f: FunctionBuilder, t: I32, chunk: Chunk, slopeAt: I32): void {
    const past = i32.add(i32.mul(t, batch), chunk.first);
    const lines = f.local('i32', i32.add(i32.mul(past, lineBytes), to.product ?? to.gates));
    f.for(0, blocks, 1, (block) =>
      withEdge(f, block, size, columns, (width) => {
        const panel = f.local('i32', i32.add(i32.mul(block, panelBytes), packed));
        const at = f.local('i32', i32.add(i32.mul(block, panelStep), slopeAt));
        forTiles(f, chunk, tiles, (row, count) =>
          f.call(tileOf(count, width), [
            i32.add(lines, i32.mul(row, lineBytes)),
            panel,
            i32.add(at, i32.mul(row, rowBytes)),
            i32.const(rounds),
            NO_ADDRESS,
          ]),
        );
      }),
    );
  }

  /** Of one step, what the cell does on the way back, number by number. */
  function allSamples(f: FunctionBuilder, t: I32, chunk: Chunk, scratch: Scratch): void {
    const past = f.local('i32', i32.add(i32.mul(t, batch), chunk.first));
    const place = (address: number | null, bytes: number): Local<'i32'> =>
      f.local('i32', i32.add(i32.mul(past, bytes), address ?? 0));
    const lines: Lines = {
      saved: place(from.saved, savedBytes),
      before: place(from.before, rowBytes),
      sequence: place(from.sequence, rowBytes),
      gates: place(to.gates, lineBytes),
      product: place(to.product, lineBytes),
      slope: f.local('i32', scratch.slopeAt),
      cell: f.local('i32', scratch.cellAt),
      cellBefore: f.local('i32'),
    };
    f.for(chunk.first, chunk.end, 1, (sample) => {
      const length =
        from.lengths === null ? null : f.local('i32', i32.load(i32.shl(sample, 2), from.lengths));
      if (hasCell) f.set(lines.cellBefore, cellBefore(t, sample, lines, length, scratch));
      f.if(
        length === null ? i32.const(0) : isBeyond(t, length),
        () => {
          f.run(memory.fill(lines.gates, 0, lineBytes));
          if (to.product !== null) f.run(memory.fill(lines.product, 0, lineBytes));
        },
        () => overUnits(f, lines),
      );
      for (const line of [lines.before, lines.sequence, lines.slope, lines.cell]) {
        f.increment(line, rowBytes);
      }
      f.increment(lines.saved, savedBytes);
      f.increment(lines.gates, lineBytes);
      f.increment(lines.product, lineBytes);
    });
  }

  /** Where the state of the cell before this step is: saved by the one before, or the first one. */
  function cellBefore(
    t: I32,
    sample: I32,
    { saved: line }: Lines,
    length: Local<'i32'> | null,
    { zerosAt }: Scratch,
  ): I32 {
    const first = from.cell === null ? zerosAt : i32.add(i32.mul(sample, rowBytes), from.cell);
    const stepBytes = batch * savedBytes;
    const own = (saved - 1) * rowBytes;
    const earlier = i32.add(line, own + (reverse ? stepBytes : -stepBytes));
    const isFirst = reverse ? i32.eq(t, steps - 1) : i32.eqz(t);
    const isOwnFirst =
      reverse && length !== null ? i32.or(isFirst, i32.geS(i32.add(t, 1), length)) : isFirst;
    return i32.select(isOwnFirst, first, earlier);
  }

  function overUnits(f: FunctionBuilder, lines: Lines): void {
    const vectorBytes = 2 * VECTOR_BYTES;
    const pairs = Math.floor(rowBytes / vectorBytes) * vectorBytes;
    f.for(0, pairs, vectorBytes, (position) => back(f, lines, position, 2, 4));
    const rest = (rowBytes - pairs) / 4;
    if (rest === 0) return;
    back(f, lines, i32.const(pairs), ceilDiv(rest, 4), rest > 4 ? rest - 4 : rest);
  }

  function back(
    f: FunctionBuilder,
    lines: Lines,
    position: I32,
    vectors: number,
    lanes: number,
  ): void {
    const math = new VectorMath(f, target.relaxed);
    const each = Array.from({ length: vectors }, (_, v) => v * VECTOR_BYTES);
    const moved = (line: Local<'i32'>): Local<'i32'> => f.local('i32', i32.add(line, position));
    const savedLine = moved(lines.saved);
    const beforeLine = moved(lines.before);
    const sequenceLine = moved(lines.sequence);
    const slopeLine = moved(lines.slope);
    const cellLine = moved(lines.cell);
    const cellBeforeLine = moved(lines.cellBefore);
    const values = each.map((o) => {
      const slope = v128.load(slopeLine, o);
      return {
        saved: Array.from({ length: saved }, (_, k) =>
          math.keep(v128.load(savedLine, k * rowBytes + o)),
        ),
        before: v128.load(beforeLine, o),
        cellBefore: v128.load(cellBeforeLine, o),
        dy: math.keep(
          from.sequence === null ? slope : f32x4.add(slope, v128.load(sequenceLine, o)),
        ),
        dcell: v128.load(cellLine, o),
      };
    });
    const went = values.map((value) => backCell(cell, math, value));
    const put = (line: I32, of: readonly (Local<'v128'> | null)[], more = 0): void => {
      const present = of.filter((value) => value !== null);
      if (present.length > 0) storeVectors(f, line, present, lanes, more);
    };
    const put2 = (line: Local<'i32'>, of: (gate: number) => readonly (Local<'v128'> | null)[]) => {
      const gateLine = moved(line);
      for (let gate = 0; gate < gates; gate++) put(gateLine, of(gate), gate * rowBytes);
    };
    put2(lines.gates, (gate) => went.map((one) => at(one.gates, gate)));
    if (productApart) put2(lines.product, (gate) => went.map((one) => one.product?.[gate] ?? null));
    if (hasCell)
      put(
        cellLine,
        went.map((one) => one.cell),
      );
    if (!accumulate) return;
    const past = went.map((one) => one.before ?? f.local('v128', f32x4.const(0)));
    put(slopeLine, past);
  }

  return [pack, compute];
}

/** Each thread's own. */
interface Scratch {
  /** Gradients of the state, `[samples, H]`, and of the cell's. */
  readonly slopeAt: I32;
  readonly cellAt: I32;
  readonly zerosAt: I32;
}

/** Where one sample's numbers of a step are. */
type Lines = Readonly<
  Record<
    'saved' | 'before' | 'sequence' | 'gates' | 'product' | 'slope' | 'cell' | 'cellBefore',
    Local<'i32'>
  >
>;
