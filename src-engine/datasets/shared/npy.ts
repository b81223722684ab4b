/**
 * NumPy's .npy: a magic number, a version, a header in Python's notation, then the elements. Plain numbers only:
 * what holds Python objects would have to be run to be read, and is refused.
 * Reference: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type InputError, inputError } from '#engine/ir/problem.ts';
import type { OpenFile } from '../define.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** In the order of the bytes of this machine, row-major. 64-bit floats and whole numbers come as 32-bit ones. */
export interface NpyArray {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int32Array | Float32Array;
}

const MAGIC = '\x93NUMPY';
const MAX_HEADER_BYTES = 2 ** 16;
const MAX_ELEMENTS = 2 ** 31 - 2 ** 24;
const MAX_RANK = 8;
/** As NumPy writes it, keys in any order; nothing else is evaluated. */
const DESCR = /['"]descr['"]\s*:\s*['"]([<>|=]?)([a-zA-Z?])(\d*)['"]/;
const ORDER = /['"]fortran_order['"]\s*:\s*(True|False)/;
const SHAPE = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/;
const WHOLE = /^\{[^{}]*\}\s*$/;

/** What an array is, by the beginning of its file. */
interface NpyHeader {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly isColumnMajor: boolean;
  /** Where its elements begin, and where it is said what they are. */
  readonly start: number;
  readonly statedAt: number;
  readonly bytes: number;
}

/** Of the beginning of a file, as much of it as a header may take. */
const HEADER_ROOM = 2 ** 17;

/** An array whose elements are read in parts. */
export interface OpenNpy {
  readonly shape: readonly number[];
  /** What elements come as. */
  readonly kind: 'u8' | 'i32' | 'f32';
  /** So many of the first dimension. */
  read(first: number, count: number): Promise<NpyArray['data']>;
}

/** Null where its rows do not lie one after another. Throws as `parseNpy` does. */
export async function openNpy(file: OpenFile, path: string): Promise<OpenNpy | null> {
  const header = await file.read(0, HEADER_ROOM);
  const { shape, type, isColumnMajor, start, bytes } = headerOf(header, path);
  refuseOtherLength(file.sizeBytes, path, { shape, start, bytes });
  if (isColumnMajor) return null;
  const rowElements = shape.slice(1).reduce((product, size) => product * size, 1);
  return {
    ...{ shape, kind: type.kind },
    async read(first, count) {
      const from = start + first * rowElements * type.bytes;
      const part = await file.read(from, count * rowElements * type.bytes);
      if (part.length !== count * rowElements * type.bytes) {
        throw npyError('truncated', path, from + part.length, 'It was cut off while it was read.');
      }
      return type.read(
        new DataView(part.buffer, part.byteOffset, part.length),
        count * rowElements,
        from,
      );
    },
  };
}

export function parseNpy(bytes: Uint8Array, path: string): NpyArray {
  const header = headerOf(bytes, path);
  const { shape, type, isColumnMajor, start, statedAt } = header;
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > MAX_ELEMENTS) {
    throw npyError('too-large', path, statedAt, `It claims ${shape.join('×')} elements.`);
  }
  refuseOtherLength(bytes.length, path, header);
  const data = type.read(
    new DataView(bytes.buffer, bytes.byteOffset + start, header.bytes),
    count,
    start,
  );
  return { path, shape, data: isColumnMajor ? rowMajor(data, shape) : data };
}

function refuseOtherLength(
  length: number,
  path: string,
  { shape, start, bytes }: Pick<NpyHeader, 'shape' | 'start' | 'bytes'>,
): void {
  if (length - start === bytes) return;
  throw npyError(
    length - start < bytes ? 'truncated' : 'trailing-bytes',
    path,
    Math.min(length, start + bytes),
    `${shape.join('×')} elements take ${formatInteger(bytes)} bytes, the file has ${formatInteger(length - start)}.`,
  );
}

function headerOf(bytes: Uint8Array, path: string): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) {
    throw npyError('magic', path, 0, 'This is no NumPy file: it begins with other bytes.');
  }
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) {
    throw npyError('version', path, 6, `Version ${version} of the format is not known.`);
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) throw npyError('truncated', path, bytes.length, CUT_OFF);
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES) {
    throw npyError('header', path, 8, `The header claims ${formatInteger(headerBytes)} bytes.`);
  }
  const at = start + headerBytes;
  if (bytes.length < at) throw npyError('truncated', path, bytes.length, CUT_OFF);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, at));
  const [descr, order, dims] = [DESCR.exec(header), ORDER.exec(header), SHAPE.exec(header)];
  if (!WHOLE.test(header) || !descr || !order || !dims) {
    const isRecord = /['"]descr['"]\s*:\s*\[/.test(header);
    throw isRecord
      ? npyError('type', path, start, 'It is a table of records; plain numbers are needed.')
      : npyError('header', path, start, 'The header is not as NumPy writes it.');
  }
  const shape = shapeOf(dims[1] ?? '', path, start);
  const count = shape.reduce((product, size) => product * size, 1);
  const type = typeOf(descr, path, start);
  const wanted = count * type.bytes;
  if (wanted > Number.MAX_SAFE_INTEGER) {
    throw npyError('too-large', path, start, `It claims ${shape.join('×')} elements.`);
  }
  const isColumnMajor = order[1] === 'True';
  return { ...{ shape, type, isColumnMajor }, start: at, statedAt: start, bytes: wanted };
}

