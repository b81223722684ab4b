/**
 * The WebAssembly instructions the kernels use, as functions from typed expressions to typed expressions:
 * `f32x4.add(a, b)`, `v128.load(address, 64)`. Where an i32 is wanted a number may be given, and constant
 * i32 arithmetic is done here, so address sums of constants cost nothing.
 * Reference: https://webassembly.github.io/spec/core/binary/instructions.html,
 * https://github.com/WebAssembly/threads, https://github.com/WebAssembly/relaxed-simd
 */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
/**
 * A vector constant. A function sets each of its constants once, at its start: V8 builds one anew, in
 * several instructions, wherever it is written, also in loops.
 */
export interface VectorConstant {
  readonly lanes: readonly number[];
}
/** Bytes, nested as they were composed. */
export type Code = number | VectorConstant | readonly Code[];

export interface Expr<T extends ValueType | 'void' = ValueType | 'void'> {
  readonly type: T;
  readonly code: Code;
  /** The value of an i32 known now. */
  readonly constant?: number;
}
export type I32 = Expr<'i32'>;
export type F32 = Expr<'f32'>;
export type F64 = Expr<'f64'>;
export type V128 = Expr<'v128'>;
export type Statement = Expr<'void'>;
/** An i32 expression or a number. */
export type Index = I32 | number;

/** LEB128, the variable-length integers of the format. */
export const leb = {
  unsigned(value: number): number[] {
    const bytes: number[] = [];
    let rest = value >>> 0;
    do {
      const low = rest & 0x7f;
      rest >>>= 7;
      bytes.push(rest === 0 ? low : low | 0x80);
    } while (rest !== 0);
    return bytes;
  },
  signed(value: number): number[] {
    const bytes: number[] = [];
    for (let rest = value | 0; ;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40)) return [...bytes, low];
      bytes.push(low | 0x80);
    }
  },
  signed64(value: bigint): number[] {
    const bytes: number[] = [];
    for (let rest = value; ;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && !(low & 0x40)) || (rest === -1n && low & 0x40)) return [...bytes, low];
      bytes.push(low | 0x80);
    }
  },
};

const SIMD = 0xfd;
const ATOMIC = 0xfe;
const BULK = 0xfc;

const simd = (opcode: number): Code => [SIMD, leb.unsigned(opcode)];
const memarg = (alignLog2: number, offset: number): Code => [alignLog2, leb.unsigned(offset)];
const node = <T extends ValueType | 'void'>(type: T, ...code: Code[]): Expr<T> => ({ type, code });

function constant(value: number): I32 {
  return { type: 'i32', code: [0x41, leb.signed(value)], constant: value | 0 };
}
const of = (value: Index): I32 => (typeof value === 'number' ? constant(value) : value);

/** An i32 instruction of two operands, computed now when both are known. */
const integer =
  (opcode: number, fold: (a: number, b: number) => number) =>
  (a: Index, b: Index): I32 => {
    const [left, right] = [of(a), of(b)];
    if (left.constant !== undefined && right.constant !== undefined) {
      return constant(fold(left.constant, right.constant));
    }
    return node('i32', left.code, right.code, opcode);
  };
const bool = (value: boolean): number => (value ? 1 : 0);
const addition = integer(0x6a, (a, b) => a + b);
const multiplication = integer(0x6c, Math.imul);

const unary =
  <A extends ValueType, R extends ValueType>(_from: A, to: R, ...opcode: Code[]) =>
  (a: Expr<A>): Expr<R> =>
    node(to, a.code, ...opcode);
const binary =
  <A extends ValueType, R extends ValueType>(_from: A, to: R, ...opcode: Code[]) =>
  (a: Expr<A>, b: Expr<A>): Expr<R> =>
    node(to, a.code, b.code, ...opcode);
const load =
  <T extends ValueType>(type: T, alignLog2: number, ...opcode: Code[]) =>
  (address: Index, offset = 0): Expr<T> =>
    node(type, of(address).code, ...opcode, memarg(alignLog2, offset));
