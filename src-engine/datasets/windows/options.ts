/** What can be asked of windows over a table, whatever it is read from. */
import type { AttrSchema, AttrValues } from '#engine/ir/attrs.ts';
import { BEGINNING_OPTIONS } from '../table/options.ts';

export const WINDOW_OPTIONS = {
  target: {
    kind: 'text',
    default: '',
    label: 'Target columns',
    help: 'Names or numbers of the columns to forecast, separated by commas. Empty: the last column of numbers.',
  },
  predict: {
    kind: 'choice',
    default: 'auto',
    options: ['auto', 'next', 'horizon', 'remaining', 'class'],
    optionLabels: {
      auto: 'Automatic',
      next: 'All values up to the horizon',
      horizon: 'The value at the horizon',
      remaining: 'Rows until the end of the series',
      class: 'The class at the end of the window',
    },
    help: 'What is wanted of a window. Automatic: the class where the target column holds words, else all values up to the horizon. Rows until the end are what is left of the life of a machine.',
  },
  inputs: {
    kind: 'text',
    default: '',
    label: 'Input columns',
    help: 'Names or numbers of the columns that the network sees, separated by commas. Empty: all columns of numbers.',
  },
  window: {
    kind: 'int',
    default: 12,
    min: 1,
    max: 4096,
    unit: 'rows',
    help: 'How many rows are known.',
  },
  horizon: {
    kind: 'int',
    default: 1,
    min: 1,
    max: 1024,
    unit: 'rows',
    help: 'How many rows ahead are forecast.',
  },
  stride: {
    kind: 'int',
    default: 1,
    min: 1,
    max: 4096,
    unit: 'rows',
    help: 'How far a window begins after the one before.',
  },
  time: {
    kind: 'text',
    default: '',
    label: 'Time column',
    help: 'Puts rows in order, as a number or a date. Empty: the first column of dates, else rows are in order as they stand.',
  },
  group: {
    kind: 'text',
    default: '',
    label: 'Group column',
    help: 'Rows of one value of it are one series (a machine, a shop): no window is of two of them. Empty: all rows are one series.',
  },
  scaling: {
    kind: 'choice',
    default: 'target',
    options: ['target', 'series', 'none'],
    optionLabels: { target: 'Targets', series: 'Each series', none: 'None' },
    help: 'Targets are divided by their standard deviation; or all columns of each series get mean 0 and deviation 1 by themselves. Measured on the training rows, and taken back in what is predicted.',
  },
  missing: {
    kind: 'choice',
    default: 'drop',
    options: ['drop', 'previous'],
    optionLabels: { drop: 'Leave the window out', previous: 'Take the value before' },
    label: 'Empty cells',
    help: 'What to do with windows that have an empty cell.',
  },
  cap: {
    kind: 'int',
    default: 0,
    min: 0,
    max: 1_000_000,
    zero: 'None',
    unit: 'rows',
    advanced: true,
    label: 'Most remaining rows',
    help: 'More rows until the end than this count as so many: far from its end a machine shows nothing of it.',
  },
  layout: {
    kind: 'choice',
    default: 'flat',
    options: ['flat', 'columns', 'steps'],
    optionLabels: {
      flat: 'One list',
      columns: 'Columns by rows',
      steps: 'Rows by columns',
    },
    advanced: true,
    help: 'How a window lies in its field: one list for dense layers, columns by rows for convolutions, rows by columns for layers that go step by step.',
  },
  sheet: {
    kind: 'text',
    default: '',
    advanced: true,
    help: 'Of a workbook: name or number of the sheet. Empty: the first that holds anything.',
  },
  ...BEGINNING_OPTIONS,
} as const satisfies AttrSchema;

export type WindowOptions = AttrValues<typeof WINDOW_OPTIONS>;
