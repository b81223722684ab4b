/**
 * Attention and its gradient as tiled products over the heads of a batch, which read queries, keys and values
 * where they lie, and passes over rows of scores between them. The scores of so many samples at a time are in
 * memory of the call.
 */
import type { BufferRef } from '#engine/compile/program.ts';
import {
  type AttentionOperands,
  type AttentionParams,
  type AttentionSizes,
  type HeadRows,
  attentionOperands,
  attentionSizes,
} from '#engine/ops/attention.ts';
import { type Operand, gemm } from '../gemm.ts';
import type { Dispatch, KernelContext, Kernels, Place, Slot } from '../kernel.ts';
import { type RowStep, rowKernel } from '../rowKernel.ts';
import { f32, u32 } from '../wgsl.ts';

/** Of the scores of samples taken together, so that memory does not grow with the batch. */
const SCORE_BYTES = 2 ** 26;
/** In place of the score of what is not seen; so low a maximum says that nothing was. */
const HIDDEN = -3e38;
const NOTHING_SEEN = -2e38;
/** The exponent of what is nothing beside the largest. */
const LEAST_EXPONENT = -87;

/** Some samples: the number of the first and how many. */
interface Samples {
  readonly first: number;
  readonly count: number;
}

/** A matrix of each head: numbers of a step are neighbours, or (scores) where `batch` says. */
interface Matrix {
  readonly slot: Slot;
  /** Expression: where the matrix of product `batch` begins. */
  readonly start: string;
  readonly row: number;
}

class Attention {
  readonly sizes: AttentionSizes;
  readonly operands: AttentionOperands<BufferRef>;
  readonly #params: AttentionParams;
  readonly #context: KernelContext;

  constructor(inputs: readonly BufferRef[], params: AttentionParams, context: KernelContext) {
    this.#params = params;
    this.#context = context;
    this.operands = attentionOperands(inputs, params);
    this.sizes = attentionSizes(
      inputs.map(({ type }) => type.shape),
      params,
    );
  }

