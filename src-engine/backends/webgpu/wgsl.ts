/**
 * Writing WGSL: literals, index arithmetic, the accessors of tensors, and the frame of kernels that
 * compute each element on its own. Text in, text out; knows no op.
 */
import { type Dispatch, type KernelContext, LANES, type Slot, at, gridOf } from './kernel.ts';

/** A finite f32 constant. Others cannot be written in WGSL: pass them as words. */
export function f32(value: number): string {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw new RangeError(`${value} is no finite f32`);
  const text = String(rounded);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

export const u32 = (value: number): string => `${value}u`;

const floatBits = new Float32Array(1);
const floatWords = new Uint32Array(floatBits.buffer);

/** The bits of an f32, for a word read with `bitcast<f32>`. */
export function bitsOf(value: number): number {
  floatBits[0] = value;
  return floatWords[0] ?? 0;
}

/** Words of a dispatch, collected while its code is written. */
export class Words {
  readonly values: number[] = [];

  /** An expression for a whole number. */
  whole(value: number): string {
    this.values.push(value >>> 0);
    return `w${this.values.length - 1}()`;
  }

  /** An expression for a float, infinities included. */
  float(value: number): string {
    return `bitcast<f32>(${this.whole(bitsOf(value))})`;
  }
}

/**
 * The offset, in elements, that the running number `index` over `dims` (row-major) means under `strides`:
 * quotients and remainders by constants, shortened where strides are 0 or continue each other.
 */
export function offsetCode(
  index: string,
  dims: readonly number[],
  strides: readonly number[],
): string {
  const merged: { dim: number; stride: number }[] = [];
  dims.forEach((dim, d) => {
    if (dim === 1) return;
    const stride = at(strides, d);
    const last = merged.at(-1);
    if (last && last.stride === stride * dim) {
      last.dim *= dim;
      last.stride = stride;
    } else merged.push({ dim, stride });
  });
  const terms: string[] = [];
  let inner = 1;
  [...merged].reverse().forEach(({ dim, stride }, i, all) => {
    if (stride !== 0) {
      const quotient = inner === 1 ? index : `${index} / ${u32(inner)}`;
      const digit = i === all.length - 1 ? quotient : `(${quotient}) % ${u32(dim)}`;
      terms.unshift(stride === 1 ? `(${digit})` : `(${digit}) * ${u32(stride)}`);
    }
    inner *= dim;
  });
  return terms.length === 0 ? '0u' : terms.join(' + ');
}

export const MAIN_ARGUMENTS =
  '@builtin(workgroup_id) g: vec3<u32>, @builtin(num_workgroups) gn: vec3<u32>, @builtin(local_invocation_index) t: u32';

export interface EachElement {
  readonly label: string;
  readonly slots: readonly Slot[];
  readonly words?: Words;
  readonly width?: 1 | 4;
  /** How many times the body runs. */
  readonly count: number;
  /** Functions and constants before `main`. */
  readonly declarations?: string;
  /** Statements; `i` is the running number. */
  readonly body: string;
}

/** A kernel without any exchange between invocations. */
export function eachElement(kernel: EachElement, { target }: KernelContext): Dispatch {
  const words = kernel.words ?? new Words();
  const count = words.whole(kernel.count);
  return {
    label: kernel.label,
    slots: kernel.slots,
    words: words.values,
    width: kernel.width ?? 1,
    groups: gridOf(Math.ceil(kernel.count / LANES), target),
    code: `${kernel.declarations ?? ''}
@compute @workgroup_size(${LANES})
fn main(${MAIN_ARGUMENTS}) {
  let i = (g.y * gn.x + g.x) * ${u32(LANES)} + t;
  if (i >= ${count}) { return; }
${indent(kernel.body)}
}`,
  };
}

export function indent(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

/**
 * The whole shader: declarations of memory and words, accessors, then the kernel's own code. Word k of the
 * uniform block is the offset of slot k in its binding, counted in units of the code's width (bytes / 4
 * for u8 in code of width 1); the kernel's words follow.
 */
export function assemble(dispatch: Dispatch, bindings: readonly number[]): string {
  const { slots, words, width } = dispatch;
  const total = slots.length + words.length;
  const element = width === 4 ? 'vec4<u32>' : 'u32';
  const lines = [
    `@group(0) @binding(0) var<uniform> p: array<vec4<u32>, ${Math.max(1, Math.ceil(total / 4))}>;`,
    ...[...new Set(bindings)].map(
      (n) => `@group(0) @binding(${n + 1}) var<storage, read_write> m${n}: array<${element}>;`,
    ),
    ...words.map((_, k) => `fn w${k}() -> u32 { return ${word(slots.length + k)}; }`),
    ...slots.flatMap((slot, k) => accessors(slot, word(k), `m${at(bindings, k)}`, width)),
  ];
  return `${lines.join('\n')}\n${dispatch.code}\n`;
}

const word = (index: number): string => `p[${index >> 2}].${'xyzw'.charAt(index & 3)}`;

function accessors(
  { name, place }: Slot,
  offset: string,
  memory: string,
  width: 1 | 4,
): readonly string[] {
  const { dtype } = place.type;
  const raw = (i: string): string =>
    width === 1
      ? `${memory}[${offset} + ${i}]`
      : `${memory}[${offset} + ((${i}) >> 2u)][(${i}) & 3u]`;
  if (dtype === 'u8') {
    const shifted = `vec4<u32>(${raw('i')}) >> vec4<u32>(0u, 8u, 16u, 24u)`;
    const four = `fn ${name}4(i: u32) -> vec4<u32> { return (${shifted}) & vec4<u32>(255u); }`;
    return [
      `fn ${name}(i: u32) -> u32 { return (${raw('(i >> 2u)')} >> ((i & 3u) * 8u)) & 255u; }`,
      ...(width === 4 ? [four] : []),
    ];
  }
  const type = dtype;
  const read = `fn ${name}(i: u32) -> ${type} { return bitcast<${type}>(${raw('i')}); }`;
  if (width === 1) {
    return [read, `fn set_${name}(i: u32, value: ${type}) { ${raw('i')} = bitcast<u32>(value); }`];
  }
  const vector = `vec4<${type}>`;
  const whole = `${memory}[${offset} + i]`;
  return [
    read,
    `fn ${name}4(i: u32) -> ${vector} { return bitcast<${vector}>(${whole}); }`,
    `fn set_${name}4(i: u32, value: ${vector}) { ${whole} = bitcast<vec4<u32>>(value); }`,
  ];
}
