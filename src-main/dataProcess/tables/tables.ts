/** Tables for the sources that read them: typed columns, told from all their cells. */
import type { FileAccess, RawTable, TableFormat, TableReader } from '#engine/datasets/index.ts';
import { openCsv } from './csvTable.ts';
import { openTyped } from './typedTable.ts';

export function tableReader(files: FileAccess): TableReader {
  return {
    async open(path: string, format: TableFormat): Promise<RawTable> {
      // Says whether it may be read, and what stands behind links.
      const { path: real } = await files.stamp(path);
      switch (format.kind) {
        case 'csv':
          return openCsv(real, path, format.options);
        case 'parquet':
        case 'jsonLines':
          return openTyped(real, path, format.kind);
        default:
          return format satisfies never;
      }
    },
  };
}
