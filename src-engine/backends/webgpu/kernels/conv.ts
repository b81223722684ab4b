/**
 * Convolution and its two gradients as implicit matrix products: the patches are never stored, the loader
 * of the product finds each element of them in the image. Reference: Chetlur et al., cuDNN,
 * https://arxiv.org/abs/1410.0759
 */
import type { OpCall } from '#engine/compile/program.ts';
import type { ConvParams } from '#engine/ops/ops.ts';
import { at } from '#engine/backends/strides.ts';
import { type Operand, gemm } from '../gemm.ts';
import { type Dispatch, type KernelContext, type Kernels, type Slot, inputAt } from '../kernel.ts';
import { u32 } from '../wgsl.ts';
import { epilogueCode } from './matmul.ts';

interface Sizes {
  readonly images: number;
  readonly groups: number;
  /** Channels and filters of one group. */
  readonly channels: number;
  readonly filters: number;
  readonly taps: number;
  readonly pixels: number;
  readonly places: number;
}

type Shape = readonly number[];

function sizesOf(x: Shape, w: Shape, y: Shape, { groups }: ConvParams): Sizes {
  return {
    images: at(x, 0),
    groups,
    channels: at(w, 1),
    filters: at(w, 0) / groups,
    taps: at(w, 2) * at(w, 3),
    pixels: at(x, 2) * at(x, 3),
    places: at(y, 2) * at(y, 3),
  };
}

/** Constants and the two ways to find a pixel: from a place of the result, and the other way round. */
function geometry(x: Shape, w: Shape, y: Shape, params: ConvParams): string {
  const { stride, padding, dilation, groups } = params;
  const values = {
    C: at(x, 1),
    H: at(x, 2),
    W: at(x, 3),
    K: at(w, 0),
    GC: at(w, 1),
    GK: at(w, 0) / groups,
    R: at(w, 2),
    S: at(w, 3),
    P: at(y, 2),
    Q: at(y, 3),
    SH: stride[0],
    SW: stride[1],
    PH: padding[0],
    PW: padding[1],
    DH: dilation[0],
    DW: dilation[1],
  };
  return Object.entries(values)
    .map(([name, value]) => `const ${name} = ${value};`)
    .join('\n');
}

const LANES_OF_FOUR = [0, 1, 2, 3] as const;
const four = (element: (lane: number) => string): string =>
  `vec4<f32>(${LANES_OF_FOUR.map(element).join(', ')})`;

/**
 * Columns are places (image, p, q) of the result, k is a tap (c, r, s): the pixel it sees, zero outside.
 */
function patches(slot: Slot, { images, places }: Sizes): Operand {
  return {
    slot,
    contiguous: 'line',
    declarations: `
fn pixel(base: i32, top: i32, left: i32, k: u32) -> f32 {
  let c = i32(k) / (R * S);
  let tap = i32(k) % (R * S);
  let h = top + (tap / S) * DH;
  let w = left + (tap % S) * DW;
  let inside = h >= 0 && h < H && w >= 0 && w < W;
  return select(0.0, ${slot.name}(select(0u, u32(base + (c * H + h) * W + w), inside)), inside);
}`,
    setup: (p, line) =>
      LANES_OF_FOUR.map(
        (i) => `
let ${p}_n${i} = i32(min(${line} + ${i}u, ${u32(images * places - 1)}));
let ${p}_place${i} = ${p}_n${i} % (P * Q);
let ${p}_base${i} = ((${p}_n${i} / (P * Q)) * C + i32(batch) * GC) * H * W;
let ${p}_h${i} = (${p}_place${i} / Q) * SH - PH;
let ${p}_w${i} = (${p}_place${i} % Q) * SW - PW;`,
      ).join(''),
    load: (p, k) => four((i) => `pixel(${p}_base${i}, ${p}_h${i}, ${p}_w${i}, ${k})`),
  };
}

