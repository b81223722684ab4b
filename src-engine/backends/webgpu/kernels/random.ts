/**
 * Random ops: Philox computed in the kernel, number by number as ops/philox.ts says, so that masks and
 * uniform numbers are the same bits as on every other backend. Four elements share a block of four words.
 */
import type { OpCall } from '#engine/compile/program.ts';
import { PHILOX, RANDOM_DOMAIN, dropThreshold } from '#engine/ops/philox.ts';
import { at } from '#engine/backends/strides.ts';
import { type Dispatch, type KernelContext, type Kernels, inputAt, sizeOf } from '../kernel.ts';
import { CIRCLE_FUNCTIONS, mathFunctions } from '../math.ts';
import { Words, eachElement, f32, u32 } from '../wgsl.ts';

/** `philox(block, stream)`: the four words; seed and step come from the feed `rng`. */
const PHILOX_CODE = `
fn mulhi(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu; let ah = a >> 16u; let bl = b & 0xffffu; let bh = b >> 16u;
  let middle = ah * bl + ((al * bl) >> 16u);
  let carry = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16u) + (carry >> 16u);
}
fn philox(block: u32, stream: u32) -> vec4<u32> {
  var c = vec4<u32>(block, bitcast<u32>(rng(2u)), stream, ${u32(RANDOM_DOMAIN.ops)});
  var k = vec2<u32>(bitcast<u32>(rng(0u)), bitcast<u32>(rng(1u)));
  for (var round = 0u; round < ${u32(PHILOX.rounds)}; round++) {
    let h0 = mulhi(${u32(PHILOX.multiplier0)}, c.x);
    let h1 = mulhi(${u32(PHILOX.multiplier1)}, c.z);
    c = vec4<u32>(h1 ^ c.y ^ k.x, ${u32(PHILOX.multiplier1)} * c.z, h0 ^ c.w ^ k.y, ${u32(PHILOX.multiplier0)} * c.x);
    k += vec2<u32>(${u32(PHILOX.keyStep0)}, ${u32(PHILOX.keyStep1)});
  }
  return c;
}
fn unit(word: vec4<u32>) -> vec4<f32> { return vec4<f32>(word >> vec4<u32>(8u)) * ${f32(2 ** -24)}; }
`;

type Random = 'randomUniform' | 'randomNormal' | 'dropoutMask';

/** `numbers`: statements that make `v`, four numbers of block `i`, from its words `r`. */
function inBlocks(
  call: OpCall<Random>,
  numbers: string,
  words: Words,
  context: KernelContext,
): readonly Dispatch[] {
  const size = sizeOf(call.output);
  const width = size % 4 === 0 ? 4 : 1;
  const count = words.whole(size);
  const stores = [0, 1, 2, 3].map(
    (k) => `if (i * 4u + ${u32(k)} < ${count}) { set_y(i * 4u + ${u32(k)}, v[${k}]); }`,
  );
  return [
    eachElement(
      {
        label: `${call.op} ${size}`,
        slots: [
          { name: 'rng', place: inputAt(call, 0) },
          { name: 'y', place: call.output },
        ],
        declarations: `${PHILOX_CODE}${call.op === 'randomNormal' ? `${CIRCLE_FUNCTIONS}${mathFunctions('vec2<f32>')}` : ''}`,
        words,
        width,
        count: Math.ceil(size / 4),
        body: `
let r = philox(i, ${words.whole(call.params.stream)});
${numbers}
${width === 4 ? 'set_y4(i, v);' : stores.join('\n')}`,
      },
      context,
    ),
  ];
}

export const randomKernels: Kernels<Random | 'randomBoxMask'> = {
  randomUniform: (call, context) => inBlocks(call, 'let v = unit(r);', new Words(), context),
  randomNormal(call, context) {
    // (w >>> 8) + 1 is exact in f32, and so is the quarter turn that is taken off the angle.
    const numbers = `
let u = unit(r);
let radius = sqrt(max(-2.0 * nl_log(vec2<f32>(u.x, u.z) + ${f32(2 ** -24)}), vec2<f32>()));
let turns = vec2<f32>(u.y, u.w);
let quarter = round(turns * 4.0);
let angle = (turns - quarter * 0.25) * ${f32(2 * Math.PI)};
let odd = (vec2<u32>(quarter) & vec2<u32>(1u)) == vec2<u32>(1u);
let c = select(nl_cos_near(angle), nl_sin_near(angle), odd);
let s = select(nl_sin_near(angle), nl_cos_near(angle), odd);
let q = vec2<u32>(quarter) & vec2<u32>(3u);
let cs = select(c, -c, (q == vec2<u32>(1u)) | (q == vec2<u32>(2u)));
let sn = select(s, -s, q >= vec2<u32>(2u));
let v = vec4<f32>(radius.x * cs.x, radius.x * sn.x, radius.y * cs.y, radius.y * sn.y);`;
    return inBlocks(call, numbers, new Words(), context);
  },
  dropoutMask(call, context) {
    const { p } = call.params;
    const words = new Words();
    const threshold = words.whole(dropThreshold(p));
    const kept = words.float(1 / (1 - p));
    const dropped = `(r >> vec4<u32>(8u)) < vec4<u32>(${threshold})`;
    const numbers = `let v = select(vec4<f32>(${kept}), vec4<f32>(0.0), ${dropped});`;
    return inBlocks(call, numbers, words, context);
  },
  randomBoxMask(call, context) {
    const { shape } = call.output.type;
    const [rows, columns] = [at(shape, 2), at(shape, 3)];
    const { height, width } = call.params;
    const words = new Words();
    const place = (word: string, bound: number): string =>
      `((${word} >> 16u) * ${u32(bound)}) >> 16u`;
    return [
      eachElement(
        {
          label: `randomBoxMask ${shape.join('x')}`,
          slots: [
            { name: 'rng', place: inputAt(call, 0) },
            { name: 'y', place: call.output },
          ],
          declarations: PHILOX_CODE,
          words,
          count: sizeOf(call.output),
          body: `
let r = philox(i / ${u32(rows * columns)}, ${words.whole(call.params.stream)});
let top = ${place('r.x', rows - height + 1)};
let left = ${place('r.y', columns - width + 1)};
let row = (i / ${u32(columns)}) % ${u32(rows)};
let column = i % ${u32(columns)};
let inside = row >= top && row < top + ${u32(height)} && column >= left && column < left + ${u32(width)};
set_y(i, select(1.0, 0.0, inside));`,
        },
        context,
      ),
    ];
  },
};
