/** Tables of text: comma separated values and their relatives. */
import { defineDataset } from './define.ts';
import { openAndLoad } from './table/load.ts';
import { BEGINNING_OPTIONS, TABLE_OPTIONS } from './table/options.ts';

export default defineDataset({
  id: 'csv',
  label: 'CSV file',
  doc: 'A table of text, plain or gzip: a row for each sample, a column for each feature, one of them to predict.',
  group: 'Files',
  path: 'file',
  endings: ['csv', 'tsv', 'tab', 'txt', 'data', 'dat'],
  rowsAs: 'Samples',
  options: {
    ...TABLE_OPTIONS,
    ...BEGINNING_OPTIONS,
    quotes: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'standard', 'none'],
      optionLabels: { auto: 'Automatic', standard: 'Around cells', none: 'Part of the text' },
      advanced: true,
      help: 'Whether quotes hold a cell together, or are letters like any other. Automatic: letters between tabs where only then all lines have the same cells.',
    },
    delimiter: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'comma', 'semicolon', 'tab', 'pipe', 'space'],
      optionLabels: {
        auto: 'Automatic',
        comma: 'Comma',
        semicolon: 'Semicolon',
        tab: 'Tab',
        pipe: 'Vertical bar',
        space: 'Space',
      },
      advanced: true,
      help: 'What separates the cells of a row.',
    },
  },
  format: (options) => ({ kind: 'csv', options }),
  load: ({ options, path = '', ...host }) =>
    openAndLoad(host, path, { kind: 'csv', options }, options),
});
