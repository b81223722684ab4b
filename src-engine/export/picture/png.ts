/**
 * Chunks of PNG files: a text of ours is put in and found again; pictures are neither read nor written. Reference:
 * https://www.w3.org/TR/png-3/ (5.3 chunk layout, 11.3.3.4 iTXt, D CRC).
 */
import type { Compression } from '#engine/platform/compression.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** A chunk's length, type and checksum; its data is in between. */
const FRAME = { length: 4, type: 4, crc: 4 } as const;

export const isPng = (bytes: Uint8Array): boolean =>
  SIGNATURE.every((byte, i) => bytes[i] === byte);

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** An international text chunk, packed, with neither language nor translated keyword. */
function textChunk(keyword: string, text: string, compression: Compression): Uint8Array {
  const packed = compression.deflate(new TextEncoder().encode(text));
  // The keyword ends with a zero; then: packed, by zlib, no language, no translation.
  const head = Uint8Array.from([...latin(keyword), 0, 1, 0, 0, 0]);
  const typeAndData = new Uint8Array(FRAME.type + head.length + packed.length);
  typeAndData.set(latin('iTXt'));
  typeAndData.set(head, FRAME.type);
  typeAndData.set(packed, FRAME.type + head.length);
  const chunk = new Uint8Array(FRAME.length + typeAndData.length + FRAME.crc);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, head.length + packed.length);
  chunk.set(typeAndData, FRAME.length);
  view.setUint32(FRAME.length + typeAndData.length, crc32(typeAndData));
  return chunk;
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Of the next one. */
  readonly end: number;
}

/** Null where the file ends within it. */
function chunkAt(bytes: Uint8Array, at: number): Chunk | null {
  const from = at + FRAME.length + FRAME.type;
  if (from > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = from + view.getUint32(at);
  if (end + FRAME.crc > bytes.length) return null;
  const type = String.fromCharCode(...bytes.subarray(at + FRAME.length, from));
  return { type, data: bytes.subarray(from, end), end: end + FRAME.crc };
}

/** Behind the header, where whoever reads only the beginning finds it. */
export function withText(
  png: Uint8Array,
  keyword: string,
  text: string,
  compression: Compression,
): Uint8Array {
  const at = chunkAt(png, SIGNATURE.length)?.end;
  if (!isPng(png) || at === undefined) throw new Error('no PNG was drawn');
  const chunk = textChunk(keyword, text, compression);
  const file = new Uint8Array(png.length + chunk.length);
  file.set(png.subarray(0, at));
  file.set(chunk, at);
  file.set(png.subarray(at), at + chunk.length);
  return file;
}

/**
 * The text of a keyword. Undefined: there is none; null: there is one that cannot be read, or is longer than that.
 */
export function textOf(
  png: Uint8Array,
  keyword: string,
  mostBytes: number,
  compression: Compression,
): string | null | undefined {
  let at: number = SIGNATURE.length;
  while (at < png.length) {
    const chunk = chunkAt(png, at);
    // Cut off: what was lost may have been it.
    if (!chunk) return null;
    at = chunk.end;
    if (chunk.type !== 'iTXt') continue;
    const { data } = chunk;
    const nameEnd = data.indexOf(0);
    if (
      String.fromCharCode(...data.subarray(0, Math.max(0, nameEnd)).subarray(0, 80)) !== keyword
    ) {
      continue;
    }
    const isPacked = data[nameEnd + 1] === 1;
    const languageEnd = data.indexOf(0, nameEnd + 3);
    const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
    if (translatedEnd < 0) return null;
    const content = data.subarray(translatedEnd + 1);
    const text = isPacked ? compression.inflate(content, mostBytes) : content;
    return text && text.length <= mostBytes ? decoded(text) : null;
  }
  return undefined;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
