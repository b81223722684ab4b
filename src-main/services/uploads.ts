/**
 * Files that a page hands over piece by piece, since it cannot name a path of this machine. They lie in a
 * folder of their own that nobody else may read, until they were used, or this program ends. Knows nothing
 * of what is in them.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputError } from '#engine/ir/index.ts';

/** As large as a file of weights that this engine could use. */
export const MAX_UPLOAD_BYTES = 4 * 2 ** 30;
/** Begun and not used, of all pages together; the oldest gives way. */
const MOST_KEPT = 4;

interface Upload {
  readonly path: string;
  readonly sizeBytes: number;
  writtenBytes: number;
  /** Pieces are written one after the other. */
  writing: Promise<void>;
}

export class Uploads {
  #folder: Promise<string> | null = null;
  #folderPath: string | null = null;
  readonly #kept = new Map<string, Upload>();

  async begin(sizeBytes: number): Promise<string> {
    if (sizeBytes > MAX_UPLOAD_BYTES) {
      throw inputError('upload.too-large', 'This file is larger than 4 GB.');
    }
    this.#folder ??= mkdtemp(join(tmpdir(), 'netloom-upload-'));
    const folder = (this.#folderPath = await this.#folder);
    const id = randomUUID();
    const upload = { path: join(folder, id), sizeBytes, writtenBytes: 0 };
    this.#kept.set(id, { ...upload, writing: Promise.resolve() });
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST_KEPT)) await this.drop(oldest);
    return id;
  }

  async append(id: string, bytes: Uint8Array): Promise<void> {
    const upload = this.#find(id);
    upload.writtenBytes += bytes.byteLength;
    if (upload.writtenBytes > upload.sizeBytes) {
      await this.drop(id);
      throw inputError('upload.too-long', 'More came than the file was said to hold.');
    }
    upload.writing = upload.writing.then(() => appendFile(upload.path, bytes, { mode: 0o600 }));
    await upload.writing;
  }

  /** Where a file that came whole lies. */
  async path(id: string): Promise<string> {
    const upload = this.#find(id);
    await upload.writing;
    if (upload.writtenBytes !== upload.sizeBytes) {
      throw inputError('upload.incomplete', 'The file has not come whole; choose it again.');
    }
    return upload.path;
  }

  async drop(id: string): Promise<void> {
    const upload = this.#kept.get(id);
    if (!upload) return;
    this.#kept.delete(id);
    await upload.writing.catch(() => undefined);
    await rm(upload.path, { force: true });
  }

  close(): void {
    this.#kept.clear();
    if (this.#folderPath !== null) rmSync(this.#folderPath, { recursive: true, force: true });
    this.#folder = this.#folderPath = null;
  }

  #find(id: string): Upload {
    const upload = this.#kept.get(id);
    if (!upload)
      throw inputError('upload.unknown', 'This file is no longer kept; choose it again.');
    return upload;
  }
}
