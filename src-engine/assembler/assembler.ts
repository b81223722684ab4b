/**
 * A small WebAssembly assembler: functions with typed locals and structured control flow, assembled into
 * the bytes of one module that imports a memory. The instructions live in instructions.ts.
 * Not a compiler: nothing is reordered or allocated, what is written is what is emitted, because the
 * order of instructions decides how well V8 schedules and pairs them.
 * Reference: https://webassembly.github.io/spec/core/binary/
 *
 *   const module = new ModuleBuilder({ memory: { initialPages: 1, maximumPages: 16 } });
 *   module.function('sum', ['i32', 'i32'], 'f32', (f, [from, to]) => {
 *     const total = f.local('f32');
 *     f.for(from, to, 4, (address) => f.set(total, f32.add(total, f32.load(address))));
 *     f.return(total);
 *   });
 *   const bytes = module.bytes();
 */
import {
  type Code,
  type Expr,
  type ValueType,
  type VectorConstant,
  i32,
  leb,
} from './instructions.ts';

const VALUE_TYPE: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BR = 0x0c;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const CALL = 0x10;
const DROP = 0x1a;
const SET = 0x21;
const EMPTY_BLOCK = 0x40;
const VECTOR_CONST = [0xfd, 0x0c];
const FUNCTION_TYPE = 0x60;
const WITH_MAXIMUM = 0x01;
const SHARED_WITH_MAXIMUM = 0x03;
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;

/** Reading a local is an expression; writing it is `f.set`. */
export interface Local<T extends ValueType = ValueType> extends Expr<T> {
  readonly index: number;
}

/** A place to branch to: the end of a block, or the start of a loop. */
export interface Label {
  readonly depth: number;
}

/** What a call needs to know of its target; known before the target's body is written. */
export interface FunctionHandle {
  readonly index: number;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
}

type Locals<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local<P[K]> };

/** Writes the body of one function. */
export class FunctionBuilder {
  readonly #parameterCount: number;
  readonly #locals: ValueType[] = [];
  readonly #code: Code[] = [];
  #depth = 0;

  constructor(parameterCount: number) {
    this.#parameterCount = parameterCount;
  }

  /** A fresh local, zero at first; given a value, set to it here. */
  local<T extends ValueType>(type: T, value?: Expr<T> | (T extends 'i32' ? number : never)) {
    this.#locals.push(type);
    const local = makeLocal(type, this.#parameterCount + this.#locals.length - 1);
    if (value !== undefined) {
      // The conditional type above admits numbers for i32 only.
      const initial = typeof value === 'number' ? (i32.const(value) as unknown as Expr<T>) : value;
      this.set(local, initial);
    }
    return local;
  }

  set<T extends ValueType>(local: Local<T>, value: Expr<T>): void {
    this.#code.push(value.code, SET, leb.unsigned(local.index));
  }

  /** `local += amount`. */
  increment(local: Local<'i32'>, amount: Expr<'i32'> | number): void {
    this.set(local, i32.add(local, amount));
  }

  /** Statements: stores, and instructions without a result. */
  run(statement: Expr<'void'>): void {
    this.#code.push(statement.code);
  }

  /** For an instruction whose result is of no use here. */
  drop(value: Expr<ValueType>): void {
    this.#code.push(value.code, DROP);
  }

  call(target: FunctionHandle, args: readonly Expr[]): void {
    checkArguments(target, args);
    this.#code.push(
      args.map((arg) => arg.code),
      CALL,
      leb.unsigned(target.index),
    );
    if (target.result !== null) this.#code.push(DROP);
  }

  return(value?: Expr): void {
    if (value) this.#code.push(value.code);
    this.#code.push(RETURN);
  }

  /** Branching to the label leaves the block. */
  block(body: (label: Label) => void): void {
    this.#nested([BLOCK, EMPTY_BLOCK], body);
  }

  /** Branching to the label starts the next round; falling off the end leaves. */
  loop(body: (label: Label) => void): void {
    this.#nested([LOOP, EMPTY_BLOCK], body);
  }

  branch(label: Label): void {
    this.#code.push(BR, leb.unsigned(this.#depth - label.depth));
  }

