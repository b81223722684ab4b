/**
 * The IDX format: two zero bytes, a type byte, the number of dimensions, their sizes as big-endian 32-bit
 * numbers, then the elements. Reference: http://yann.lecun.com/exdb/mnist/
 */
import { type InputError, inputError } from '#engine/ir/problem.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const BYTES = 0x08;
/** What other type bytes mean, to say what was found. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  0x09: 'signed bytes',
  0x0b: '16-bit whole numbers',
  0x0c: '32-bit whole numbers',
  0x0d: '32-bit floating point numbers',
  0x0e: '64-bit floating point numbers',
};
const MAX_ELEMENTS = 2 ** 31 - 1;

export interface IdxArray {
  readonly path: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  /** Where `data` begins in the file. */
  readonly dataOffset: number;
}

/** `ranks` are the numbers of dimensions that make sense, `what` the thing that has them. */
export function parseIdx(
  bytes: Uint8Array,
  path: string,
  ranks: readonly number[],
  what: string,
): IdxArray {
  if (bytes.length < 4) {
    throw idxError(
      'truncated',
      path,
      bytes.length,
      `The file has ${formatInteger(bytes.length)} bytes, too few for an IDX header.`,
    );
  }
  const [zero0, zero1, type = 0, rank = 0] = bytes;
  if (zero0 !== 0 || zero1 !== 0) {
    throw idxError(
      'bad-magic',
      path,
      0,
      'This is not an IDX file: it must begin with two zero bytes.',
    );
  }
  if (type !== BYTES) {
    const found = TYPE_NAMES[type] ?? `elements of the unknown type ${hex(type)}`;
    throw idxError(
      'wrong-type',
      path,
      2,
      `The file holds ${found}; ${what} must be unsigned bytes (${hex(BYTES)}).`,
    );
  }
  if (!ranks.includes(rank)) {
    throw idxError(
      'wrong-rank',
      path,
      3,
      `The file has ${rank} dimensions; ${what} have ${ranks.join(' or ')}.`,
    );
  }
  const dataOffset = 4 + 4 * rank;
  if (bytes.length < dataOffset) {
    throw idxError(
      'truncated',
      path,
      bytes.length,
      `The file ends within the sizes of its ${rank} dimensions.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const empty = shape.indexOf(0);
  if (empty >= 0) {
    throw idxError(
      'empty',
      path,
      4 + 4 * empty,
      `Dimension ${empty + 1} has size 0: there are no ${what}.`,
    );
  }
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (size > MAX_ELEMENTS) {
    throw idxError(
      'too-large',
      path,
      4,
      `The file claims ${shape.join('×')} elements, more than 2 GiB.`,
    );
  }
  const wanted = dataOffset + size;
  if (bytes.length < wanted) {
    throw idxError(
      'truncated',
      path,
      bytes.length,
      `The file ends too early: ${shape.join('×')} elements need ${formatInteger(wanted)} bytes, it has ${formatInteger(bytes.length)}.`,
    );
  }
  if (bytes.length > wanted) {
    const more = bytes.length - wanted;
    throw idxError(
      'trailing-bytes',
      path,
      wanted,
      `The file goes on for ${more} more ${more === 1 ? 'byte' : 'bytes'} after the last of ${shape.join('×')} elements.`,
    );
  }
  return { path, shape, data: bytes.subarray(dataOffset), dataOffset };
}

/** Offsets count in the unpacked content. */
export function idxError(code: string, path: string, offset: number, message: string): InputError {
  return inputError(`idx.${code}`, message, { path: `${path}, byte ${offset}` });
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;
