/**
 * How much a MessagePack message would unfold to, found by walking over its bytes and making nothing: a byte
 * of a message can become a value of many, and lists of lists hide how many there are. Not a decoder.
 * Reference: https://github.com/msgpack/msgpack/blob/master/spec.md.
 */

export interface MessageLimits {
  /** Values of any kind: numbers, texts, lists, keys. What is inside a typed array or a text is one. */
  readonly maxValues: number;
  /** Lists within lists. */
  readonly maxDepth: number;
}

/** Throws RangeError for more than that, and for bytes that end too early. */
export function checkSize(bytes: Uint8Array, { maxValues, maxDepth }: MessageLimits): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Values that each open list still has to come. */
  const open: number[] = [1];
  let at = 0;
  let values = 0;
  while (open.length > 0) {
    const left = open.at(-1) ?? 0;
    if (left === 0) {
      open.pop();
      continue;
    }
    open[open.length - 1] = left - 1;
    values += 1;
    if (values > maxValues) throw new RangeError(`The message has more than ${maxValues} values.`);
    const { skip, holds } = headOf(view, at);
    at += skip;
    // Also a length that is a lie is one that must not be believed.
    if (values + holds > maxValues) {
      throw new RangeError(`The message has more than ${maxValues} values.`);
    }
    if (holds > 0) open.push(holds);
    if (open.length > maxDepth)
      throw new RangeError(`The message is nested more than ${maxDepth} deep.`);
  }
}

/** Bytes to the next value, and how many values this one holds. */
function headOf(view: DataView, at: number): { readonly skip: number; readonly holds: number } {
  const head = view.getUint8(at);
  if (head < 0x80 || head >= 0xe0) return leaf(1);
  if (head < 0x90) return { skip: 1, holds: (head & 0x0f) * 2 };
  if (head < 0xa0) return { skip: 1, holds: head & 0x0f };
  if (head < 0xc0) return leaf(1 + (head & 0x1f));
  const size = (width: 1 | 2 | 4): number =>
    width === 1
      ? view.getUint8(at + 1)
      : width === 2
        ? view.getUint16(at + 1)
        : view.getUint32(at + 1);
  switch (head) {
    // bin and str of a length in 1, 2 or 4 bytes
    case 0xc4:
    case 0xd9:
      return leaf(2 + size(1));
    case 0xc5:
    case 0xda:
      return leaf(3 + size(2));
    case 0xc6:
    case 0xdb:
      return leaf(5 + size(4));
    // ext, with a byte for its type
    case 0xc7:
      return leaf(3 + size(1));
    case 0xc8:
      return leaf(4 + size(2));
    case 0xc9:
      return leaf(6 + size(4));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return leaf(2 + 2 ** (head - 0xd4));
    // float, uint, int
    case 0xca:
      return leaf(5);
    case 0xcb:
      return leaf(9);
    case 0xcc:
    case 0xd0:
      return leaf(2);
    case 0xcd:
    case 0xd1:
      return leaf(3);
    case 0xce:
    case 0xd2:
      return leaf(5);
    case 0xcf:
    case 0xd3:
      return leaf(9);
    // array and map
    case 0xdc:
      return { skip: 3, holds: size(2) };
    case 0xdd:
      return { skip: 5, holds: size(4) };
    case 0xde:
      return { skip: 3, holds: size(2) * 2 };
    case 0xdf:
      return { skip: 5, holds: size(4) * 2 };
    // nil, false, true, and the byte that is never used
    default:
      return leaf(1);
  }
}

const leaf = (skip: number) => ({ skip, holds: 0 });
