/** Data of files as it comes to whoever trains on it, without the process that reads it. */
import { columnFileParts, type FileAccess } from '#engine/datasets/index.ts';
import type { SourceOptions } from '#engine/datasets/index.ts';
import type { DataOrigin } from '#engine/protocol/index.ts';
import { loadTables } from './tableFiles.ts';

export interface PreparedData {
  readonly bytes: Uint8Array;
  readonly data: DataOrigin;
}

/** To be found at `path` by whoever opens it. */
export async function preparedData(
  path: string,
  source: string,
  options: SourceOptions,
  files: FileAccess,
): Promise<PreparedData> {
  const parts = columnFileParts(await loadTables(source, options, files), '');
  return { bytes: new Uint8Array(Buffer.concat(parts)), data: { kind: 'prepared', path } };
}
