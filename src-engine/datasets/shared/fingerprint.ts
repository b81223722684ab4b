/**
 * A fingerprint of a table's content: 64 bits of xxHash over every byte, to tell whether two runs saw the
 * same data. Not for security. Reference: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
import type { DataColumn } from '../define.ts';

const PRIME1 = 0x9e3779b1;
const PRIME2 = 0x85ebca77;
const PRIME3 = 0xc2b2ae3d;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
const round = (lane: number, word: number): number =>
  Math.imul(rotate((lane + Math.imul(word, PRIME2)) | 0, 13), PRIME1);

/** xxHash32, unsigned. */
export function xxHash32(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length;
  let at = 0;
  let hash: number;
  if (length >= 16) {
    let a = (seed + PRIME1 + PRIME2) | 0;
    let b = (seed + PRIME2) | 0;
    let c = seed | 0;
    let d = (seed - PRIME1) | 0;
    for (; at + 16 <= length; at += 16) {
      a = round(a, view.getInt32(at, true));
      b = round(b, view.getInt32(at + 4, true));
      c = round(c, view.getInt32(at + 8, true));
      d = round(d, view.getInt32(at + 12, true));
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
  } else {
    hash = (seed + PRIME5) | 0;
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) {
    const mixed = (hash + Math.imul(view.getInt32(at, true), PRIME3)) | 0;
    hash = Math.imul(rotate(mixed, 17), PRIME4);
  }
  for (; at < length; at++) {
    const mixed = (hash + Math.imul(view.getUint8(at), PRIME5)) | 0;
    hash = Math.imul(rotate(mixed, 11), PRIME1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 16 hexadecimal digits: the hash under two seeds, chained over the columns. */
export function fingerprint(columns: readonly DataColumn[], testStart: number | undefined): string {
  // A range is only told of the bytes: with or without it, the data are the same.
  const fields = columns.map(({ field: { range: _range, ...field } }) => field);
  const description = JSON.stringify({ fields, testStart });
  const parts = [
    new TextEncoder().encode(description),
    ...columns.map(({ stored }) => bytesOf(stored)),
  ];
  const hashes = [0, PRIME5].map((seed) =>
    parts.reduce((chained, bytes) => xxHash32(bytes, chained), seed),
  );
  return hashes.map((hash) => hash.toString(16).padStart(8, '0')).join('');
}

function bytesOf(stored: DataColumn['stored']): Uint8Array {
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
