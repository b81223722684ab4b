/**
 * Reading and writing of safetensors files: an 8-byte length, a JSON header, raw little-endian tensors.
 * Written are F32 and I32; BF16, F16 and F64 are read as F32. Reference: https://huggingface.co/docs/safetensors/index#format
 */
import { inputError } from '../ir/problem.ts';
import { type ConcreteShape, elementCount } from '../ir/tensor.ts';
import { formatInteger } from '../ir/numberText.ts';
import { own } from '../ir/record.ts';

export interface NamedTensor {
  readonly shape: ConcreteShape;
  readonly data: Float32Array | Int32Array;
}
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** As it was read: everything is 32 bits wide from here on. */
export interface ReadSafetensors extends SafetensorsFile {
  /** Tensors of 64 bits, whose values are the nearest ones of 32. */
  readonly rounded: readonly string[];
}

const LENGTH_BYTES = 8;
const METADATA_KEY = '__metadata__';
const BATCH_COUNT = '.num_batches_tracked';
/** A header longer than this is not one of ours, nor anyone's. */
const MAX_HEADER_BYTES = 100_000_000;

export function writeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const header: [name: string, entry: unknown][] = [[METADATA_KEY, metadata]];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    header.push([name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Tensors start at a multiple of 8 bytes; the format pads the header with spaces.
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + json.length, LENGTH_BYTES + headerBytes);
  let position = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/** Throws InputError with `path` and, inside the file, the tensor that is wrong. */
export function readSafetensors(bytes: Uint8Array, path: string): ReadSafetensors {
  const fail = (code: string, what: string): never => {
    throw inputError(`weights.${code}`, `This is not a usable safetensors file: ${what}.`, {
      path,
    });
  };
  if (bytes.length < LENGTH_BYTES) fail('truncated', 'it is shorter than its length field');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES || LENGTH_BYTES + headerBytes > bytes.length) {
    fail(
      'truncated',
      `its header claims ${formatInteger(headerBytes)} bytes, the file has ${formatInteger(bytes.length)}`,
    );
  }
  const start = LENGTH_BYTES + headerBytes;
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, start), fail);
  const tensors = new Map<string, NamedTensor>();
  const rounded: string[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA_KEY) {
      metadata = isStringRecord(entry) ? entry : fail('header', 'its metadata is not text');
      continue;
    }
    // PyTorch counts the batches that statistics were taken of; nothing here needs it.
    if (name.endsWith(BATCH_COUNT)) continue;
    if (!isTensorEntry(entry)) return fail('header', `the entry "${name}" is malformed`);
    const [from, to] = entry.data_offsets;
    const { dtype, shape } = entry;
    const reader = own(READERS, dtype);
    if (!reader) {
      return fail(
        'dtype',
        `"${name}" holds ${dtype}; ${Object.keys(READERS).join(', ')} can be read`,
      );
    }
    if (from < 0 || to < from || start + to > bytes.length) {
      fail('truncated', `"${name}" lies outside of the file`);
    }
    if (to - from !== elementCount(shape) * reader.sizeBytes) {
      fail('shape', `"${name}" of shape ${shape.join('x')} has ${formatInteger(to - from)} bytes`);
    }
    // Copied: the slice may not be aligned, and the file should not stay in memory.
    const raw = new Uint8Array(bytes.subarray(start + from, start + to)).buffer;
    const data = reader.read(raw);
    if (!data) {
      return fail('range', `"${name}" holds a number that is too large for 32 bits`);
    }
    if (dtype === 'F64') rounded.push(name);
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata, rounded };
}

interface Reader {
  readonly sizeBytes: number;
  /** Null where a number does not fit. */
  readonly read: (raw: ArrayBuffer) => NamedTensor['data'] | null;
}

const READERS: Readonly<Record<string, Reader>> = {
  F32: { sizeBytes: 4, read: (raw) => new Float32Array(raw) },
  I32: { sizeBytes: 4, read: (raw) => new Int32Array(raw) },
  // The upper half of a 32-bit float.
  BF16: {
    sizeBytes: 2,
    read: (raw) => new Float32Array(Uint32Array.from(new Uint16Array(raw), (x) => x << 16).buffer),
  },
  F16: { sizeBytes: 2, read: (raw) => Float32Array.from(new Uint16Array(raw), halfValue) },
  F64: {
    sizeBytes: 8,
    read(raw) {
      const given = new Float64Array(raw);
      const data = Float32Array.from(given);
      return data.some((value, i) => Math.abs(value) === Infinity && value !== given[i])
        ? null
        : data;
    },
  },
};

/** Of the bits of a 16-bit float (IEEE 754 binary16). */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** What is said of tensors that were rounded; null where there are none. */
export const roundedText = (rounded: readonly string[]): string | null =>
  rounded.length === 0
    ? null
    : `Rounded from 64 bits to 32: ${rounded.length === 1 ? rounded[0] : `${formatInteger(rounded.length)} tensors`}.`;

function parseHeader(
  bytes: Uint8Array,
  fail: (code: string, what: string) => never,
): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
      return header as Record<string, unknown>;
    }
  } catch {
    return fail('header', 'its header is not JSON');
  }
  return fail('header', 'its header is not an object');
}

function isStringRecord(entry: unknown): entry is Record<string, string> {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    Object.values(entry).every((value) => typeof value === 'string')
  );
}

interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isTensorEntry(entry: unknown): entry is TensorEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  const naturals = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && Number(n) >= 0);
  return typeof dtype === 'string' && naturals(shape) && naturals(offsets) && offsets.length === 2;
}
