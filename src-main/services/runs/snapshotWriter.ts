/**
 * Writes the snapshots of a run in training to its file: numbers of every frame, what takes more room less
 * often, and where a kind outgrows its share the older ones thinned out. Only whoever trains the run has one.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { asInputError } from '#engine/ir/systemError.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import type { SnapshotKind, SnapshotMap } from '#engine/protocol/index.ts';
import { makePrivateFolder } from '../stateFiles.ts';
import { packScalars } from './scalars.ts';
import {
  type Chunk,
  currentChunks,
  encodeChunk,
  payloadOf,
  RECORDED_KINDS,
  type RecordedKind,
  scanChunks,
} from './snapshotFile.ts';
import { packSnapshot } from './snapshotPacking.ts';
import { thinned } from './snapshotThinning.ts';

/** What each kind may take of the disk, 16 MB together; thinned to half of it when it takes more. */
export const BUDGET_BYTES: Readonly<Record<RecordedKind, number>> = {
  scalars: 3_000_000,
  telemetry: 6_000_000,
  samples: 2_000_000,
  boundary: 1_500_000,
  confusion: 1_000_000,
  latents: 2_000_000,
};

/** Once a run is a while old, so often; before that oftener, so that a run of seconds has a past as well. */
const INTERVAL_MS = 500;
const SHARE_OF_AGE = 1 / 100;

export interface Recorded<K extends SnapshotKind = SnapshotKind> {
  readonly kind: K;
  readonly body: SnapshotMap[K];
  /** When it came. */
  readonly atMs: number;
}

interface Account {
  next: number;
  bytes: number;
  lastMs: number;
}

export class SnapshotWriter {
  readonly #path: string;
  #file: number;
  #size: number;
  readonly #accounts: Record<RecordedKind, Account>;
  #beganMs: number | null = null;
  /** While the file is being thinned: what comes meanwhile. */
  #waiting: Buffer[] | null = null;
  #isClosed = false;
  /** Resolves when no thinning is under way. */
  settled: Promise<void> = Promise.resolve();

  /** Goes on with what is there; a torn end is cut off. Throws InputError where it cannot be written. */
  constructor(path: string) {
    this.#path = path;
    try {
      makePrivateFolder(dirname(path));
      this.#file = openSync(path, 'a+', 0o600);
      const { chunks, end } = scanChunks(readFileSync(this.#file));
      ftruncateSync(this.#file, end);
      this.#size = end;
      const account = (kind: RecordedKind): Account => {
        const own = chunks.filter((chunk) => chunk.kind === kind);
        const next = Math.max(-1, ...own.map(({ number }) => number)) + 1;
        return { next, bytes: sum(own), lastMs: -Infinity };
      };
      this.#accounts = {
        telemetry: account('telemetry'),
        samples: account('samples'),
        boundary: account('boundary'),
        confusion: account('confusion'),
        latents: account('latents'),
        scalars: account('scalars'),
      };
    } catch (error) {
      throw asInputError(error, path, 'writing');
    }
  }

  /** Throws InputError where the disk does not take it; the file is as before then. */
  append(snapshots: readonly Recorded[]): void {
    this.#write(snapshots.flatMap((each) => this.#chunksOf(each)));
    const isLarge = RECORDED_KINDS.some((kind) => this.#accounts[kind].bytes > BUDGET_BYTES[kind]);
    if (isLarge && !this.#waiting) this.settled = this.#thin();
  }

  /** What came after a step is taken back. */
  rewind(step: number): void {
    this.#write([encodeChunk('rewind', step, 0, new Uint8Array())]);
    for (const account of Object.values(this.#accounts)) account.lastMs = -Infinity;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#waiting) closeSync(this.#file);
  }

  #chunksOf({ kind, body, atMs }: Recorded): Buffer[] {
    const account = this.#accounts[kind];
    this.#beganMs ??= atMs;
    const intervalMs = Math.min(INTERVAL_MS, (atMs - this.#beganMs) * SHARE_OF_AGE);
    const chunks: Buffer[] = [];
    if (kind === 'telemetry') {
      chunks.push(this.#chunk('scalars', body.step, packScalars(body as SnapshotMap['telemetry'])));
    }
    if (atMs - account.lastMs < intervalMs) return chunks;
    account.lastMs = atMs;
    // Kind and body come as one.
    chunks.push(this.#chunk(kind, body.step, packSnapshot(kind, body as never)));
    return chunks;
  }

  #chunk(kind: RecordedKind, step: number, payload: Uint8Array): Buffer {
    const account = this.#accounts[kind];
    const chunk = encodeChunk(kind, step, account.next++, payload);
    account.bytes += chunk.length;
    return chunk;
  }

  #write(chunks: readonly Buffer[]): void {
    if (chunks.length === 0 || this.#isClosed) return;
    if (this.#waiting) this.#waiting.push(...chunks);
    else this.#append(Buffer.concat(chunks));
  }

  #append(bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
      this.#size += bytes.length;
    } catch (error) {
      // A part of it would hide nothing, but it is of no use.
      ftruncateSync(this.#file, this.#size);
      throw asInputError(error, this.#path, 'writing');
    }
  }

  async #thin(): Promise<void> {
    const waiting: Buffer[] = [];
    this.#waiting = waiting;
    try {
      const { bytes, chunks } = rewritten(readFileSync(this.#path), (kind) =>
        this.#accounts[kind].bytes > BUDGET_BYTES[kind] ? BUDGET_BYTES[kind] / 2 : Infinity,
      );
      await writeAtomic(this.#path, bytes, { private: true, links: 'replace' });
      // Opened before the other is let go: the folder may have gone with the run meanwhile.
      const file = openSync(this.#path, 'a+', 0o600);
      closeSync(this.#file);
      this.#file = file;
      this.#size = bytes.length;
      for (const kind of RECORDED_KINDS) {
        this.#accounts[kind].bytes = sum(chunks.filter((chunk) => chunk.kind === kind));
      }
    } catch {
      // A disk without room for it, or a reader in the way: the file is as it was, and it is tried again.
      for (const account of Object.values(this.#accounts)) account.bytes *= 0.9;
    }
    this.#waiting = null;
    try {
      if (waiting.length > 0) this.#append(Buffer.concat(waiting));
    } catch {
      // Of a full disk the next write tells.
    }
    if (this.#isClosed) closeSync(this.#file);
  }
}

/** What of the file's chunks stays where each kind may have so many bytes; asked with what it has. */
export function rewritten(
  file: Buffer,
  mostOf: (kind: RecordedKind, bytes: number) => number,
): { readonly bytes: Buffer; readonly chunks: readonly Chunk[] } {
  const current = currentChunks(scanChunks(file).chunks);
  const chunks = RECORDED_KINDS.flatMap((kind) => {
    const most = mostOf(kind, sum(current[kind]));
    return most === Infinity ? current[kind] : thinned(current[kind], most);
  }).sort((a, b) => a.start - b.start);
  const parts = chunks.map((chunk) =>
    encodeChunk(chunk.kind, chunk.step, chunk.number, payloadOf(file, chunk)),
  );
  return { bytes: Buffer.concat(parts), chunks };
}

function sum(chunks: readonly { readonly bytes: number }[]): number {
  return chunks.reduce((total, { bytes }) => total + bytes, 0);
}
