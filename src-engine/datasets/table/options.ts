/** What can be asked of every table, whatever it was read from. */
import type { AttrSchema } from '#engine/ir/attrs.ts';

export const TABLE_OPTIONS = {
  target: {
    kind: 'text',
    default: '',
    label: 'Target column',
    help: 'Name or number of the column to predict. Empty: guessed by its name, else the last one.',
  },
  targetKind: {
    kind: 'choice',
    default: 'auto',
    options: ['auto', 'classification', 'regression', 'none'],
    optionLabels: {
      auto: 'Automatic',
      classification: 'Classes',
      regression: 'Numbers',
      none: 'No target',
    },
    label: 'Predict',
    help: 'Words and few different whole numbers are classes, other numbers are not. Without a target all columns are features.',
  },
  targetScale: {
    kind: 'number',
    default: 1,
    min: 1e-9,
    max: 1e12,
    logarithmic: true,
    label: 'Divide target by',
    help: 'Brings large targets, such as prices, to a size that trains well.',
  },
  missing: {
    kind: 'choice',
    default: 'drop',
    options: ['drop', 'mean'],
    optionLabels: { drop: 'Leave the row out', mean: 'Take the mean' },
    label: 'Empty cells',
    help: 'What to do with rows that have an empty cell among their features. The mean is that of the training rows.',
  },
  ignore: {
    kind: 'text',
    default: '',
    label: 'Ignore columns',
    help: 'Names or numbers of columns to leave out, separated by commas.',
  },
  rowNames: {
    kind: 'choice',
    default: 'drop',
    options: ['drop', 'keep'],
    optionLabels: { drop: 'Leave them out', keep: 'Features like others' },
    label: 'Row numbers and ids',
    advanced: true,
    help: 'What to do with columns that only number or name the rows.',
  },
  maxCategories: {
    kind: 'int',
    default: 20,
    min: 2,
    max: 1000,
    advanced: true,
    help: 'Columns of words with at most so many different ones become one feature per word; others are left out.',
  },
} as const satisfies AttrSchema;