  get #pairs(): number {
    return this.#params.heads * this.sizes.queries * this.sizes.keys;
  }

  /** Stretches of samples, of whose scores there is room; `scores` makes that room. */
  stretches(
    places: number,
    body: (samples: Samples, scores: readonly Place[]) => readonly Dispatch[],
  ): readonly Dispatch[] {
    const { batch } = this.sizes;
    const bytes = Math.min(SCORE_BYTES, this.#context.target.bindingBytes);
    const most = Math.min(batch, Math.max(1, Math.floor(bytes / (this.#pairs * 4))));
    const scores = Array.from({ length: places }, () => this.#context.scratch(most * this.#pairs));
    const dispatches: Dispatch[] = [];
    for (let first = 0; first < batch; first += most) {
      dispatches.push(...body({ first, count: Math.min(most, batch - first) }, scores));
    }
    return dispatches;
  }

  /** The rows of a head in a tensor. */
  rows(name: string, place: Place, at: HeadRows, { first }: Samples): Matrix {
    const { heads } = this.#params;
    const { headSize } = this.sizes;
    const sample = `(batch / ${u32(heads)}) * ${u32(at.sample)}`;
    const head = `(batch % ${u32(heads)}) * ${u32(headSize)}`;
    const start = `${sample} + ${head} + ${u32(first * at.sample + at.offset)}`;
    return { slot: { name, place }, start, row: at.row };
  }

  scores(name: string, place: Place): Matrix {
    const { queries, keys } = this.sizes;
    return { slot: { name, place }, start: `batch * ${u32(queries * keys)}`, row: keys };
  }

  /** `C = A B`: `byLine`: the lines of an operand are its rows; else its columns. */
  product(
    label: string,
    { count }: Samples,
    [m, n, k]: readonly [number, number, number],
    a: { readonly matrix: Matrix; readonly byLine: boolean },
    b: { readonly matrix: Matrix; readonly byLine: boolean },
    c: Matrix,
    others: readonly Slot[] = [],
  ): readonly Dispatch[] {
    const { keys, headSize } = this.sizes;
    const vector = keys % 4 === 0 && headSize % 4 === 0;
    const index = `${c.start} + m * ${u32(c.row)} + n`;
    const { name } = c.slot;
    return gemm(
      {
        label: `attention, ${label}`,
        ...{ m, n, k },
        batches: count * this.#params.heads,
        a: operand(a.matrix, m, a.byLine, vector),
        b: operand(b.matrix, n, b.byLine, vector),
        slots: [a.matrix.slot, b.matrix.slot, c.slot, ...others],
        declarations: '',
        vectorStore: vector,
        store: vector ? `set_${name}4((${index}) / 4u, value);` : `set_${name}(${index}, value);`,
      },
      this.#context,
    );
  }

  /** Scores to weights where they lie. */
  softmax(scores: Place, { first, count }: Samples): Dispatch {
    const { queries, keys, scale } = this.sizes;
    const { mask } = this.operands;
    const seen: string[] = [];
    if (this.#params.causal) seen.push(`c <= o % ${u32(queries)}`);
    if (mask) seen.push(`mask(${this.#maskIndex(mask, first)}) != 0.0`);
    const score = `x(e) * ${f32(scale)}`;
    const isSeen = seen.join(' && ');
    const shown = seen.length === 0 ? score : `select(${f32(HIDDEN)}, ${score}, ${isSeen})`;
    const exponential = `nl_exp(max(${shown} - largest, ${f32(LEAST_EXPONENT)}))`;
    const part = seen.length === 0 ? exponential : `select(0.0, ${exponential}, ${isSeen})`;
    const steps: readonly RowStep[] = [
      { kind: 'max', name: 'largest', term: shown },
      { kind: 'sum', name: 'total', term: part },
      {
        kind: 'each',
        statements: `set_x(e, select(${part} / total, 0.0, largest < ${f32(NOTHING_SEEN)}));`,
      },
    ];
    return rowKernel(
      {
        label: 'attention, weights',
        slots: [{ name: 'x', place: scores }, ...(mask ? [{ name: 'mask', place: mask }] : [])],
        rows: count * this.#params.heads * queries,
        columns: keys,
        steps,
      },
      this.#context,
    );
  }

  #maskIndex({ type: { shape } }: BufferRef, first: number): string {
    const { heads } = this.#params;
    const { queries, keys } = this.sizes;
    const [samples = 1, ofHeads = 1, ofQueries = 1] = shape;
    const terms = ['c'];
    const add = (count: number, digit: string, stride: number): void => {
      if (count > 1) terms.push(`(${digit}) * ${u32(stride)}`);
    };
    add(ofQueries, `o % ${u32(queries)}`, keys);
    add(ofHeads, `(o / ${u32(queries)}) % ${u32(heads)}`, ofQueries * keys);
    add(samples, `o / ${u32(queries * heads)} + ${u32(first)}`, ofHeads * ofQueries * keys);
    return terms.join(' + ');
  }

  /** What is multiplied with dropout, or the number alone. */
  dropped(value: string, { first }: Samples): string {
    if (!this.operands.dropout) return value;
    return `${value} * dropout(e + ${u32(first * this.#pairs)})`;
  }

  get dropoutSlots(): readonly Slot[] {
    const { dropout } = this.operands;
    return dropout ? [{ name: 'dropout', place: dropout }] : [];
  }

  /** A pass over the rows of scores. */
  overRows(
    label: string,
    { count }: Samples,
    slots: readonly Slot[],
    steps: readonly RowStep[],
  ): Dispatch {
    const { queries, keys } = this.sizes;
    const rows = count * this.#params.heads * queries;
    return rowKernel(
      {
        label: `attention, ${label}`,
        slots: [...slots, ...this.dropoutSlots],
        rows,
        columns: keys,
        steps,
      },
      this.#context,
    );
  }
}

/** Lines of four neighbours, or of four rows that lie apart. */
function operand(
  { slot, start, row }: Matrix,
  lines: number,
  byLine: boolean,
  vector: boolean,
): Operand {
  const { name } = slot;
  const line = (p: string, from: string, i: number): string =>
    `let ${p}_at${i} = ${start} + min(${from} + ${i}u, ${u32(lines - 1)})${byLine ? ` * ${u32(row)}` : ''};`;
  if (!byLine && vector) {
    return {
      slot,
      contiguous: 'line',
      setup: (p, from) => `let ${p}_four = (${start} + min(${from}, ${u32(lines - 4)})) / 4u;`,
      load: (p, at) => `${name}4(${at} * ${u32(row / 4)} + ${p}_four)`,
    };
  }
  const step = byLine ? (at: string) => at : (at: string) => `${at} * ${u32(row)}`;
  return {
    slot,
    contiguous: byLine ? 'k' : 'line',
    setup: (p, from) => [0, 1, 2, 3].map((i) => line(p, from, i)).join('\n'),
    load: (p, at) =>
      `vec4<f32>(${[0, 1, 2, 3].map((i) => `${name}(${p}_at${i} + ${step(at)})`).join(', ')})`,
    ...(byLine && vector
      ? { loadAlong: (p: string, i: number, at: string) => `${name}4((${p}_at${i} + ${at}) / 4u)` }
      : {}),
  };
}

export const attentionKernels: Kernels<'attention' | 'attentionGrad'> = {
  attention(call, context) {
    const attention = new Attention(call.inputs, call.params, context);
    const { queries, keys, headSize, query, key, value, output } = attention.sizes;
    const { operands } = attention;
    return attention.stretches(1, (samples, [scores]) => {
      if (!scores) return [];
      const q = attention.rows('q', operands.query, query, samples);
      const k = attention.rows('k', operands.keyValue, key, samples);
      const v = attention.rows('v', operands.keyValue, value, samples);
      const weights = attention.scores('w', scores);
      const y = attention.rows('y', call.output, output, samples);
      const drop = attention.overRows(
        'dropout',
        samples,
        [{ name: 'w', place: scores }],
        [{ kind: 'each', statements: `set_w(e, ${attention.dropped('w(e)', samples)});` }],
      );
      return [
        ...attention.product(
          'scores',
          samples,
          [queries, keys, headSize],
          { matrix: q, byLine: true },
          { matrix: k, byLine: true },
          weights,
        ),
        attention.softmax(scores, samples),
        ...(call.params.dropped ? [drop] : []),
        ...attention.product(
          'values',
          samples,
          [queries, headSize, keys],
          { matrix: weights, byLine: true },
          { matrix: v, byLine: false },
          y,
        ),
      ];
    });
  },
  attentionGrad(call, context) {
    const [dyRef, ...inputs] = call.inputs;
    if (!dyRef) throw new Error('a gradient has what it is one of');
    const attention = new Attention(inputs, call.params, context);
    const { queries, keys, headSize, scale, query, key, value, output } = attention.sizes;
    const { gradients } = attention.sizes;
    const { operands } = attention;
    return attention.stretches(2, (samples, [weightsAt, slopesAt]) => {
      if (!weightsAt || !slopesAt) return [];
      const q = attention.rows('q', operands.query, query, samples);
      const k = attention.rows('k', operands.keyValue, key, samples);
      const v = attention.rows('v', operands.keyValue, value, samples);
      const dy = attention.rows('dy', dyRef, output, samples);
      const weights = attention.scores('w', weightsAt);
      const slopes = attention.scores('s', slopesAt);
      const [dq, dk, dv] = (['query', 'key', 'value'] as const).map((part) =>
        attention.rows('dx', call.output, gradients[part], samples),
      );
      if (!dq || !dk || !dv) return [];
      const slope = attention.dropped('s(e)', samples);
      const passes: readonly RowStep[] = [
        { kind: 'sum', name: 'mean', term: `w(e) * ${slope}` },
        { kind: 'each', statements: `set_s(e, w(e) * (${slope} - mean) * ${f32(scale)});` },
        ...(call.params.dropped
          ? [
              {
                kind: 'each',
                statements: `set_w(e, ${attention.dropped('w(e)', samples)});`,
              } as const,
            ]
          : []),
      ];
      const scoresOf = [queries, keys, headSize] as const;
      const ofKeys = [keys, headSize, queries] as const;
      const row = (matrix: Matrix) => ({ matrix, byLine: true });
      const column = (matrix: Matrix) => ({ matrix, byLine: false });
      return [
        ...attention.product('scores', samples, scoresOf, row(q), row(k), weights),
        attention.softmax(weightsAt, samples),
        ...attention.product('slopes', samples, scoresOf, row(dy), row(v), slopes),
        attention.overRows('slopes of scores', samples, [weights.slot, slopes.slot], passes),
        ...attention.product(
          'gradient of queries',
          samples,
          [queries, headSize, keys],
          row(slopes),
          column(k),
          dq,
        ),
        ...attention.product('gradient of keys', samples, ofKeys, column(slopes), column(q), dk),
        ...attention.product(
          'gradient of values',
          samples,
          ofKeys,
          column(weights),
          column(dy),
          dv,
        ),
      ];
    });
  },
};
