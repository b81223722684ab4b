/** Tables that exist only in a test, read as the process that reads data does: from a folder that goes with it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataTable, type FileAccess, loadData } from '#engine/datasets/index.ts';
import type { SourceOptions } from '#engine/datasets/index.ts';
import { tableReader } from '#main/dataProcess/tables/tables.ts';
import { memoryFiles, realFiles } from './memoryFiles.ts';
import { tableFolder } from './tableFolder.ts';

let count = 0;

/** As memoryFiles, and there for readers that take no bytes. */
export function tableFiles(content: Readonly<Record<string, Uint8Array | string>>): FileAccess {
  const files = memoryFiles(content);
  return {
    ...files,
    async stamp(path) {
      const bytes = await files.read(path);
      count += 1;
      const real = join(tableFolder(), String(count));
      writeFileSync(real, bytes);
      return { path: real, sizeBytes: bytes.length, modifiedMs: 0 };
    },
  };
}

export const loadTables = (
  source: string,
  options: SourceOptions,
  files: FileAccess = realFiles,
): Promise<DataTable> =>
  loadData(source, options, files, undefined, { tables: tableReader(files) });
