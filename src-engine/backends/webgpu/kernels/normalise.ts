/** Normalisation over everything but the channels (axis 1). Reference: https://arxiv.org/abs/1502.03167 */
import type { BufferRef, OpCall } from '#engine/compile/program.ts';
import { same } from '#engine/backends/callPlaces.ts';
import { at } from '#engine/backends/strides.ts';
import { type Dispatch, type KernelContext, type Kernels, inputAt, sizeOf } from '../kernel.ts';
import { type Reduction, reduce } from '../reduction.ts';
import { rowKernel } from '../rowKernel.ts';
import { Words, eachElement, f32, u32 } from '../wgsl.ts';
import { SUM } from '../workgroup.ts';

interface Channels {
  readonly channels: number;
  /** Elements of a channel within one sample, and in all. */
  readonly inner: number;
  readonly count: number;
}

function channelsOf(x: BufferRef): Channels {
  const { shape } = x.type;
  const channels = at(shape, 1);
  const inner = sizeOf(x) / (at(shape, 0) * channels);
  return { channels, inner, count: sizeOf(x) / channels };
}

/** The flat index of term `r` of channel `o`. */
function termIndex({ channels, inner }: Channels): string {
  return `((r / ${u32(inner)}) * ${u32(channels)} + o) * ${u32(inner)} + r % ${u32(inner)}`;
}

function perChannel(
  x: BufferRef,
  reduction: Pick<Reduction, 'label' | 'slots' | 'type' | 'declarations' | 'term' | 'finish'> & {
    readonly words?: Words;
  },
  context: KernelContext,
): readonly Dispatch[] {
  const { channels, inner, count } = channelsOf(x);
  return reduce(
    {
      ...reduction,
      outputs: channels,
      count,
      contiguous: inner === 1 ? 'outputs' : 'terms',
      combine: SUM,
      identity: `${reduction.type}()`,
    },
    context,
  );
}

/** One number per element, from its channel `c`. */
function perElement(
  label: string,
  x: BufferRef,
  y: BufferRef,
  others: Readonly<Record<string, Dispatch['slots'][number]['place']>>,
  words: Words,
  body: string,
  context: KernelContext,
): Dispatch {
  const { channels, inner } = channelsOf(x);
  const four = inner % 4 === 0;
  const per = four ? inner / 4 : inner;
  return eachElement(
    {
      label: `${label} ${x.type.shape.join('x')}`,
      slots: [
        { name: 'x', place: x },
        { name: 'y', place: y },
        ...Object.entries(others).map(([name, place]) => ({ name, place })),
      ],
      words,
      width: four ? 4 : 1,
      count: sizeOf(x) / (four ? 4 : 1),
      body: `
let c = (i / ${u32(per)}) % ${u32(channels)};
let v = ${four ? 'x4(i)' : 'x(i)'};
${body}
${four ? 'set_y4(i, result);' : 'set_y(i, result);'}`,
    },
    context,
  );
}

/** Whether each row of a matrix is normalised by itself, as layer norms are made. */
export function isOfRows({ type: { shape } }: BufferRef): boolean {
  return shape.length === 3 && shape[0] === 1;
}

/**
 * Mean and variance at once: how many, their mean and their squares about it, brought together as
 * Chan, Golub and LeVeque do (https://doi.org/10.1080/00031305.1983.10483115), which loses nothing where the mean
 * is far from zero.
 */
export function trainingStatistics(
  call: OpCall<'groupMean'>,
  variance: BufferRef,
  context: KernelContext,
): readonly Dispatch[] {
  const x = inputAt(call, 0);
  const channels = channelsOf(x);
  const { inner, count } = channels;
  return reduce(
    {
      label: 'mean and variance',
      slots: [
        { name: 'x', place: x },
        { name: 'mean', place: call.output },
        { name: 'variance', place: variance },
      ],
      ...{ type: 'vec4<f32>', outputs: channels.channels, count },
      contiguous: inner === 1 ? 'outputs' : 'terms',
      declarations: `
fn together(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
  let n = a.x + b.x;
  if (n == 0.0) { return a; }
  let share = b.x / n;
  let apart = b.y - a.y;
  return vec4<f32>(n, a.y + apart * share, a.z + b.z + apart * apart * (a.x * share), 0.0);
}`,
      term: `vec4<f32>(1.0, x(${termIndex(channels)}), 0.0, 0.0)`,
      combine: 'together(a, b)',
      identity: 'vec4<f32>()',
      finish: `
set_mean(o, value.y);
set_variance(o, value.z / ${f32(count)});`,
    },
    context,
  );
}