const store =
  <T extends ValueType>(_type: T, alignLog2: number, ...opcode: Code[]) =>
  (address: Index, value: Expr<T>, offset = 0): Statement =>
    node('void', of(address).code, value.code, ...opcode, memarg(alignLog2, offset));

const v1 = (opcode: number) => unary('v128', 'v128', simd(opcode));
const v2 = (opcode: number) => binary('v128', 'v128', simd(opcode));
const shift =
  (opcode: number) =>
  (a: V128, bits: Index): V128 =>
    node('v128', a.code, of(bits).code, simd(opcode));

export const i32 = {
  of,
  const: constant,
  add: (a: Index, b: Index): I32 => {
    if (of(b).constant === 0) return of(a);
    if (of(a).constant === 0) return of(b);
    return addition(a, b);
  },
  sub: integer(0x6b, (a, b) => a - b),
  mul: (a: Index, b: Index): I32 => {
    if (of(b).constant === 1) return of(a);
    if (of(a).constant === 1) return of(b);
    if (of(a).constant === 0 || of(b).constant === 0) return constant(0);
    return multiplication(a, b);
  },
  divU: (a: Index, b: Index): I32 =>
    of(b).constant === 1 ? of(a) : integer(0x6e, (x, y) => (x >>> 0) / (y >>> 0))(a, b),
  remU: (a: Index, b: Index): I32 =>
    of(b).constant === 1 ? constant(0) : integer(0x70, (x, y) => (x >>> 0) % (y >>> 0))(a, b),
  and: integer(0x71, (a, b) => a & b),
  or: integer(0x72, (a, b) => a | b),
  xor: integer(0x73, (a, b) => a ^ b),
  shl: integer(0x74, (a, b) => a << b),
  shrS: integer(0x75, (a, b) => a >> b),
  shrU: integer(0x76, (a, b) => a >>> b),
  eq: integer(0x46, (a, b) => bool(a === b)),
  ne: integer(0x47, (a, b) => bool(a !== b)),
  ltS: integer(0x48, (a, b) => bool(a < b)),
  ltU: integer(0x49, (a, b) => bool(a >>> 0 < b >>> 0)),
  gtS: integer(0x4a, (a, b) => bool(a > b)),
  gtU: integer(0x4b, (a, b) => bool(a >>> 0 > b >>> 0)),
  geS: integer(0x4e, (a, b) => bool(a >= b)),
  geU: integer(0x4f, (a, b) => bool(a >>> 0 >= b >>> 0)),
  eqz: (a: I32): I32 =>
    a.constant !== undefined ? constant(bool(a.constant === 0)) : node('i32', a.code, 0x45),
  select: (condition: I32, then: Index, otherwise: Index): I32 =>
    condition.constant !== undefined
      ? of(condition.constant !== 0 ? then : otherwise)
      : node('i32', of(then).code, of(otherwise).code, condition.code, 0x1b),
  minU: (a: I32, b: I32): I32 => i32.select(i32.ltU(a, b), a, b),
  load: load('i32', 2, 0x28),
  load8U: load('i32', 0, 0x2d),
  store: store('i32', 2, 0x36),
  store8: store('i32', 0, 0x3a),
  reinterpretF32: unary('f32', 'i32', 0xbc),
  truncSatF32S: unary('f32', 'i32', BULK, 0x00),
  truncSatF64S: unary('f64', 'i32', BULK, 0x02),
  atomicLoad: load('i32', 2, ATOMIC, 0x10),
  atomicStore: store('i32', 2, ATOMIC, 0x17),
  /** Adds and gives the value before. */
  atomicAdd: (address: Index, value: Index): I32 =>
    node('i32', of(address).code, of(value).code, ATOMIC, 0x1e, memarg(2, 0)),
  /** Sleeps while the word equals `expected`, at most `timeoutNs` (negative: for ever). */
  atomicWait: (address: Index, expected: Index, timeoutNs: bigint): I32 =>
    node(
      'i32',
      of(address).code,
      of(expected).code,
      0x42,
      leb.signed64(timeoutNs),
      ATOMIC,
      0x01,
      memarg(2, 0),
    ),
  /** Wakes at most `count` sleepers; gives how many. */
  atomicNotify: (address: Index, count: Index): I32 =>
    node('i32', of(address).code, of(count).code, ATOMIC, 0x00, memarg(2, 0)),
};

