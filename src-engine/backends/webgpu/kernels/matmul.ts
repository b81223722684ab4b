/** Matrix product in all four transpositions, bias and relu folded into the store of a tile. */
import type { Epilogue } from '#engine/ops/ops.ts';
import { at } from '#engine/backends/strides.ts';
import { type Operand, gemm } from '../gemm.ts';
import { type Kernels, type Slot, inputAt, sizeOf } from '../kernel.ts';
import { u32 } from '../wgsl.ts';

/** Statements between a sum and its store; `added` is the expression of the bias. */
export function epilogueCode(
  { bias, activation }: Epilogue,
  added: string,
  vector: boolean,
): string {
  const type = vector ? 'vec4<f32>' : 'f32';
  const relu = `value = select(value, ${type}(), value < ${type}());`;
  return [bias ? `value += ${added};` : '', activation === 'relu' ? relu : ''].join('\n');
}

interface Matrix {
  readonly slot: Slot;
  readonly lines: number;
  readonly k: number;
  /** Stored line after line, so that four lines are far apart; else they are neighbours. */
  readonly byLine: boolean;
  /** Whether whole groups of four may be read. */
  readonly vector: boolean;
  /** Whether there are several, one after the other. */
  readonly batched: boolean;
}

/** A matrix read in groups of four lines. */
function operand({ slot, lines, k, byLine, vector, batched }: Matrix): Operand {
  const { name } = slot;
  const start = batched ? `batch * ${u32(lines * k)} + ` : '';
  const whole = vector && lines % 4 === 0;
  if (byLine) {
    return {
      slot,
      contiguous: 'k',
      setup: (p, line) =>
        [0, 1, 2, 3]
          .map(
            (i) => `let ${p}_at${i} = ${start}min(${line} + ${i}u, ${u32(lines - 1)}) * ${u32(k)};`,
          )
          .join('\n'),
      load: (p, at) =>
        `vec4<f32>(${[0, 1, 2, 3].map((i) => `${name}(${p}_at${i} + ${at})`).join(', ')})`,
      ...(vector && k % 4 === 0
        ? { loadAlong: (p, line, at) => `${name}4((${p}_at${line} + ${at}) / 4u)` }
        : {}),
    };
  }
  if (whole) {
    return {
      slot,
      contiguous: 'line',
      setup: (p, line) => `let ${p}_four = (${start}min(${line}, ${u32(lines - 4)})) / 4u;`,
      load: (p, at) => `${name}4(${at} * ${u32(lines / 4)} + ${p}_four)`,
    };
  }
  return {
    slot,
    contiguous: 'line',
    setup: (p, line) =>
      [0, 1, 2, 3]
        .map((i) => `let ${p}_line${i} = ${start}min(${line} + ${i}u, ${u32(lines - 1)});`)
        .join('\n'),
    load: (p, at) =>
      `vec4<f32>(${[0, 1, 2, 3].map((i) => `${name}(${at} * ${u32(lines)} + ${p}_line${i})`).join(', ')})`,
  };
}

export const matmulKernels: Kernels<'matmul'> = {
  matmul(call, context) {
    const { transposeA, transposeB, epilogue } = call.params;
    const [left, right] = [inputAt(call, 0), inputAt(call, 1)];
    const { shape } = call.output.type;
    const rank = shape.length;
    const [m, n] = [at(shape, rank - 2), at(shape, rank - 1)];
    const k = at(left.type.shape, transposeA ? rank - 2 : rank - 1);
    const batches = sizeOf(call.output) / (m * n);
    const batched = batches > 1;
    const vectorStore = n % 4 === 0;
    const a = { name: 'left', place: left };
    const b = { name: 'right', place: right };
    const slots: Slot[] = [a, b, { name: 'y', place: call.output }];
    if (epilogue.bias) slots.push({ name: 'added', place: inputAt(call, 2) });
    const finish = epilogueCode(epilogue, vectorStore ? 'added4(n / 4u)' : 'added(n)', vectorStore);
    const index = batched ? `(batch * ${u32(m)} + m) * ${u32(n)} + n` : `m * ${u32(n)} + n`;
    return gemm(
      {
        label: `matmul${transposeA ? ' At' : ''}${transposeB ? ' Bt' : ''}`,
        m,
        n,
        k,
        batches,
        a: operand({ slot: a, lines: m, k, byLine: !transposeA, vector: vectorStore, batched }),
        b: operand({ slot: b, lines: n, k, byLine: transposeB, vector: vectorStore, batched }),
        slots,
        declarations: '',
        vectorStore,
        store: vectorStore
          ? `${finish}\nset_y4((${index}) / 4u, value);`
          : `${finish}\nset_y(${index}, value);`,
      },
      context,
    );
  },
};