  branchIf(label: Label, condition: Expr<'i32'>): void {
    this.#code.push(condition.code, BR_IF, leb.unsigned(this.#depth - label.depth));
  }

  if(condition: Expr<'i32'>, then: () => void, otherwise?: () => void): void {
    if (condition.constant !== undefined) {
      if (condition.constant !== 0) then();
      else otherwise?.();
      return;
    }
    this.#code.push(condition.code);
    this.#nested([IF, EMPTY_BLOCK], () => {
      then();
      if (otherwise) {
        this.#code.push(ELSE);
        otherwise();
      }
    });
  }

  /**
   * `for (i = from; i < to; i += step)`, unsigned. `to` is read once. Bounds known now cost nothing:
   * no round emits nothing, a single round emits the body alone.
   */
  for(
    from: Expr<'i32'> | number,
    to: Expr<'i32'> | number,
    step: number,
    body: (i: Expr<'i32'>) => void,
  ): void {
    const first = i32.of(from);
    const limit = i32.of(to);
    const rounds =
      first.constant !== undefined && limit.constant !== undefined
        ? Math.ceil(((limit.constant >>> 0) - (first.constant >>> 0)) / step)
        : undefined;
    if (rounds !== undefined && rounds <= 0) return;
    if (rounds === 1) {
      body(first);
      return;
    }
    const end = limit.constant !== undefined ? limit : this.local('i32', limit);
    const i = this.local('i32', first);
    const rest = () =>
      this.loop((next) => {
        body(i);
        this.increment(i, step);
        this.branchIf(next, i32.ltU(i, end));
      });
    if (rounds !== undefined) rest();
    else this.if(i32.ltU(i, end), rest);
  }

  /** Appends the encoded body, without its length. */
  encode(to: ByteWriter): void {
    const constants = new Map<string, Local<'v128'>>();
    const prologue: Code[] = [];
    const body = resolved(this.#code, ({ lanes }) => {
      const key = lanes.join();
      const known = constants.get(key);
      if (known) return known.code;
      const local = this.local('v128');
      constants.set(key, local);
      prologue.push(VECTOR_CONST, lanes, SET, leb.unsigned(local.index));
      return local.code;
    });
    to.write(leb.unsigned(this.#locals.length));
    for (const type of this.#locals) to.write([1, VALUE_TYPE[type]]);
    to.write(prologue);
    to.append(body);
    to.write(END);
  }

  #nested(opening: Code, body: (label: Label) => void): void {
    this.#code.push(opening);
    this.#depth += 1;
    body({ depth: this.#depth });
    this.#depth -= 1;
    this.#code.push(END);
  }
}

export interface MemoryImport {
  readonly initialPages: number;
  readonly maximumPages: number;
  /** False: one thread's own, for hosts that share none. */
  readonly isShared?: boolean;
}

/** Collects functions and assembles the module. The memory is imported as `env.memory`. */
export class ModuleBuilder {
  readonly #memory: MemoryImport;
  readonly #types: string[] = [];
  readonly #typeCodes: Code[] = [];
  readonly #functions: { readonly type: number; body: BodyRange | null }[] = [];
  /** Bodies in the order in which they were finished. */
  readonly #bodies = new ByteWriter();
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  readonly #shared = new Map<string, FunctionHandle>();

  constructor(options: { readonly memory: MemoryImport }) {
    this.#memory = options.memory;
  }

  /** Declares and writes one function. `name` exports it; `null` keeps it inside. */
  function<const P extends readonly ValueType[]>(
    name: string | null,
    parameters: P,
    result: ValueType | null,
    write: (f: FunctionBuilder, args: Locals<P>) => void,
  ): FunctionHandle {
    const index = this.#functions.length;
    const entry = { type: this.#type(parameters, result), body: null as BodyRange | null };
    this.#functions.push(entry);
    if (name !== null) this.#exports.push({ name, index });
    const f = new FunctionBuilder(parameters.length);
    // One local per parameter, in order and of the same types.
    const args = parameters.map((type, i) => makeLocal(type, i)) as unknown as Locals<P>;
    write(f, args);
    const start = this.#bodies.length;
    f.encode(this.#bodies);
    entry.body = { start, end: this.#bodies.length };
    return { index, parameters, result };
  }

  /** A function that several kernels use, written when first asked for. The key says all it depends on. */
  shared(key: string, write: () => FunctionHandle): FunctionHandle {
    const known = this.#shared.get(key);
    if (known) return known;
    const handle = write();
    this.#shared.set(key, handle);
    return handle;
  }

  get functionCount(): number {
    return this.#functions.length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const code = new ByteWriter();
    code.write(leb.unsigned(this.#functions.length));
    for (const { body } of this.#functions) {
      if (!body) throw new Error('a function was declared but never written');
      code.write(leb.unsigned(body.end - body.start));
      code.append(this.#bodies, body);
    }
    const { initialPages, maximumPages, isShared = true } = this.#memory;
    const limits = isShared ? SHARED_WITH_MAXIMUM : WITH_MAXIMUM;
    const memory: Code = [
      text('env'),
      text('memory'),
      [0x02, limits, leb.unsigned(initialPages), leb.unsigned(maximumPages)],
    ];
    const module = new ByteWriter();
    const section = (id: number, content: ByteWriter): void => {
      module.write([id, leb.unsigned(content.length)]);
      module.append(content);
    };
    module.write(MAGIC_AND_VERSION);
    section(SECTION.type, encoded(list(this.#typeCodes)));
    section(SECTION.import, encoded(list([memory])));
    const types = this.#functions.map(({ type }) => leb.unsigned(type));
    section(SECTION.function, encoded(list(types)));
    const exports = this.#exports.map(({ name, index }) => [text(name), 0x00, leb.unsigned(index)]);
    section(SECTION.export, encoded(list(exports)));
    section(SECTION.code, code);
    return module.bytes();
  }

  #type(parameters: readonly ValueType[], result: ValueType | null): number {
    const key = `${parameters.join()}>${result ?? ''}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#types.push(key);
    this.#typeCodes.push([
      FUNCTION_TYPE,
      list(parameters.map((type) => VALUE_TYPE[type])),
      list(result === null ? [] : [VALUE_TYPE[result]]),
    ]);
    return this.#types.length - 1;
  }
}

function makeLocal<T extends ValueType>(type: T, index: number): Local<T> {
  return { type, index, code: [0x20, leb.unsigned(index)] };
}

function checkArguments(target: FunctionHandle, args: readonly Expr[]): void {
  const given = args.map((arg) => arg.type).join();
  if (given !== target.parameters.join()) {
    throw new Error(`a function of (${target.parameters.join()}) was called with (${given})`);
  }
}

function list(items: readonly Code[]): Code {
  return [leb.unsigned(items.length), items];
}

function text(value: string): Code {
  const bytes = [...new TextEncoder().encode(value)];
  return [leb.unsigned(bytes.length), bytes];
}

function encoded(code: Code): ByteWriter {
  const writer = new ByteWriter();
  writer.write(code);
  return writer;
}

/** Code with something in the place of each vector constant, in memory that the next call uses again. */
function resolved(code: Code, onConstant: (constant: VectorConstant) => Code): ByteWriter {
  scratch.clear(onConstant);
  scratch.write(code);
  return scratch;
}

interface BodyRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes written one after the other, from code as it was nested. */
class ByteWriter {
  #onConstant: (constant: VectorConstant) => Code = refuse;
  #buffer = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(onConstant: (constant: VectorConstant) => Code): void {
    this.#onConstant = onConstant;
    this.#length = 0;
  }

  write(code: Code): void {
    if (typeof code === 'number') {
      if (this.#length === this.#buffer.length) this.#reserve(1);
      this.#buffer[this.#length++] = code;
    } else if (isList(code)) {
      for (let i = 0; i < code.length; i++) this.write(code[i] ?? 0);
    } else this.write(this.#onConstant(code));
  }

  append(other: ByteWriter, { start, end }: BodyRange = { start: 0, end: other.length }): void {
    this.#reserve(end - start);
    this.#buffer.set(other.#buffer.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    grown.set(this.#buffer);
    this.#buffer = grown;
  }
}

const scratch = new ByteWriter();

const isList = (code: Exclude<Code, number>): code is readonly Code[] => Array.isArray(code);

function refuse(): never {
  throw new Error('a vector constant stands outside a function');
}
