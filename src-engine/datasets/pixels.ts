/**
 * Pictures in a table: a column for each pixel, one of labels. A source over the tables that there are, since there
 * the columns are one picture and not features.
 */
import { inputError } from '../ir/problem.ts';
import { defineDataset } from './define.ts';
import { loadPixels } from './pixels/load.ts';
import { PIXEL_OPTIONS } from './pixels/options.ts';
import { namedFormat } from './table/namedFormat.ts';

export default defineDataset({
  id: 'pixels',
  label: 'Pixels in a table',
  doc: 'Pictures in a table (CSV, Excel, Parquet, JSON lines): a row for each, a column for each pixel, one column of labels, as train.csv of the digits at Kaggle.',
  group: 'Files',
  path: 'file',
  rowsAs: 'Pictures',
  options: PIXEL_OPTIONS,
  async load({ options, path = '', abilities: { tables }, onProgress }) {
    if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
    const { header, skipRows, sheet } = options;
    const format = namedFormat(path, { header, skipRows, sheet }, 'pixels.no-table');
    const raw = await tables.open(path, format);
    try {
      return await loadPixels(raw, options, onProgress);
    } finally {
      await raw.close();
    }
  },
});
