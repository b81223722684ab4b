/**
 * Data sets from the network, in a folder of the state folder each: what there is to be had, fetching it, and where
 * it lies. A set is fetched once at a time, whoever asks and in whatever process.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InputError, inputError } from '#engine/ir/index.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import type { SourceOptions } from '#engine/datasets/index.ts';
import type { DownloadProgress, OfferedDataset } from '#engine/protocol/index.ts';
import { makePrivateFolder } from '../stateFiles.ts';
import { CATALOG, type DatasetEntry, fetchedFiles, sizeOf } from './catalog.ts';
import { downloadFile, type DownloadOptions, presentBytes } from './downloadFile.ts';
import { lockFolder } from './folderLock.ts';
import { cancelled } from './request.ts';
import { placeShipped } from './shipped.ts';
import { unpackTar } from './unpackTar.ts';

/** In the state folder. */
export const DATASETS_FOLDER = 'datasets';
const OTHER_PROCESS_MS = 500;
const PROGRESS_MS = 200;
/** Another server is no help. */
const FINAL = /^(download\.cancelled|file\.|system\.)/;

export interface DatasetsOptions {
  /** The state folder. */
  readonly stateFolder: string;
  /** Where sets lie that come with the product. */
  readonly shippedFolder: string;
  /** Address that is asked instead of a set's own servers, `ADDRESS/ID/FILE`; empty: none. */
  readonly mirror: () => Promise<string>;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Other sets, for tests. */
  readonly catalog?: ReadonlyMap<string, DatasetEntry>;
  readonly waits?: Pick<DownloadOptions, 'idleMs' | 'retryMs'>;
}

interface Fetching {
  readonly done: Promise<OfferedDataset>;
  readonly cancel: () => void;
}

export class DatasetsService {
  readonly #options: DatasetsOptions;
  readonly #catalog: ReadonlyMap<string, DatasetEntry>;
  readonly #fetching = new Map<string, Fetching>();

  constructor(options: DatasetsOptions) {
    this.#options = options;
    this.#catalog = options.catalog ?? CATALOG;
  }

