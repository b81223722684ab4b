/** Tables for the sources that read them: typed columns, told from all their cells. */
import { asInputError } from '#engine/ir/systemError.ts';
import type { FileAccess, TableFormat, TableReader } from '#engine/datasets/index.ts';
import { spilledTable } from '../spill/scratch.ts';
import type { OpenTable } from './textColumns.ts';

/** To be closed by whoever opened it. */
export interface TextTableReader extends TableReader {
  open(path: string, format: TableFormat): Promise<OpenTable>;
}

/** `isLarge`: what is read is more than is to be held. */
export function tableReader(files: FileAccess, isLarge = false): TextTableReader {
  const read = reader(files);
  return {
    open: async (path, format) => {
      try {
        const raw = await read.open(path, format);
        return isLarge ? spilledTable(raw) : raw;
      } catch (error) {
        // Gone, or closed to us, since it was looked for.
        throw asInputError(error, path);
      }
    },
  };
}

function reader(files: FileAccess): TextTableReader {
  return {
    async open(path: string, format: TableFormat): Promise<OpenTable> {
      // Says whether it may be read, and what stands behind links.
      const { path: real } = await files.stamp(path);
      // The database takes a fifth of a second to load: only those who read tables wait for it.
      switch (format.kind) {
        case 'csv':
          return (await import('./csvTable.ts')).openCsv(real, path, format.options);
        case 'parquet':
        case 'jsonLines':
          return (await import('./typedTable.ts')).openTyped(real, path, format.kind);
        case 'excel':
          return (await import('./excelTable.ts')).openExcel(real, path, format.options);
        default:
          return format satisfies never;
      }
    },
  };
}
