/**
 * NumPy's .npy files: one array, C order, little-endian. Reads f4, f8, i4, i8 and u1; writes f4, i4 and u1.
 * Reference: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { inputError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { formatInteger } from '../ir/numberText.ts';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGNMENT = 64;

export function readNpy(bytes: Uint8Array, path: string): NpyArray {
  const fail = (code: string, what: string): never => {
    throw inputError(`npy.${code}`, `This is not a usable .npy file: ${what}.`, { path });
  };
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    fail('magic', 'it does not start as one does');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = (bytes[6] ?? 1) >= 2;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) fail('truncated', 'its header is cut off');
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || shapeText === undefined) {
    return fail('header', `its header is "${header.trim().slice(0, 80)}"`);
  }
  if (order === 'True') fail('order', 'it is in Fortran order; save it with np.ascontiguousarray');
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    fail('shape', `its shape is (${shapeText})`);
  }
  const count = elementCount(shape);
  const reader = READERS.get(descr);
  if (!reader) return fail('dtype', `it holds ${descr}; float32 is best`);
  const at = start + length;
  if (bytes.length - at !== count * reader.bytes) {
    fail(
      'truncated',
      `it holds ${formatInteger(bytes.length - at)} bytes of data, not ${formatInteger(count * reader.bytes)}`,
    );
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = reader.read(view, at + i * reader.bytes);
  return { shape, data };
}

interface Reader {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}
const READERS: ReadonlyMap<string, Reader> = new Map([
  ['<f4', { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['<f8', { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ['<i4', { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  ['<i8', { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ['|u1', { bytes: 1, read: (view, at) => view.getUint8(at) }],
] satisfies [string, Reader][]);

/** What is written as it is stored. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export function writeNpy({ shape, data }: StoredArray): Uint8Array {
  const descr = data instanceof Float32Array ? '<f4' : data instanceof Int32Array ? '<i4' : '|u1';
  const header = npyHeader(descr, shape);
  const file = new Uint8Array(header.length + data.byteLength);
  file.set(header);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return file;
}

/** What stands before the numbers, which follow row after row. */
export function npyHeader(
  descr: '<f4' | '<i4' | '|u1',
  shape: readonly number[],
): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padded = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const bytes = new TextEncoder().encode(`${text.padEnd(padded - 1)}\n`);
  return Uint8Array.from([...MAGIC, 1, 0, padded & 0xff, padded >> 8, ...bytes]);
}
