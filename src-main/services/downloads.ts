/**
 * Files that are made for a page, which fetches them piece by piece, since it can read no path of this machine.
 * The counterpart of uploads.ts: in a folder of their own that nobody else may read, until they were fetched, or
 * this program ends.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputError } from '#engine/ir/index.ts';
import type { FileForPage } from '#engine/protocol/index.ts';

/** Far below the largest message, and many a second. */
const PIECE_BYTES = 4 * 2 ** 20;
/** Made and not fetched, of all pages together; the oldest gives way. */
const MOST_KEPT = 4;

export class Downloads {
  #folder: string | null = null;
  /** By id, where each lies. */
  readonly #kept = new Map<string, string>();

  /** `make` writes it to this path. */
  async make(name: string, make: (path: string) => Promise<void>): Promise<FileForPage> {
    const id = randomUUID();
    const path = join((this.#folder ??= await mkdtemp(join(tmpdir(), 'netloom-download-'))), id);
    await make(path);
    this.#kept.set(id, path);
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST_KEPT)) await this.drop(oldest);
    return { id, name, sizeBytes: (await stat(path)).size };
  }

  async read(id: string, from: number): Promise<Uint8Array> {
    const path = this.#kept.get(id);
    if (path === undefined) {
      throw inputError('download.unknown', 'This file is no longer kept; ask for it again.');
    }
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const piece = new Uint8Array(Math.max(0, Math.min(PIECE_BYTES, size - from)));
      let at = 0;
      while (at < piece.length) {
        const { bytesRead } = await file.read(piece, at, piece.length - at, from + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return piece.subarray(0, at);
    } finally {
      await file.close();
    }
  }

  async drop(id: string): Promise<void> {
    const path = this.#kept.get(id);
    this.#kept.delete(id);
    if (path !== undefined) await rm(path, { force: true });
  }

  close(): void {
    this.#kept.clear();
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }
}
