/**
 * What all invocations of a workgroup hold, combined, for each of them: a tree in shared memory, or a
 * subgroup at a time where the device's subgroups have one size (docs/decisions/0008). The order depends on
 * the device and the workgroup alone. Knows no tensor and no op.
 */
import { LANES, type Target } from './kernel.ts';
import { u32 } from './wgsl.ts';

export type Accumulator = 'f32' | 'vec2<f32>' | 'vec4<f32>';

/** Expressions that combine `a` and `b`; any other will do as well, without subgroups. */
export const SUM = 'a + b';
export const MAXIMUM = 'max(a, b)';
const OF_SUBGROUP: ReadonlyMap<string, string> = new Map([
  [SUM, 'subgroupAdd'],
  [MAXIMUM, 'subgroupMax'],
]);

export interface Across {
  /** Of `main`, after its usual ones. */
  readonly parameters: string;
  readonly declarations: string;
  /** The combination of `value`, an expression. In control flow that the workgroup shares. */
  readonly all: (value: string) => string;
  readonly subgroups: boolean;
}

/** `name` keeps several of them in one shader apart. */
export function acrossWorkgroup(
  name: string,
  type: Accumulator,
  combine: string,
  target: Pick<Target, 'subgroups'>,
): Across {
  const ofSubgroup = target.subgroups ? OF_SUBGROUP.get(combine) : undefined;
  const shared = `all_${name}_values`;
  const head = `
var<workgroup> ${shared}: array<${type}, ${LANES}>;
fn both_${name}(a: ${type}, b: ${type}) -> ${type} { return ${combine}; }`;
  if (ofSubgroup === undefined) {
    return {
      parameters: '',
      all: (value) => `all_${name}(t, ${value})`,
      subgroups: false,
      declarations: `${head}
fn all_${name}(t: u32, value: ${type}) -> ${type} {
  workgroupBarrier();
  ${shared}[t] = value;
  for (var half = ${u32(LANES / 2)}; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (t < half) { ${shared}[t] = both_${name}(${shared}[t], ${shared}[t + half]); }
  }
  workgroupBarrier();
  return ${shared}[0];
}`,
    };
  }
  // The first barrier also brings the invocations of a subgroup together again after a loop.
  return {
    parameters: ', @builtin(subgroup_id) subgroup: u32, @builtin(num_subgroups) subgroups: u32',
    all: (value) => `all_${name}(subgroup, subgroups, ${value})`,
    subgroups: true,
    declarations: `${head}
fn all_${name}(subgroup: u32, subgroups: u32, value: ${type}) -> ${type} {
  workgroupBarrier();
  let part = ${ofSubgroup}(value);
  if (subgroupElect()) { ${shared}[subgroup] = part; }
  workgroupBarrier();
  var all = ${shared}[0];
  for (var s = 1u; s < subgroups; s++) { all = both_${name}(all, ${shared}[s]); }
  return all;
}`,
  };
}