interface NormOfRows {
  readonly norm: OpCall<'normalize'>;
  readonly mean: BufferRef;
  readonly variance: BufferRef;
  /** Its scale and shift, where they are one number everywhere. */
  readonly filled: readonly OpCall<'full'>[];
}

/** Statistics and normalisation of each row, in one dispatch. */
export function normOfRows(
  { norm, mean, variance, filled }: NormOfRows,
  context: KernelContext,
): Dispatch {
  const x = inputAt(norm, 0);
  const [, rows = 1, columns = 1] = x.type.shape;
  const words = new Words();
  const factors = ['scale', 'shift'].map((name, k) => {
    const place = inputAt(norm, 3 + k);
    const known = filled.find(({ output }) => same(output, place));
    if (!known) return { code: `${name}(o)`, slot: { name, place }, finish: '' };
    const code = words.float(known.params.value);
    return { code, slot: { name, place }, finish: `set_${name}(o, ${code});` };
  });
  const [scale, shift] = factors.map(({ code }) => code);
  return rowKernel(
    {
      label: 'norm of rows',
      slots: [
        { name: 'x', place: x },
        { name: 'mean', place: mean },
        { name: 'variance', place: variance },
        ...factors.map(({ slot }) => slot),
        { name: 'y', place: norm.output },
      ],
      words,
      ...{ rows, columns },
      steps: [
        { kind: 'sum', name: 'total', term: 'x(e)' },
        {
          kind: 'sum',
          name: 'squares',
          term: `square(x(e) - total / ${f32(columns)})`,
        },
        {
          kind: 'each',
          statements: `set_y(e, (x(e) - total / ${f32(columns)}) * (1.0 / sqrt(squares / ${f32(columns)} + ${words.float(norm.params.eps)})) * ${scale ?? ''} + ${shift ?? ''});`,
        },
      ],
      declarations: 'fn square(x: f32) -> f32 { return x * x; }',
      finish: `
set_mean(o, total / ${f32(columns)});
set_variance(o, squares / ${f32(columns)});
${factors.map(({ finish }) => finish).join('\n')}`,
    },
    context,
  );
}

const INVERSE = (eps: string): string => `1.0 / sqrt(variance(c) + ${eps})`;

export const normaliseKernels: Kernels<
  'groupMean' | 'groupVariance' | 'normalize' | 'normalizeInputGrad' | 'normalizeWeightGrad'
> = {
  groupMean(call, context) {
    const x = inputAt(call, 0);
    const channels = channelsOf(x);
    return perChannel(
      x,
      {
        label: 'groupMean',
        slots: [
          { name: 'x', place: x },
          { name: 'y', place: call.output },
        ],
        type: 'f32',
        term: `x(${termIndex(channels)})`,
        finish: `set_y(o, value / ${f32(channels.count)});`,
      },
      context,
    );
  },
  groupVariance(call, context) {
    const x = inputAt(call, 0);
    const channels = channelsOf(x);
    return perChannel(
      x,
      {
        label: 'groupVariance',
        slots: [
          { name: 'x', place: x },
          { name: 'mean', place: inputAt(call, 1) },
          { name: 'y', place: call.output },
        ],
        type: 'f32',
        declarations: `fn deviation(o: u32, r: u32) -> f32 { let d = x(${termIndex(channels)}) - mean(o); return d * d; }`,
        term: 'deviation(o, r)',
        finish: `set_y(o, value / ${f32(channels.count)});`,
      },
      context,
    );
  },
  normalize(call, context) {
    const words = new Words();
    const others = {
      mean: inputAt(call, 1),
      variance: inputAt(call, 2),
      weight: inputAt(call, 3),
      bias: inputAt(call, 4),
    };
    const inverse = INVERSE(words.float(call.params.eps));
    const body = `let result = (v - mean(c)) * (${inverse}) * weight(c) + bias(c);`;
    return [perElement('normalize', inputAt(call, 0), call.output, others, words, body, context)];
  },
  normalizeInputGrad: (call, context) => normGradients({ input: call }, context),
  normalizeWeightGrad(call, context) {
    const [dy, x] = [inputAt(call, 0), inputAt(call, 1)];
    const channels = channelsOf(x);
    const words = new Words();
    return perChannel(
      x,
      {
        label: 'normalizeWeightGrad',
        slots: [
          { name: 'dy', place: dy },
          { name: 'x', place: x },
          { name: 'mean', place: inputAt(call, 2) },
          { name: 'variance', place: inputAt(call, 3) },
          { name: 'y', place: call.output },
        ],
        words,
        type: 'f32',
        declarations: `fn along(o: u32, index: u32) -> f32 { return dy(index) * (x(index) - mean(o)); }`,
        term: `along(o, ${termIndex(channels)})`,
        finish: `set_y(o, value / sqrt(variance(o) + ${words.float(call.params.eps)}));`,
      },
      context,
    );
  },
};

