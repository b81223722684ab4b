/**
 * Windows over the columns of a table: what was, to tell what comes, how long it lasts or what state it is in. The
 * table is read as its own source reads it, by the end of its name.
 */
import { inputError } from '../ir/problem.ts';
import { defineDataset } from './define.ts';
import { namedFormat } from './table/namedFormat.ts';
import { loadWindows } from './windows/load.ts';
import { WINDOW_OPTIONS } from './windows/options.ts';

export default defineDataset({
  id: 'windows',
  label: 'Series in a table',
  doc: 'Windows over a table (CSV, Excel, Parquet, JSON lines) whose rows are in the order of time: the last rows are known; the next values, the rows until the end or the class at the end are wanted.',
  group: 'Files',
  path: 'file',
  rowsAs: 'Time steps',
  options: WINDOW_OPTIONS,
  // What is streamed lies in the order of its split, scaled or not.
  isFitted: () => true,
  async load({ options, path = '', abilities: { tables, spill }, fitting, onProgress }) {
    if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
    const { header, skipRows, sheet } = options;
    const format = namedFormat(path, { header, skipRows, sheet }, 'windows.no-table');
    const raw = await tables.open(path, format);
    try {
      const host = {
        ...(fitting && { fitting }),
        ...(spill && { spill }),
        ...(onProgress && { onProgress }),
      };
      return await loadWindows(raw, options, host);
    } finally {
      await raw.close();
    }
  },
});
