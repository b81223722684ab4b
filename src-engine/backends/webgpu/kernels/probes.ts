/**
 * What the live view asks of a tensor. Not-a-number and infinity are recognised by their bits: a shader
 * compiler may assume that a float is neither.
 */
import { type Dispatch, type Kernels, LANES, inputAt, sizeOf } from '../kernel.ts';
import { reduce } from '../reduction.ts';
import { MAIN_ARGUMENTS, f32, u32 } from '../wgsl.ts';
import { SUM } from '../workgroup.ts';

const FINITE = `
fn finite(v: f32) -> bool { return (bitcast<u32>(v) & 0x7f800000u) != 0x7f800000u; }`;
/** Elements each invocation of a histogram counts. */
const HISTOGRAM_RUN = 16;
const MAX_SHARED_BINS = 1024;

export const probeKernels: Kernels<'tensorStats' | 'histogram'> = {
  tensorStats(call, context) {
    const x = inputAt(call, 0);
    const size = sizeOf(x);
    // (min, max, sum, finite), then (squared deviations, zeros) around the mean of the first.
    const first = context.scratch(4);
    const slots = [
      { name: 'x', place: x },
      { name: 'first', place: first },
    ];
    const range = reduce(
      {
        label: 'tensorStats range',
        slots,
        type: 'vec4<f32>',
        outputs: 1,
        count: size,
        contiguous: 'terms',
        declarations: `${FINITE}
fn seen(r: u32) -> vec4<f32> {
  let v = x(r);
  return select(vec4<f32>(3.4e38, -3.4e38, 0.0, 0.0), vec4<f32>(v, v, v, 1.0), finite(v));
}`,
        term: 'seen(r)',
        combine: 'vec4<f32>(min(a.x, b.x), max(a.y, b.y), a.zw + b.zw)',
        identity: 'vec4<f32>(3.4e38, -3.4e38, 0.0, 0.0)',
        finish: `
set_first(0u, select(0.0, value.x, value.w > 0.0));
set_first(1u, select(0.0, value.y, value.w > 0.0));
set_first(2u, value.z / max(value.w, 1.0));
set_first(3u, value.w);`,
      },
      context,
    );
    const spread = reduce(
      {
        label: 'tensorStats spread',
        slots: [...slots, { name: 'y', place: call.output }],
        type: 'vec2<f32>',
        outputs: 1,
        count: size,
        contiguous: 'terms',
        declarations: `${FINITE}
fn apart(r: u32) -> vec2<f32> {
  let v = x(r);
  let d = v - first(2u);
  return select(vec2<f32>(), vec2<f32>(d * d, select(0.0, 1.0, v == 0.0)), finite(v));
}`,
        term: 'apart(r)',
        combine: SUM,
        identity: 'vec2<f32>()',
        finish: `
set_y(0u, first(0u));
set_y(1u, first(1u));
set_y(2u, first(2u));
set_y(3u, sqrt(value.x / max(first(3u), 1.0)));
set_y(4u, value.y / ${f32(size)});
set_y(5u, (${f32(size)} - first(3u)) / ${f32(size)});`,
      },
      context,
    );
    return [...range, ...spread];
  },
  histogram(call, context) {
    const x = inputAt(call, 0);
    const { bins } = call.params;
    if (bins > MAX_SHARED_BINS) throw new RangeError(`a histogram of ${bins} bins`);
    const size = sizeOf(x);
    const groups = Math.max(
      1,
      Math.min(context.target.parallelGroups, Math.ceil(size / (LANES * HISTOGRAM_RUN))),
    );
    // Whole numbers counted per workgroup and added in order: the same counts every time.
    const counts = context.scratch(groups * bins);
    const perGroup: Dispatch = {
      label: `histogram ${size} into ${bins}`,
      slots: [
        { name: 'x', place: x },
        { name: 'stats', place: inputAt(call, 1) },
        { name: 'counts', place: counts },
      ],
      words: [],
      width: 1,
      groups: [groups, 1, 1],
      code: `${FINITE}
var<workgroup> bin_counts: array<atomic<u32>, ${bins}>;
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let low = stats(0u);
  let high = stats(1u);
  var per_unit = 0.0;
  if (high > low) { per_unit = ${f32(bins)} / (high - low); }
  for (var b = t; b < ${u32(bins)}; b += ${u32(LANES)}) { atomicStore(&bin_counts[b], 0u); }
  workgroupBarrier();
  for (var i = g.x * ${u32(LANES)} + t; i < ${u32(size)}; i += gn.x * ${u32(LANES)}) {
    let v = x(i);
    if (finite(v)) {
      let bin = clamp(floor((v - low) * per_unit), 0.0, ${f32(bins - 1)});
      atomicAdd(&bin_counts[u32(bin)], 1u);
    }
  }
  workgroupBarrier();
  for (var b = t; b < ${u32(bins)}; b += ${u32(LANES)}) {
    set_counts(g.x * ${u32(bins)} + b, f32(atomicLoad(&bin_counts[b])));
  }
}`,
    };
    const total = reduce(
      {
        label: 'histogram sum',
        slots: [
          { name: 'counts', place: counts },
          { name: 'y', place: call.output },
        ],
        type: 'f32',
        outputs: bins,
        count: groups,
        contiguous: 'outputs',
        term: `counts(r * ${u32(bins)} + o)`,
        combine: SUM,
        identity: '0.0',
        finish: 'set_y(o, value);',
      },
      context,
    );
    return [perGroup, ...total];
  },
};
