/** Tables in Apache's format of columns. Reference: https://parquet.apache.org */
import { defineDataset } from './define.ts';
import { openAndLoad } from './table/load.ts';
import { TABLE_OPTIONS } from './table/options.ts';

export default defineDataset({
  id: 'parquet',
  label: 'Parquet file',
  doc: 'A table in columns, as pandas, Spark and databases write it.',
  group: 'Files',
  path: 'file',
  endings: ['parquet', 'pq'],
  rowsAs: 'Samples',
  options: TABLE_OPTIONS,
  format: () => ({ kind: 'parquet' }),
  load: ({ options, path = '', ...host }) => openAndLoad(host, path, { kind: 'parquet' }, options),
});