const CUT_OFF = 'The file ends within its header.';

function shapeOf(text: string, path: string, at: number): readonly number[] {
  const parts = text.split(',').map((part) => part.trim().replace(/L$/, ''));
  const sizes = parts.filter((part) => part !== '').map(Number);
  if (sizes.length <= MAX_RANK && sizes.every(Number.isSafeInteger)) return sizes;
  throw npyError('header', path, at, 'The header has an impossible shape.');
}

interface ElementType {
  readonly bytes: number;
  readonly kind: OpenNpy['kind'];
  /** `from`: where in the file the first one is. */
  read(view: DataView, count: number, from: number): NpyArray['data'];
}

function typeOf(
  [, order = '', letter = '', digits = '']: RegExpExecArray,
  path: string,
  at: number,
) {
  const little = order !== '>';
  const whole = (bytes: number, get: (view: DataView, at: number) => number): ElementType => ({
    ...{ bytes, kind: 'i32' },
    read: (view, count, from) => {
      const values = new Int32Array(count);
      for (let i = 0; i < count; i++) {
        const value = get(view, i * bytes);
        values[i] = value;
        if (values[i] !== value) {
          throw npyError('range', path, from + i * bytes, `${value} is too large.`);
        }
      }
      return values;
    },
  });
  const float = (bytes: number, get: (view: DataView, at: number) => number): ElementType => ({
    ...{ bytes, kind: 'f32' },
    read: (view, count) => Float32Array.from({ length: count }, (_, i) => get(view, i * bytes)),
  });
  const byte: ElementType = { bytes: 1, kind: 'u8', read: bytesOf };
  const types = new Map<string, ElementType>([
    ['u1', byte],
    ['b1', byte],
    ['?', byte],
    ['i1', whole(1, (view, i) => view.getInt8(i))],
    ['u2', whole(2, (view, i) => view.getUint16(i, little))],
    ['i2', whole(2, (view, i) => view.getInt16(i, little))],
    ['u4', whole(4, (view, i) => view.getUint32(i, little))],
    ['i4', whole(4, (view, i) => view.getInt32(i, little))],
    ['u8', whole(8, (view, i) => Number(view.getBigUint64(i, little)))],
    ['i8', whole(8, (view, i) => Number(view.getBigInt64(i, little)))],
    ['f2', float(2, (view, i) => half(view.getUint16(i, little)))],
    ['f4', float(4, (view, i) => view.getFloat32(i, little))],
    ['f8', float(8, (view, i) => view.getFloat64(i, little))],
  ]);
  const found = types.get(`${letter}${digits}`);
  if (found) return found;
  const what =
    letter === 'O' ? 'Python objects, which are not read' : `elements of type ${letter}${digits}`;
  throw npyError('type', path, at, `It holds ${what}; plain numbers are needed.`);
}

const bytesOf = (view: DataView, count: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, count);

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : fraction * 2 ** -24);
}

/** From column-major, the first index running fastest. */
function rowMajor(data: NpyArray['data'], shape: readonly number[]): NpyArray['data'] {
  const moved = data.slice();
  const index = shape.map(() => 0);
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    moved[to] = data[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis] ?? 0;
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      from -= (steps[axis] ?? 0) * (shape[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return moved;
}

function npyError(code: string, path: string, at: number, message: string): InputError {
  return inputError(`npy.${code}`, message, { path: `${path}, byte ${at}` });
}
