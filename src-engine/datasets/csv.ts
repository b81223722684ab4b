/** Tables of text: comma separated values and their relatives. */
import { defineDataset } from './define.ts';
import { openAndLoad } from './table/load.ts';
import { TABLE_OPTIONS } from './table/options.ts';

export default defineDataset({
  id: 'csv',
  label: 'CSV file',
  doc: 'A table of text, plain or gzip: a row for each sample, a column for each feature, one of them to predict.',
  group: 'Files',
  path: 'file',
  options: {
    ...TABLE_OPTIONS,
    header: {
      kind: 'choice',
      default: 'auto',
      options: ['auto', 'yes', 'no'],
      optionLabels: { auto: 'Automatic', yes: 'First row', no: 'None' },
      advanced: true,
      help: 'Whether the first row holds the names of the columns.',
    },
    skipRows: {
      kind: 'int',
      default: 0,
      min: 0,
      max: 10_000,
      label: 'Skip lines',
      advanced: true,
      help: 'Lines at the beginning of the file that do not belong to the table.',
    },
    quotes: {
      kind: 'choice',
      default: 'standard',
      options: ['standard', 'none'],
      optionLabels: { standard: 'Around cells', none: 'Part of the text' },
      advanced: true,
      help: 'Whether quotes hold a cell together, or are letters like any other.',
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
  load: ({ options, path = '', abilities }) =>
    openAndLoad(abilities, path, { kind: 'csv', options }, options),
});
