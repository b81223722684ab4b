/** Sheets of a workbook. Reference: https://ecma-international.org/publications-and-standards/standards/ecma-376 */
import { defineDataset } from './define.ts';
import { openAndLoad } from './table/load.ts';
import { BEGINNING_OPTIONS, TABLE_OPTIONS } from './table/options.ts';

export default defineDataset({
  id: 'excel',
  label: 'Excel file',
  doc: 'A sheet of a workbook (.xlsx), as Excel, LibreOffice and Google Sheets write it.',
  group: 'Files',
  path: 'file',
  endings: ['xlsx', 'xlsm'],
  rowsAs: 'Samples',
  options: {
    ...TABLE_OPTIONS,
    sheet: {
      kind: 'text',
      default: '',
      help: 'Name or number of the sheet. Empty: the first that holds anything.',
    },
    ...BEGINNING_OPTIONS,
  },
  format: (options) => ({ kind: 'excel', options }),
  load: ({ options, path = '', ...host }) =>
    openAndLoad(host, path, { kind: 'excel', options }, options),
});