/** Kernels have many constants: one buffer for all conversions. */
const float = new Float32Array(1);
const floatBytes = new Uint8Array(float.buffer);
function floatConstant(value: number): number[] {
  float[0] = value;
  const [a = 0, b = 0, c = 0, d = 0] = floatBytes;
  return [a, b, c, d];
}

export const f32 = {
  const: (value: number): F32 => node('f32', 0x43, floatConstant(value)),
  add: binary('f32', 'f32', 0x92),
  sub: binary('f32', 'f32', 0x93),
  mul: binary('f32', 'f32', 0x94),
  div: binary('f32', 'f32', 0x95),
  min: binary('f32', 'f32', 0x96),
  max: binary('f32', 'f32', 0x97),
  sqrt: unary('f32', 'f32', 0x91),
  abs: unary('f32', 'f32', 0x8b),
  eq: binary('f32', 'i32', 0x5b),
  ne: binary('f32', 'i32', 0x5c),
  lt: binary('f32', 'i32', 0x5d),
  gt: binary('f32', 'i32', 0x5e),
  ge: binary('f32', 'i32', 0x60),
  convertI32S: unary('i32', 'f32', 0xb2),
  demoteF64: unary('f64', 'f32', 0xb6),
  reinterpretI32: unary('i32', 'f32', 0xbe),
  load: load('f32', 2, 0x2a),
  store: store('f32', 2, 0x38),
};

export const f64 = {
  const: (value: number): F64 =>
    node('f64', 0x44, [...new Uint8Array(Float64Array.of(value).buffer)]),
  add: binary('f64', 'f64', 0xa0),
  sub: binary('f64', 'f64', 0xa1),
  mul: binary('f64', 'f64', 0xa2),
  div: binary('f64', 'f64', 0xa3),
  max: binary('f64', 'f64', 0xa5),
  gt: binary('f64', 'i32', 0x64),
  select: (condition: I32, then: F64, otherwise: F64): F64 =>
    node('f64', then.code, otherwise.code, condition.code, 0x1b),
  convertI32S: unary('i32', 'f64', 0xb7),
  sqrt: unary('f64', 'f64', 0x9f),
  promoteF32: unary('f32', 'f64', 0xbb),
  load: load('f64', 3, 0x2b),
  store: store('f64', 3, 0x39),
};

const lane = (opcode: number, alignLog2: number) => ({
  load: (address: Index, into: V128, laneIndex: number, offset = 0): V128 =>
    node('v128', of(address).code, into.code, simd(opcode), memarg(alignLog2, offset), laneIndex),
  store: (address: Index, value: V128, laneIndex: number, offset = 0): Statement =>
    node(
      'void',
      of(address).code,
      value.code,
      simd(opcode + 4),
      memarg(alignLog2, offset),
      laneIndex,
    ),
});
const lane32 = lane(86, 2);
const lane64 = lane(87, 3);

const turns = (from: number): number[] =>
  [0, 1, 2, 3, 4, 5, 6, 7].flatMap((byte) => [from + byte, 16 + from + byte]);