  async list(): Promise<readonly OfferedDataset[]> {
    return Promise.all([...this.#catalog.values()].map((entry) => this.#offered(entry)));
  }

  /** Resolves once every file is there and is what it must be. Throws InputError. */
  get(id: string): Promise<OfferedDataset> {
    const running = this.#fetching.get(id);
    if (running) return running.done;
    const entry = entryOf(id, this.#catalog);
    const controller = new AbortController();
    const done = this.#fetch(entry, controller.signal).finally(() => this.#fetching.delete(id));
    this.#fetching.set(id, { done, cancel: () => controller.abort() });
    return done;
  }

  /** What came is kept. */
  cancel(id: string): void {
    this.#fetching.get(id)?.cancel();
  }

  close(): void {
    for (const { cancel } of this.#fetching.values()) cancel();
  }

  async #fetch(entry: DatasetEntry, signal: AbortSignal): Promise<OfferedDataset> {
    const folder = folderOf(this.#options.stateFolder, entry);
    makePrivateFolder(folder);
    const free = await this.#locked(entry, join(folder, '.lock'), signal);
    try {
      // Another process may have done it meanwhile.
      if (isThere(this.#options.stateFolder, entry) && entry.archive) return this.#offered(entry);
      if (entry.isShipped) {
        placeShipped(entry, this.#options.shippedFolder, folder);
        return this.#offered(entry);
      }
      const tell = this.#teller(entry);
      let before = 0;
      for (const file of fetchedFiles(entry)) {
        await this.#anyServer(entry, (server) =>
          downloadFile(`${server}${file.name}`, file, {
            ...this.#options.waits,
            folder,
            signal,
            onProgress: (bytes) => tell(before + bytes),
          }),
        );
        before += file.sizeBytes;
      }
      if (entry.archive) await unpackTar(folder, entry.archive, entry.files, signal);
      tell(before);
    } finally {
      free();
    }
    return this.#offered(entry);
  }

  /** In turn until one has it; the error is that of the first, which is the one meant. */
  async #anyServer(entry: DatasetEntry, use: (server: string) => Promise<void>): Promise<void> {
    const mirror = (await this.#options.mirror()).trim();
    const servers = mirror === '' ? entry.servers : [`${mirror.replace(/\/+$/, '')}/${entry.id}/`];
    let first: InputError | undefined;
    for (const server of servers) {
      try {
        return await use(server);
      } catch (error) {
        if (!(error instanceof InputError) || FINAL.test(error.code)) throw error;
        first ??= error;
      }
    }
    throw first ?? inputError('download.address', 'No server has this data set.');
  }

  /** Waits while another process fetches the set, and tells how far that one is. */
  async #locked(entry: DatasetEntry, path: string, signal: AbortSignal): Promise<() => void> {
    const tell = this.#teller(entry);
    for (;;) {
      if (signal.aborted) throw cancelled();
      const free = lockFolder(path);
      if (free) return free;
      tell((await this.#offered(entry)).haveBytes);
      await pause(OTHER_PROCESS_MS, undefined, { signal }).catch(() => {
        throw cancelled();
      });
    }
  }

  /** Not with every piece that comes; the last one always. */
  #teller(entry: DatasetEntry): (doneBytes: number) => void {
    const { id } = entry;
    const totalBytes = sizeOf(entry);
    let toldMs = -Infinity;
    return (doneBytes) => {
      const now = performance.now();
      if (now - toldMs < PROGRESS_MS && doneBytes < totalBytes) return;
      toldMs = now;
      this.#options.onProgress?.({ id, doneBytes, totalBytes });
    };
  }

  async #offered(entry: DatasetEntry): Promise<OfferedDataset> {
    const { id, label, doc, home, licence, options = {} } = entry;
    const { stateFolder } = this.#options;
    const isReady = isThere(stateFolder, entry);
    const present = isReady
      ? [sizeOf(entry)]
      : await Promise.all(
          fetchedFiles(entry).map((file) => presentBytes(folderOf(stateFolder, entry), file)),
        );
    return {
      ...{ id, label, doc, home, licence, options },
      sizeBytes: sizeOf(entry),
      haveBytes: present.reduce((sum, bytes) => sum + bytes, 0),
      source: sourceOf(stateFolder, entry),
      isShipped: entry.isShipped === true,
      state: isReady ? 'ready' : this.#fetching.has(id) ? 'fetching' : 'absent',
    };
  }
}

const folderOf = (stateFolder: string, { id }: DatasetEntry): string =>
  join(stateFolder, DATASETS_FOLDER, id);

function sourceOf(stateFolder: string, entry: DatasetEntry): string {
  const { scheme, file } = entry.reads;
  const folder = folderOf(stateFolder, entry);
  return `${scheme}:${file === undefined ? folder : join(folder, file)}`;
}

/** Files get their names only when they are whole. */
const isThere = (stateFolder: string, entry: DatasetEntry): boolean =>
  entry.files.every(({ name, sizeBytes }) => {
    const path = join(folderOf(stateFolder, entry), name);
    return existsSync(path) && statSync(path).size === sizeBytes;
  });

function entryOf(id: string, catalog: ReadonlyMap<string, DatasetEntry>): DatasetEntry {
  const entry = catalog.get(id);
  if (entry) return entry;
  const near = nearest(id, [...catalog.keys()]);
  throw inputError(
    'datasets.unknown',
    `There is no data set "${id}" to be had${near === undefined ? '.' : `; did you mean ${near}?`}`,
    { explanation: `There are ${[...catalog.keys()].join(', ')}.` },
  );
}

/**
 * The source of a set by its id, where that is what was named: null for anything else. Throws InputError
 * `datasets.absent` where it was not fetched yet.
 */
export function namedDataset(
  name: string,
  { stateFolder, shippedFolder }: Pick<DatasetsOptions, 'stateFolder' | 'shippedFolder'>,
): { readonly source: string; readonly options: SourceOptions } | null {
  const entry = CATALOG.get(name.trim());
  if (!entry) return null;
  if (entry.isShipped && !isThere(stateFolder, entry)) {
    placeShipped(entry, shippedFolder, folderOf(stateFolder, entry));
  }
  if (!isThere(stateFolder, entry)) {
    throw inputError('datasets.absent', `${entry.label} is not on this machine yet.`, {
      explanation: `Fetch it first: netloom datasets get ${entry.id}`,
    });
  }
  return { source: sourceOf(stateFolder, entry), options: entry.options ?? {} };
}
