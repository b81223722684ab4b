/**
 * The file of a run's snapshots: chunks one after the other, each with what it is and a checksum, so that
 * what was torn or damaged is left out and the rest is read. Nothing in it is ever changed; going back to a
 * checkpoint is a chunk that says so. Writing and thinning it: snapshotWriter.ts.
 *
 *     magic u32 | kind u8, 3 bytes of 0 | number u32 | length u32 | step f64 | crc32 u32 | payload
 *
 * The checksum is over everything between the magic and itself, and the payload. Little-endian.
 */
import { crc32 } from 'node:zlib';
import { SNAPSHOT_KINDS, type SnapshotKind } from '#engine/protocol/index.ts';

export const SNAPSHOT_FILE = 'snapshots.bin';

/** `scalars`: the numbers of a telemetry frame whose pictures were not kept (scalars.ts). */
export type ChunkKind = SnapshotKind | 'scalars' | 'rewind';

/** Part of the format: a code is never used again. */
const CODES: Readonly<Record<ChunkKind, number>> = {
  telemetry: 1,
  samples: 2,
  boundary: 3,
  confusion: 4,
  scalars: 5,
  /** What came after its step was taken back. */
  rewind: 6,
  latents: 7,
};
const KIND_OF = new Map(Object.entries(CODES).map(([kind, code]) => [code, kind as ChunkKind]));
export const RECORDED_KINDS = [...SNAPSHOT_KINDS, 'scalars'] as const;
export type RecordedKind = (typeof RECORDED_KINDS)[number];

const MAGIC = Buffer.from('NLs1', 'latin1');
const HEADER_BYTES = 28;
const CRC_AT = 24;

export interface Chunk {
  readonly kind: ChunkKind;
  readonly step: number;
  /** Of its kind, in the order they were written. */
  readonly number: number;
  /** Of the whole chunk, in the file. */
  readonly start: number;
  readonly bytes: number;
}

export function encodeChunk(
  kind: ChunkKind,
  step: number,
  number: number,
  payload: Uint8Array,
): Buffer {
  const chunk = Buffer.alloc(HEADER_BYTES + payload.length);
  MAGIC.copy(chunk);
  chunk.writeUInt8(CODES[kind], 4);
  chunk.writeUInt32LE(number, 8);
  chunk.writeUInt32LE(payload.length, 12);
  chunk.writeDoubleLE(step, 16);
  chunk.set(payload, HEADER_BYTES);
  chunk.writeUInt32LE(checksum(chunk), CRC_AT);
  return chunk;
}

function checksum(chunk: Buffer): number {
  return crc32(chunk.subarray(HEADER_BYTES), crc32(chunk.subarray(4, CRC_AT)));
}

export interface Scan {
  /** What is whole, in file order. */
  readonly chunks: readonly Chunk[];
  /** Where the last whole one ends: what is after it was torn. */
  readonly end: number;
}

/** After damage goes on with the next chunk that is whole. */
export function scanChunks(file: Buffer): Scan {
  const chunks: Chunk[] = [];
  let end = 0;
  for (let at = file.indexOf(MAGIC); at >= 0 && at + HEADER_BYTES <= file.length;) {
    const bytes = HEADER_BYTES + file.readUInt32LE(at + 12);
    const kind = KIND_OF.get(file.readUInt8(at + 4));
    const isWhole =
      kind !== undefined &&
      at + bytes <= file.length &&
      checksum(file.subarray(at, at + bytes)) === file.readUInt32LE(at + CRC_AT);
    if (isWhole) {
      const number = file.readUInt32LE(at + 8);
      chunks.push({ kind, step: file.readDoubleLE(at + 16), number, start: at, bytes });
      end = at + bytes;
    }
    at = file.indexOf(MAGIC, isWhole ? at + bytes : at + 1);
  }
  return { chunks, end };
}

export function payloadOf(file: Buffer, { start, bytes }: Chunk): Buffer {
  return file.subarray(start + HEADER_BYTES, start + bytes);
}

/** What holds: without what was taken back, and of a step that came again the later one; by step. */
export function currentChunks(chunks: readonly Chunk[]): Readonly<Record<RecordedKind, Chunk[]>> {
  const found: Record<RecordedKind, Chunk[]> = {
    telemetry: [],
    samples: [],
    boundary: [],
    confusion: [],
    latents: [],
    scalars: [],
  };
  const dropAfter = (list: Chunk[], step: number): void => {
    while ((list.at(-1)?.step ?? -Infinity) > step) list.pop();
  };
  for (const chunk of chunks) {
    if (chunk.kind === 'rewind') {
      for (const kind of RECORDED_KINDS) dropAfter(found[kind], chunk.step);
      continue;
    }
    const list = found[chunk.kind];
    // A run may say the same step twice; and after a damaged "rewind" steps come again.
    while ((list.at(-1)?.step ?? -Infinity) >= chunk.step) list.pop();
    list.push(chunk);
  }
  return found;
}
