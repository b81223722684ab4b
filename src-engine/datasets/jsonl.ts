/** Tables of objects, one in each line. Reference: https://jsonlines.org */
import { defineDataset } from './define.ts';
import { openAndLoad } from './table/load.ts';
import { TABLE_OPTIONS } from './table/options.ts';

export default defineDataset({
  id: 'jsonl',
  label: 'JSON lines',
  doc: 'A table of text: an object in each line, its members are the columns.',
  group: 'Files',
  path: 'file',
  endings: ['jsonl', 'ndjson'],
  rowsAs: 'Samples',
  options: TABLE_OPTIONS,
  format: () => ({ kind: 'jsonLines' }),
  load: ({ options, path = '', ...host }) =>
    openAndLoad(host, path, { kind: 'jsonLines' }, options),
});