function conv2d(call: OpCall<'conv2d'>, context: KernelContext): readonly Dispatch[] {
  const [image, weight] = [inputAt(call, 0), inputAt(call, 1)];
  const { epilogue } = call.params;
  const y = call.output.type.shape;
  const sizes = sizesOf(image.type.shape, weight.type.shape, y, call.params);
  const { images, groups, filters, channels, taps, places } = sizes;
  const depth = channels * taps;
  const x = { name: 'x', place: image };
  const w = { name: 'w', place: weight };
  const slots: Slot[] = [x, w, { name: 'y', place: call.output }];
  if (epilogue.bias) slots.push({ name: 'added', place: inputAt(call, 2) });
  const vectorStore = places % 4 === 0;
  const row = `batch * ${u32(filters)} + m`;
  const index = `((n / ${u32(places)}) * ${u32(filters * groups)} + ${row}) * ${u32(places)} + n % ${u32(places)}`;
  const finish = epilogueCode(epilogue, `added(${row})`, vectorStore);
  const a: Operand = {
    slot: w,
    contiguous: 'k',
    setup: (p, line) =>
      LANES_OF_FOUR.map(
        (i) =>
          `let ${p}_at${i} = (batch * ${u32(filters)} + min(${line} + ${i}u, ${u32(filters - 1)})) * ${u32(depth)};\n`,
      ).join(''),
    load: (p, k) => four((i) => `w(${p}_at${i} + ${k})`),
    ...(vectorStore && depth % 4 === 0
      ? { loadAlong: (p, line, k) => `w4((${p}_at${line} + ${k}) / 4u)` }
      : {}),
  };
  return gemm(
    {
      label: `conv2d ${image.type.shape.join('x')}`,
      m: filters,
      n: images * places,
      k: depth,
      batches: groups,
      a,
      b: patches(x, sizes),
      slots,
      declarations: geometry(image.type.shape, weight.type.shape, y, call.params),
      vectorStore,
      store: vectorStore
        ? `${finish}\nset_y4((${index}) / 4u, value);`
        : `${finish}\nset_y(${index}, value);`,
    },
    context,
  );
}

/** Rows are channels, columns pixels of the image, k is (filter, r, s): the result places that saw the pixel. */
function conv2dInputGrad(
  call: OpCall<'conv2dInputGrad'>,
  context: KernelContext,
): readonly Dispatch[] {
  const [slope, weight] = [inputAt(call, 0), inputAt(call, 1)];
  const { inputShape } = call.params;
  const sizes = sizesOf(inputShape, weight.type.shape, slope.type.shape, call.params);
  const { images, groups, filters, channels, taps, pixels } = sizes;
  const dy = { name: 'dy', place: slope };
  const w = { name: 'w', place: weight };
  const vectorStore = pixels % 4 === 0;
  const index = `((n / ${u32(pixels)}) * ${u32(channels * groups)} + batch * ${u32(channels)} + m) * ${u32(pixels)} + n % ${u32(pixels)}`;
  const a: Operand = {
    slot: w,
    contiguous: 'k',
    // w[(group, filter), channel, tap]: neighbouring taps are neighbours, channels are `taps` apart.
    setup: (p, line) =>
      LANES_OF_FOUR.map(
        (i) =>
          `let ${p}_at${i} = batch * ${u32(filters * channels * taps)} + min(${line} + ${i}u, ${u32(channels - 1)}) * ${u32(taps)};\n`,
      ).join(''),
    load: (p, k) =>
      four(
        (i) =>
          `w(${p}_at${i} + (${k} / ${u32(taps)}) * ${u32(channels * taps)} + ${k} % ${u32(taps)})`,
      ),
  };
  const b: Operand = {
    slot: dy,
    contiguous: 'line',
    declarations: `
fn slope_at(base: i32, h: i32, w: i32, k: u32) -> f32 {
  let filter_index = i32(k) / (R * S);
  let tap = i32(k) % (R * S);
  let down = h + PH - (tap / S) * DH;
  let right = w + PW - (tap % S) * DW;
  let p = down / SH;
  let q = right / SW;
  let inside = down >= 0 && right >= 0 && p * SH == down && q * SW == right && p < P && q < Q;
  return select(0.0, dy(select(0u, u32(base + (filter_index * P + p) * Q + q), inside)), inside);
}`,
    setup: (p, line) =>
      LANES_OF_FOUR.map(
        (i) => `
let ${p}_n${i} = i32(min(${line} + ${i}u, ${u32(images * pixels - 1)}));
let ${p}_place${i} = ${p}_n${i} % (H * W);
let ${p}_base${i} = ((${p}_n${i} / (H * W)) * K + i32(batch) * GK) * P * Q;
let ${p}_h${i} = ${p}_place${i} / W;
let ${p}_w${i} = ${p}_place${i} % W;`,
      ).join(''),
    load: (p, k) => four((i) => `slope_at(${p}_base${i}, ${p}_h${i}, ${p}_w${i}, ${k})`),
  };
  return gemm(
    {
      label: `conv2dInputGrad ${inputShape.join('x')}`,
      m: channels,
      n: images * pixels,
      k: filters * taps,
      batches: groups,
      a,
      b,
      slots: [dy, w, { name: 'dx', place: call.output }],
      declarations: geometry(inputShape, weight.type.shape, slope.type.shape, call.params),
      vectorStore,
      store: vectorStore ? `set_dx4((${index}) / 4u, value);` : `set_dx(${index}, value);`,
    },
    context,
  );
}

