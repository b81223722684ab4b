/** How much of the data that is prepared may be in memory at once, and which tables are larger. */
import type { TableFormat } from '#engine/datasets/index.ts';

/** In megabytes; absent: by the memory that is free. */
export const RESIDENT_MB = 'NETLOOM_RESIDENT_MB';
const MOST_BYTES = 2 * 2 ** 30;
const MEMORY_SHARE = 1 / 4;

/** Null where nobody asked for less. */
export function askedBytes(): number | null {
  const megabytes = Number(process.env[RESIDENT_MB]);
  return megabytes > 0 ? megabytes * 1e6 : null;
}

export const residentBytes = (): number =>
  askedBytes() ?? Math.min(MOST_BYTES, process.availableMemory() * MEMORY_SHARE);

/**
 * Bytes of a table while it is prepared for each of its file. A number of a few letters becomes one of eight bytes, and
 * is held twice; files that are packed have more in a byte. Workbooks are small.
 */
const BYTES_OF: Readonly<Record<TableFormat['kind'], number>> = {
  csv: 2,
  jsonLines: 1.5,
  parquet: 10,
  excel: 0,
};
const PACKED = 6;

export function isLarge(path: string, { kind }: TableFormat, sizeBytes: number): boolean {
  const packed = /\.gz$/i.test(path) ? PACKED : 1;
  return sizeBytes * BYTES_OF[kind] * packed > residentBytes();
}
