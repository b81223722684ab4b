/**
 * Writing WGSL: literals, index arithmetic, the accessors of tensors, and the frame of kernels that
 * compute each element on its own. Text in, text out; knows no op.
 */
import { at } from '../strides.ts';
import {
  type Dispatch,
  type KernelContext,
  LANES,
  type Slot,
  elementWords,
  gridOf,
} from './kernel.ts';

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

export interface EachResult extends Omit<EachElement, 'width' | 'body'> {
  /** What is written: `count` numbers. */
  readonly output: Slot;
  /** Statements of a function of `i`, which returns the number. */
  readonly body: string;
}

/** A kernel whose results are computed one by one, and written as their memory wants them. */
export function eachResult(kernel: EachResult, context: KernelContext): Dispatch {
  const { output, count, declarations = '', body } = kernel;
  const { name } = output;
  const half = output.place.half === true;
  const four = [0, 1, 2, 3].map((lane) => `result(i * 4u + ${u32(lane)})`).join(', ');
  return eachElement(
    {
      ...kernel,
      slots: [...kernel.slots, output],
      width: half ? 4 : 1,
      count: half ? count / 4 : count,
      declarations: `${declarations}\nfn result(i: u32) -> f32 {\n${indent(body)}\n}`,
      body: half ? `set_${name}4(i, vec4<f32>(${four}));` : `set_${name}(i, result(i));`,
    },
    context,
  );
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
 * uniform block is the offset of slot k in its binding, counted in elements of the memory; the kernel's
 * words follow.
 */
export function assemble(dispatch: Dispatch, bindings: readonly number[]): string {
  const { slots, words, width } = dispatch;
  const total = slots.length + words.length;
  const elementSize = elementWords(dispatch);
  const element = elementSize === 1 ? 'u32' : `vec${elementSize}<u32>`;
  const lines = [
    ...(dispatch.subgroups ? ['enable subgroups;', 'requires subgroup_id;'] : []),
    `@group(0) @binding(0) var<uniform> p: array<vec4<u32>, ${Math.max(1, Math.ceil(total / 4))}>;`,
    ...[...new Set(bindings)].map(
      (n) => `@group(0) @binding(${n + 1}) var<storage, read_write> m${n}: array<${element}>;`,
    ),
    ...words.flatMap((_, k) =>
      // Long lists are read by their index instead.
      dispatch.code.includes(`w${k}()`)
        ? [`fn w${k}() -> u32 { return ${word(slots.length + k)}; }`]
        : [],
    ),
    ...(slots.some(({ place }) => place.half) ? [HALVES] : []),
    ...slots.flatMap((slot, k) =>
      accessors(slot, new Memory(`m${at(bindings, k)}`, word(k), elementSize), width),
    ),
  ];
  return `${lines.join('\n')}\n${dispatch.code}\n`;
}

/** Word `index` of the uniform block, an expression: slots' offsets first, then the kernel's own. */
export const wordAt = (index: string): string => `p[(${index}) >> 2u][(${index}) & 3u]`;

const word = (index: number): string => `p[${index >> 2}].${'xyzw'.charAt(index & 3)}`;

/** A tensor's words, whatever the elements of the memory are. */
class Memory {
  readonly #name: string;
  readonly #offset: string;
  readonly #elementSize: 1 | 2 | 4;

  constructor(name: string, offset: string, elementSize: 1 | 2 | 4) {
    this.#name = name;
    this.#offset = offset;
    this.#elementSize = elementSize;
  }

  word(i: string): string {
    if (this.#elementSize === 1) return `${this.#name}[${this.#offset} + ${i}]`;
    const shift = this.#elementSize === 2 ? '1u' : '2u';
    const lane = `(${i}) & ${u32(this.#elementSize - 1)}`;
    return `${this.#name}[${this.#offset} + ((${i}) >> ${shift})][${lane}]`;
  }

  /** Elements that make `words` words, the group `i` of them. */
  elements(i: string, words: 2 | 4): readonly string[] {
    const count = words / this.#elementSize;
    const element = (k: number): string =>
      `${this.#name}[${this.#offset} + ${count === 1 ? i : `(${i}) * ${u32(count)} + ${u32(k)}`}]`;
    return Array.from({ length: count }, (_, k) => element(k));
  }
}

function accessors(slot: Slot, memory: Memory, width: 1 | 4): readonly string[] {
  const { name, place } = slot;
  const { dtype } = place.type;
  if (dtype === 'u8') {
    const shifted = `vec4<u32>(${memory.word('i')}) >> vec4<u32>(0u, 8u, 16u, 24u)`;
    const four = `fn ${name}4(i: u32) -> vec4<u32> { return (${shifted}) & vec4<u32>(255u); }`;
    return [
      `fn ${name}(i: u32) -> u32 { return (${memory.word('(i >> 2u)')} >> ((i & 3u) * 8u)) & 255u; }`,
      ...(width === 4 ? [four] : []),
    ];
  }
  if (place.half) return halfAccessors(name, memory, width);
  const read = `fn ${name}(i: u32) -> ${dtype} { return bitcast<${dtype}>(${memory.word('i')}); }`;
  if (width === 1) {
    const write = `${memory.word('i')} = bitcast<u32>(value);`;
    return [read, `fn set_${name}(i: u32, value: ${dtype}) { ${write} }`];
  }
  const vector = `vec4<${dtype}>`;
  const elements = memory.elements('i', 4);
  const stores = elements.map((element, k) => {
    const lanes = elements.length === 1 ? 'words' : `words.${'xyzw'.slice(k * 2, k * 2 + 2)}`;
    return `${element} = ${lanes};`;
  });
  return [
    read,
    `fn ${name}4(i: u32) -> ${vector} { return bitcast<${vector}>(vec4<u32>(${elements.join(', ')})); }`,
    `fn set_${name}4(i: u32, value: ${vector}) { let words = bitcast<vec4<u32>>(value); ${stores.join(' ')} }`,
  ];
}

/** Two 16-bit floats to a word: only whole groups are written, so that no two invocations share one. */
function halfAccessors(name: string, memory: Memory, width: 1 | 4): readonly string[] {
  const read = `fn ${name}(i: u32) -> f32 { return unpack2x16float(${memory.word('(i >> 1u)')})[i & 1u]; }`;
  if (width === 1) return [read];
  const [four = ''] = memory.elements('i', 2);
  return [
    read,
    `fn ${name}4(i: u32) -> vec4<f32> { let words = ${four}; return vec4<f32>(unpack2x16float(words.x), unpack2x16float(words.y)); }`,
    `fn set_${name}4(i: u32, value: vec4<f32>) { ${four} = vec2<u32>(halves(value.xy), halves(value.zw)); }`,
  ];
}

/**
 * Two floats as a word of two 16-bit ones. The language leaves open what becomes of numbers too large for
 * them: here they become infinite, and a NaN stays one, so that an overflow can be seen.
 */
const HALVES = `fn halves(value: vec2<f32>) -> u32 {
  let bits = bitcast<vec2<u32>>(value);
  let size = bits & vec2<u32>(0x7fffffffu);
  let packed = pack2x16float(clamp(value, vec2<f32>(-65504.0), vec2<f32>(65504.0)));
  let large = select(vec2<u32>(0x7c00u), vec2<u32>(0x7e00u), size > vec2<u32>(0x7f800000u));
  let sign = (bits >> vec2<u32>(16u)) & vec2<u32>(0x8000u);
  let lanes = select(vec2<u32>(packed & 0xffffu, packed >> 16u), large | sign, size >= vec2<u32>(0x477ff000u));
  return lanes.x | (lanes.y << 16u);
}`;
