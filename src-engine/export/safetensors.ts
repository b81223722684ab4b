/**
 * Reading and writing of safetensors files: an 8-byte length, a JSON header, raw little-endian tensors.
 * F32 and I32 only. Reference: https://huggingface.co/docs/safetensors/index#format
 */
import { inputError } from '../ir/problem.ts';
import { type ConcreteShape, elementCount } from '../ir/tensor.ts';
import { formatInteger } from '../ir/numberText.ts';

export interface NamedTensor {
  readonly shape: ConcreteShape;
  readonly data: Float32Array | Int32Array;
}
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
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
export function readSafetensors(bytes: Uint8Array, path: string): SafetensorsFile {
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
    if (dtype !== 'F32' && dtype !== 'I32') {
      return fail('dtype', `"${name}" holds ${dtype}; F32 and I32 can be read`);
    }
    if (from < 0 || to < from || start + to > bytes.length) {
      fail('truncated', `"${name}" lies outside of the file`);
    }
    if (to - from !== elementCount(shape) * 4) {
      fail('shape', `"${name}" of shape ${shape.join('x')} has ${formatInteger(to - from)} bytes`);
    }
    // Copied: the slice may not be aligned, and the file should not stay in memory.
    const raw = new Uint8Array(bytes.subarray(start + from, start + to)).buffer;
    tensors.set(name, {
      shape,
      data: dtype === 'F32' ? new Float32Array(raw) : new Int32Array(raw),
    });
  }
  return { tensors, metadata };
}

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