export const v128 = {
  load: load('v128', 2, simd(0)),
  store: store('v128', 2, simd(11)),
  load32Splat: load('v128', 2, simd(9)),
  /** One float into lane 0, zeros above. */
  load32Zero: load('v128', 2, simd(92)),
  load64Zero: load('v128', 2, simd(93)),
  load32Lane: lane32.load,
  store32Lane: lane32.store,
  load64Lane: lane64.load,
  store64Lane: lane64.store,
  constI32: (...lanes: readonly [number, number, number, number]): V128 =>
    node('v128', { lanes: [...new Uint8Array(Int32Array.of(...lanes).buffer)] }),
  constF32: (...lanes: readonly [number, number, number, number]): V128 =>
    node('v128', { lanes: lanes.flatMap(floatConstant) }),
  not: v1(77),
  and: v2(78),
  andNot: v2(79),
  or: v2(80),
  xor: v2(81),
  /** Bits of `a` where the mask is 1, else of `b`. */
  bitselect: (a: V128, b: V128, mask: V128): V128 =>
    node('v128', a.code, b.code, mask.code, simd(82)),
  anyTrue: unary('v128', 'i32', simd(83)),
  /** Picks four lanes out of eight: 0-3 of `a`, 4-7 of `b`. */
  shuffle32: (a: V128, b: V128, lanes: readonly [number, number, number, number]): V128 =>
    node(
      'v128',
      a.code,
      b.code,
      simd(13),
      lanes.map((index) => [0, 1, 2, 3].map((byte) => index * 4 + byte)),
    ),
  /** Byte of `a`, byte of `b`, in turns: those of the lower halves (high: the upper). */
  interleaveLow8: (a: V128, b: V128): V128 => node('v128', a.code, b.code, simd(13), turns(0)),
  interleaveHigh8: (a: V128, b: V128): V128 => node('v128', a.code, b.code, simd(13), turns(8)),
};

export const f32x4 = {
  /** The same constant in all lanes. */
  const: (value: number): V128 => v128.constF32(value, value, value, value),
  splat: unary('f32', 'v128', simd(19)),
  extract: (a: V128, laneIndex: number): F32 => node('f32', a.code, simd(31), laneIndex),
  add: v2(0xe4),
  sub: v2(0xe5),
  mul: v2(0xe6),
  div: v2(0xe7),
  /** NaN if either is; see pmin and pmax for the one-instruction forms. */
  min: v2(0xe8),
  max: v2(0xe9),
  /** `b < a ? b : a`. */
  pmin: v2(0xea),
  /** `a < b ? b : a`. */
  pmax: v2(0xeb),
  abs: v1(0xe0),
  neg: v1(0xe1),
  sqrt: v1(0xe3),
  floor: v1(0x68),
  nearest: v1(0x6a),
  eq: v2(65),
  ne: v2(66),
  lt: v2(67),
  gt: v2(68),
  le: v2(69),
  ge: v2(70),
  convertI32x4S: v1(0xfa),
  /** `a * b + c`, fused or not as the machine likes; always the same on one machine. */
  relaxedMadd: (a: V128, b: V128, c: V128): V128 =>
    node('v128', a.code, b.code, c.code, simd(0x105)),
};

export const i32x4 = {
  const: (value: number): V128 => v128.constI32(value, value, value, value),
  splat: unary('i32', 'v128', simd(17)),
  extract: (a: V128, laneIndex: number): I32 => node('i32', a.code, simd(27), laneIndex),
  add: v2(0xae),
  sub: v2(0xb1),
  mul: v2(0xb5),
  eq: v2(55),
  ltS: v2(57),
  gtS: v2(59),
  shl: shift(0xab),
  shrS: shift(0xac),
  shrU: shift(0xad),
  truncSatF32x4S: v1(0xf8),
  extendLowI16x8U: v1(0xa9),
  bitmask: unary('v128', 'i32', simd(0xa4)),
  /** Products of lanes 0 and 1 (high: 2 and 3), unsigned, 64 bits each. */
  wideMulLowU: v2(0xde),
  wideMulHighU: v2(0xdf),
  /** Neighbours' products added: four sums of eight products. */
  dotI16x8S: v2(0xba),
};

export const i16x8 = {
  extendLowI8x16U: v1(0x89),
  extendHighI8x16U: v1(0x8a),
  /** What is too large or too small becomes the nearest there is. */
  narrowI32x4S: v2(0x85),
};

export const i8x16 = {
  narrowI16x8U: v2(0x66),
};

export const memory = {
  fill: (address: Index, byte: Index, size: Index): Statement =>
    node('void', of(address).code, of(byte).code, of(size).code, BULK, 0x0b, 0x00),
  copy: (to: Index, from: Index, size: Index): Statement =>
    node('void', of(to).code, of(from).code, of(size).code, BULK, 0x0a, 0x00, 0x00),
};

/** Traps: the host sees a WebAssembly.RuntimeError. */
export const unreachable: Statement = node('void', 0x00);
