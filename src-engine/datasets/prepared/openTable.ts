/** The samples of a source where they are trained on: made there, or read from what was prepared. */
import { InputError, inputError } from '#engine/ir/problem.ts';
import type { DataOrigin } from '#engine/protocol/dataContract.ts';
import { loadData, parseSource, type SourceOptions } from '../core/source.ts';
import type { DataTable, FileAccess, LoadProgress } from '../define.ts';
import { readColumnFile } from './columnFile.ts';
import { openStreamed } from './streamed.ts';

export interface TableHost {
  readonly files: Pick<FileAccess, 'read' | 'open'>;
  /** Absent: generated. */
  readonly data?: DataOrigin;
  /** Large input columns are left in their file, for whoever has a place of its own to read them into. */
  readonly leavesLarge?: boolean;
}

/** Throws InputError where the source needs files and nobody has read them, or could not. */
export async function openTable(
  source: string,
  options: SourceOptions,
  { files, data = { kind: 'generated' }, leavesLarge = false }: TableHost,
  onProgress?: LoadProgress,
): Promise<DataTable> {
  if (data.kind === 'unreadable') {
    const [first, ...others] = data.problems;
    if (first) throw new InputError([first, ...others]);
  }
  if (data.kind === 'prepared') {
    return (
      (await openStreamed(await files.open(data.path), data.path, leavesLarge)) ??
      readColumnFile(await files.read(data.path), data.path).table
    );
  }
  if (parseSource(source).definition.path === undefined) {
    return loadData(source, options, NO_FILES_AT_ALL, onProgress);
  }
  throw inputError('data.not-prepared', `The data of ${source} was not read before.`);
}

const refused = (): never => {
  throw inputError('data.no-files', 'What makes its data reads no files.');
};
const NO_FILES_AT_ALL: FileAccess = {
  ...{
    read: refused,
    open: refused,
    list: refused,
    entries: refused,
    stamp: refused,
    gunzip: refused,
  },
};