export interface NormGradients {
  readonly input: OpCall<'normalizeInputGrad'>;
  /** Of its weight and its bias, whose sums those of the input are; where they go. */
  readonly weight?: BufferRef;
  readonly bias?: BufferRef;
}

export function normGradients(
  { input: call, weight: weightGrad, bias: biasGrad }: NormGradients,
  context: KernelContext,
): readonly Dispatch[] {
  const [dy, x] = [inputAt(call, 0), inputAt(call, 1)];
  const [mean, variance, weight] = [inputAt(call, 2), inputAt(call, 3), inputAt(call, 4)];
  const { eps, training } = call.params;
  const channels = channelsOf(x);
  const words = new Words();
  const inverse = INVERSE(words.float(eps));
  if (!training) {
    const body = `let result = v * (weight(c) * (${inverse}));`;
    return [
      perElement('normalizeInputGrad', dy, call.output, { variance, weight }, words, body, context),
    ];
  }
  // In training, mean and variance move with x: their share is the mean of dy and its part along x.
  const isAlone = !weightGrad && !biasGrad;
  if (isOfRows(x) && isAlone && !call.output.half) return [gradOfRows(call, context)];
  const sums = context.scratch(2 * channels.channels);
  const termWords = new Words();
  const moments = perChannel(
    x,
    {
      label: 'normalizeInputGrad sums',
      slots: [
        { name: 'dy', place: dy },
        { name: 'x', place: x },
        { name: 'mean', place: mean },
        { name: 'variance', place: variance },
        { name: 'sums', place: sums },
        ...(weightGrad ? [{ name: 'dweight', place: weightGrad }] : []),
        ...(biasGrad ? [{ name: 'dbias', place: biasGrad }] : []),
      ],
      words: termWords,
      type: 'vec2<f32>',
      declarations: `
fn moment(c: u32, index: u32) -> vec2<f32> {
  let slope = dy(index);
  return vec2<f32>(slope, slope * (x(index) - mean(c)) * (${INVERSE(termWords.float(eps))}));
}`,
      term: `moment(o, ${termIndex(channels)})`,
      finish: `
set_sums(o * 2u, value.x / ${f32(channels.count)});
set_sums(o * 2u + 1u, value.y / ${f32(channels.count)});
${weightGrad ? 'set_dweight(o, value.y);' : ''}
${biasGrad ? 'set_dbias(o, value.x);' : ''}`,
    },
    context,
  );
  const slope = channels.inner % 4 === 0 ? 'dy4(i)' : 'dy(i)';
  const body = `
let inverse = ${inverse};
let normal = (v - mean(c)) * inverse;
let result = (weight(c) * inverse) * (${slope} - sums(c * 2u) - normal * sums(c * 2u + 1u));`;
  const others = { dy, mean, variance, weight, sums };
  return [
    ...moments,
    perElement('normalizeInputGrad', x, call.output, others, words, body, context),
  ];
}

/** A row's sums and its gradient, in one dispatch: dy and x of a place are read before it is written. */
function gradOfRows(call: OpCall<'normalizeInputGrad'>, context: KernelContext): Dispatch {
  const x = inputAt(call, 1);
  const [, rows = 1, columns = 1] = x.type.shape;
  const words = new Words();
  const eps = words.float(call.params.eps);
  const share = `/ ${f32(columns)}`;
  return rowKernel(
    {
      label: 'normalizeInputGrad of rows',
      slots: ['dy', 'x', 'mean', 'variance', 'weight']
        .map((name, k) => ({ name, place: inputAt(call, k) }))
        .concat({ name: 'y', place: call.output }),
      words,
      ...{ rows, columns },
      declarations: `
fn inverse(o: u32) -> f32 { return 1.0 / sqrt(variance(o) + ${eps}); }
fn normal(o: u32, e: u32) -> f32 { return (x(e) - mean(o)) * inverse(o); }`,
      steps: [
        { kind: 'sum', name: 'slopes', term: 'dy(e)' },
        { kind: 'sum', name: 'along', term: 'dy(e) * normal(o, e)' },
        {
          kind: 'each',
          statements: `set_y(e, weight(o) * inverse(o) * (dy(e) - slopes ${share} - normal(o, e) * (along ${share})));`,
        },
      ],
    },
    context,
  );
}