/** Rows are filters, columns taps (c, r, s), k the places (image, p, q) of the result. */
function conv2dWeightGrad(
  call: OpCall<'conv2dWeightGrad'>,
  context: KernelContext,
): readonly Dispatch[] {
  const [slope, image] = [inputAt(call, 0), inputAt(call, 1)];
  const { weightShape } = call.params;
  const sizes = sizesOf(image.type.shape, weightShape, slope.type.shape, call.params);
  const { images, groups, filters, channels, taps, places } = sizes;
  const columns = channels * taps;
  const dy = { name: 'dy', place: slope };
  const x = { name: 'x', place: image };
  const vectorStore = columns % 4 === 0;
  const index = `(batch * ${u32(filters)} + m) * ${u32(columns)} + n`;
  const a: Operand = {
    slot: dy,
    contiguous: 'k',
    setup: (p, line) =>
      LANES_OF_FOUR.map(
        (i) =>
          `let ${p}_at${i} = (batch * ${u32(filters)} + min(${line} + ${i}u, ${u32(filters - 1)})) * ${u32(places)};\n`,
      ).join(''),
    load: (p, k) =>
      four(
        (i) =>
          `dy(${p}_at${i} + (${k} / ${u32(places)}) * ${u32(filters * groups * places)} + ${k} % ${u32(places)})`,
      ),
    ...(vectorStore && places % 4 === 0
      ? {
          loadAlong: (p, line, k) =>
            `dy4((${p}_at${line} + (${k} / ${u32(places)}) * ${u32(filters * groups * places)} + ${k} % ${u32(places)}) / 4u)`,
        }
      : {}),
  };
  const b: Operand = {
    slot: x,
    contiguous: 'k',
    declarations: `
fn tapped(base: i32, dh: i32, dw: i32, k: u32) -> f32 {
  let place = i32(k) % (P * Q);
  let h = (place / Q) * SH + dh;
  let w = (place % Q) * SW + dw;
  let inside = h >= 0 && h < H && w >= 0 && w < W;
  let index = u32((i32(k) / (P * Q)) * C * H * W + base + h * W + w);
  return select(0.0, x(select(0u, index, inside)), inside);
}`,
    setup: (p, line) =>
      LANES_OF_FOUR.map(
        (i) => `
let ${p}_n${i} = i32(min(${line} + ${i}u, ${u32(columns - 1)}));
let ${p}_tap${i} = ${p}_n${i} % (R * S);
let ${p}_base${i} = (i32(batch) * GC + ${p}_n${i} / (R * S)) * H * W;
let ${p}_h${i} = (${p}_tap${i} / S) * DH - PH;
let ${p}_w${i} = (${p}_tap${i} % S) * DW - PW;`,
      ).join(''),
    load: (p, k) => four((i) => `tapped(${p}_base${i}, ${p}_h${i}, ${p}_w${i}, ${k})`),
  };
  return gemm(
    {
      label: `conv2dWeightGrad ${weightShape.join('x')}`,
      m: filters,
      n: columns,
      k: images * places,
      batches: groups,
      a,
      b,
      slots: [dy, x, { name: 'dw', place: call.output }],
      declarations: geometry(image.type.shape, weightShape, slope.type.shape, call.params),
      vectorStore,
      store: vectorStore ? `set_dw4((${index}) / 4u, value);` : `set_dw(${index}, value);`,
    },
    context,
  );
}

export const convKernels: Kernels<'conv2d' | 'conv2dInputGrad' | 'conv2dWeightGrad'> = {
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
};
