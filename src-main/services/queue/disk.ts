/**
 * How much room runs have left on the disk, and what those that wait will take of it: said before it is used
 * up. The limit is a person's; a rest is left free where none is set, since a full disk takes more than runs.
 */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { QueueHold, QueueRoom } from '#engine/protocol/index.ts';
import { meanOf } from '#engine/runs/index.ts';
import { namesIn } from '../namesIn.ts';
import { folderBytes } from '../runs/folderFiles.ts';

/** Always left free: what else writes to this disk must go on. */
export const FREE_BYTES = 2 ** 29;
/** Said while so much of a limit is left; of a disk, as much again as always stays free. */
const TIGHT_SHARE = 0.1;
/** Between two looks at all files. */
const KNOWN_MS = 20_000;
const GIB = 2 ** 30;
/** Without anything to go by a run takes about this: ten minutes of default recording. */
const USUAL_BYTES = 20 * 2 ** 20;

export interface DiskOptions {
  /** Of the record: the database and, in `checkpoints`, a folder for each run. */
  readonly folder: string;
  /** In GiB; 0 where none is set. */
  readonly limitGib: () => Promise<number>;
  /** Of the disk that the folder is on. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

interface Known {
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly limitBytes: number;
  /** Of the runs that were there. */
  readonly meanBytes: number;
  readonly atMs: number;
}

export class QueueDisk {
  readonly #options: DiskOptions;
  #known: Known | null = null;

  constructor(options: DiskOptions) {
    this.#options = options;
  }

  /** As last looked at; null before. `sizes`: what entries that are over have left. */
  room(waiting: number, sizes: readonly number[]): QueueRoom | null {
    const known = this.#known;
    if (!known) return null;
    const each = sizes.length > 0 ? meanOf(sizes) : known.meanBytes;
    return { usedBytes: known.usedBytes, leftBytes: left(known), expectedBytes: each * waiting };
  }

  /** What is left for what trains now, and in words. */
  async state(): Promise<{
    readonly state: 'roomy' | 'tight' | 'full';
    readonly message: string;
  }> {
    const known = await this.look();
    const most = isLimited(known) ? known.limitBytes * TIGHT_SHARE : FREE_BYTES;
    const room = left(known);
    return {
      state: room === 0 ? 'full' : room < most ? 'tight' : 'roomy',
      message: `${whatIsLeft(known)}.`,
    };
  }

  /** Why the next run had better not begin. `sizes` as for `room`. */
  async obstacle(sizes: readonly number[]): Promise<QueueHold | null> {
    const known = await this.look();
    const each = sizes.length > 0 ? meanOf(sizes) : known.meanBytes;
    if (left(known) >= each) return null;
    const what = whatIsLeft(known);
    const how = isLimited(known) ? 'Delete runs or raise the limit' : 'Make room';
    return {
      by: 'disk',
      message: `${what}, and the next run takes about ${text(each)}. ${how}, then resume.`,
    };
  }

  /** Again where the last look is old, or the limit another one. */
  async look(): Promise<Known> {
    const limitGib = await this.#options.limitGib();
    const limitBytes = limitGib > 0 ? limitGib * GIB : Infinity;
    const atMs = performance.now();
    const fresh = this.#known && atMs - this.#known.atMs < KNOWN_MS ? this.#known : null;
    const { folder, freeBytes = freeOf } = this.#options;
    const sizes = fresh ?? (await recordSizes(folder));
    const free = await freeBytes(folder).catch(() => Infinity);
    const { usedBytes, meanBytes } = sizes;
    const known = { usedBytes, meanBytes, freeBytes: free, limitBytes, atMs: fresh?.atMs ?? atMs };
    this.#known = known;
    return known;
  }

  /** A run has ended: what is known is of before. */
  forget(): void {
    if (this.#known) this.#known = { ...this.#known, atMs: -Infinity };
  }
}

/** Whether a person's limit is nearer than the end of the disk. */
const isLimited = ({ limitBytes, usedBytes, freeBytes }: Known): boolean =>
  limitBytes - usedBytes <= freeBytes - FREE_BYTES;

const whatIsLeft = (known: Known): string =>
  isLimited(known)
    ? `Runs take ${text(known.usedBytes)} of the ${text(known.limitBytes)} that they may`
    : `The disk has ${text(known.freeBytes)} left`;

const left = ({ freeBytes, limitBytes, usedBytes }: Known): number =>
  Math.max(0, Math.min(freeBytes - FREE_BYTES, limitBytes - usedBytes));

const text = (bytes: number): string =>
  bytes >= GIB / 10
    ? `${(bytes / GIB).toFixed(1)} GB`
    : `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`;

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function recordSizes(folder: string): Promise<Pick<Known, 'usedBytes' | 'meanBytes'>> {
  const checkpoints = join(folder, 'checkpoints');
  const runs: number[] = [];
  for (const name of namesIn(checkpoints)) {
    runs.push((await folderBytes(join(checkpoints, name))) ?? 0);
  }
  const databases = namesIn(folder).filter((name) => /^runs\.db/.test(name));
  const own = await Promise.all(databases.map((name) => sizeOf(join(folder, name))));
  const usedBytes = [...runs, ...own].reduce((sum, size) => sum + size, 0);
  return { usedBytes, meanBytes: runs.length > 0 ? usedBytes / runs.length : USUAL_BYTES };
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
