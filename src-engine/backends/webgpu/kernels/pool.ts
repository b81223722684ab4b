/**
 * Pooling over windows and its gradients. Gradients are gathered: each element of the image asks the
 * windows it lies in, so that nothing is added by two invocations and the result is the same every time.
 */
import type { PoolParams } from '#engine/ops/ops.ts';
import { at } from '#engine/backends/strides.ts';
import { type Kernels, inputAt, sizeOf } from '../kernel.ts';
import { eachResult } from '../wgsl.ts';

type Shape = readonly number[];

/** Constants of a window and loops over its places; `x` is an image `[.., H, W]`, `y` the result. */
function geometry(x: Shape, y: Shape, { kernel, stride, padding }: PoolParams): string {
  const whole = (name: string, value: number): string => `const ${name} = ${value};`;
  return [
    whole('H', at(x, 2)),
    whole('W', at(x, 3)),
    whole('P', at(y, 2)),
    whole('Q', at(y, 3)),
    whole('KH', kernel[0]),
    whole('KW', kernel[1]),
    whole('SH', stride[0]),
    whole('SW', stride[1]),
    whole('PH', padding[0]),
    whole('PW', padding[1]),
    // The part of a window that lies inside the image.
    `fn top(p: i32) -> i32 { return max(p * SH - PH, 0); }`,
    `fn bottom(p: i32) -> i32 { return min(p * SH - PH + KH, H); }`,
    `fn left(q: i32) -> i32 { return max(q * SW - PW, 0); }`,
    `fn right(q: i32) -> i32 { return min(q * SW - PW + KW, W); }`,
  ].join('\n');
}

/** `image`, `p`, `q` of result `i`. */
const RESULT_PLACE = `
let q = i32(i) % Q;
let p = (i32(i) / Q) % P;
let image = i32(i) / (P * Q);`;

/** For each window (p, q) that element `i` lies in. */
const eachWindow = (body: string): string => `
let w = i32(i) % W;
let h = (i32(i) / W) % H;
let image = i32(i) / (H * W);
let firstP = max((h + PH - KH + SH) / SH, 0);
let firstQ = max((w + PW - KW + SW) / SW, 0);
let lastP = min((h + PH) / SH, P - 1);
let lastQ = min((w + PW) / SW, Q - 1);
var sum = 0.0;
for (var p = firstP; p <= lastP; p++) {
  for (var q = firstQ; q <= lastQ; q++) {
    ${body}
  }
}
return sum;`;

/** The first maximum of a window: its index and value. */
const FIRST_MAXIMUM = `
fn first_maximum(image: i32, p: i32, q: i32) -> u32 {
  var best = u32((image * H + top(p)) * W + left(q));
  var value = x(best);
  for (var h = top(p); h < bottom(p); h++) {
    for (var w = left(q); w < right(q); w++) {
      let place = u32((image * H + h) * W + w);
      let other = x(place);
      if (other > value) { best = place; value = other; }
    }
  }
  return best;
}`;

const divisor = (countIncludePad: boolean): string =>
  countIncludePad ? 'f32(KH * KW)' : 'f32((bottom(p) - top(p)) * (right(q) - left(q)))';

export const poolKernels: Kernels<'maxPool2d' | 'maxPool2dGrad' | 'avgPool2d' | 'avgPool2dGrad'> = {
  maxPool2d(call, context) {
    const x = inputAt(call, 0);
    return [
      eachResult(
        {
          label: `maxPool2d ${x.type.shape.join('x')}`,
          slots: [{ name: 'x', place: x }],
          output: { name: 'y', place: call.output },
          count: sizeOf(call.output),
          declarations: `${geometry(x.type.shape, call.output.type.shape, call.params)}\n${FIRST_MAXIMUM}`,
          body: `${RESULT_PLACE}\nreturn x(first_maximum(image, p, q));`,
        },
        context,
      ),
    ];
  },
  maxPool2dGrad(call, context) {
    const [dy, x] = [inputAt(call, 0), inputAt(call, 1)];
    return [
      eachResult(
        {
          label: `maxPool2dGrad ${x.type.shape.join('x')}`,
          slots: [
            { name: 'dy', place: dy },
            { name: 'x', place: x },
          ],
          output: { name: 'dx', place: call.output },
          count: sizeOf(x),
          declarations: `${geometry(x.type.shape, dy.type.shape, call.params)}\n${FIRST_MAXIMUM}`,
          body: eachWindow(
            'if (first_maximum(image, p, q) == i) { sum += dy(u32((image * P + p) * Q + q)); }',
          ),
        },
        context,
      ),
    ];
  },
  avgPool2d(call, context) {
    const x = inputAt(call, 0);
    return [
      eachResult(
        {
          label: `avgPool2d ${x.type.shape.join('x')}`,
          slots: [{ name: 'x', place: x }],
          output: { name: 'y', place: call.output },
          count: sizeOf(call.output),
          declarations: geometry(x.type.shape, call.output.type.shape, call.params),
          body: `${RESULT_PLACE}
var sum = 0.0;
for (var h = top(p); h < bottom(p); h++) {
  for (var w = left(q); w < right(q); w++) { sum += x(u32((image * H + h) * W + w)); }
}
return sum / ${divisor(call.params.countIncludePad)};`,
        },
        context,
      ),
    ];
  },
  avgPool2dGrad(call, context) {
    const dy = inputAt(call, 0);
    const { inputShape, countIncludePad } = call.params;
    return [
      eachResult(
        {
          label: `avgPool2dGrad ${inputShape.join('x')}`,
          slots: [{ name: 'dy', place: dy }],
          output: { name: 'dx', place: call.output },
          count: sizeOf(call.output),
          declarations: geometry(inputShape, dy.type.shape, call.params),
          body: eachWindow(
            `sum += dy(u32((image * P + p) * Q + q)) / ${divisor(countIncludePad)};`,
          ),
        },
        context,
      ),
    ];
  },
};
