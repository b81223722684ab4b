/**
 * Wire messages as bytes (MessagePack), for transports without structured clone: WebSockets, and blobs
 * in the run store. Typed arrays come back as the type they went in as; a key whose value is undefined
 * is left out, as in JSON. Not for files: nothing here is versioned.
 * Reference: https://github.com/msgpack/msgpack/blob/master/spec.md (ext types).
 */
import { decode, Encoder, ExtensionCodec } from '@msgpack/msgpack';
import { checkSize, type MessageLimits } from './messageSize.ts';
import type { Wire } from './rpc.ts';

type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array;
interface NumbersType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): Numbers;
}

/** Extension type numbers are part of the stored format of runs: never reuse one. Uint8Array is `bin`. */
const NUMBERS: readonly (readonly [type: number, constructor: NumbersType])[] = [
  [1, Float32Array],
  [2, Float64Array],
  [3, Int32Array],
  [4, Uint32Array],
];

const extensionCodec = new ExtensionCodec();
for (const [type, Numbers] of NUMBERS) {
  extensionCodec.register({
    type,
    encode: (value) =>
      value instanceof Numbers
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : null,
    decode: (bytes) => {
      if (bytes.length % Numbers.BYTES_PER_ELEMENT !== 0) {
        throw new RangeError(`${bytes.length} bytes are no whole number of array elements.`);
      }
      // Copied: inside the message the numbers may start at any byte, an array's must be aligned.
      // By a constructor: Node's Buffer calls a view what `slice` answers.
      return new Numbers(new Uint8Array(bytes).buffer);
    },
  });
}

export function encodeValue(value: unknown): Uint8Array {
  return new Encoder({ extensionCodec, ignoreUndefined: true }).encode(value);
}

/** Throws on bytes that are no MessagePack. Uint8Arrays inside are views of `bytes`. */
export function decodeValue(bytes: Uint8Array): unknown {
  // Every element takes a byte at least: a longer list is a lie that would only cost memory.
  const limit = bytes.length;
  return decode(bytes, { extensionCodec, maxArrayLength: limit, maxMapLength: limit });
}

export function encodeWire(message: Wire): Uint8Array {
  return encodeValue(message);
}

/**
 * What came in is not trusted to be a Wire; `connect` and `serve` check its form. `limits` for what comes
 * from outside: throws RangeError for what would unfold to more.
 */
export function decodeWire(bytes: Uint8Array, limits?: MessageLimits): unknown {
  if (limits) checkSize(bytes, limits);
  return decodeValue(bytes);
}
