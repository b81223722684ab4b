/** What can be asked of every table, whatever it was read from. */
import type { AttrSchema } from '#engine/ir/attrs.ts';
import { RECIPE_STEPS } from '../recipe/registry.ts';

export const TABLE_OPTIONS = {
  target: {
    kind: 'text',
    default: '',
    maxLength: 2000,
    label: 'Target column',
    help: 'Name or number of the column to predict; several columns of numbers, or of 0 and 1 for labels that a row may have several of, separated by commas. Empty: guessed by its name, else the last one that can be predicted.',
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
  group: {
    kind: 'text',
    default: '',
    label: 'Group column',
    advanced: true,
    help: 'Rows of one value of it belong together (a patient, a household): a split by group does not part them. It is no feature.',
  },
  time: {
    kind: 'text',
    default: '',
    label: 'Time column',
    advanced: true,
    help: 'When each row was, as a number or a date, for a split by time. It stays a feature; ignore it where it is to be none.',
  },
  part: {
    kind: 'text',
    default: '',
    label: 'Split column',
    advanced: true,
    help: 'Says of each row whether it trains, validates or tests, by these words. It is no feature.',
  },
  weight: {
    kind: 'text',
    default: '',
    label: 'Weight column',
    advanced: true,
    help: 'What each row counts for in the loss of training, or how often it is drawn with sampling by weight. It is no feature.',
  },
  testFile: {
    kind: 'text',
    file: 'beside',
    default: '',
    maxLength: 200,
    advanced: true,
    help: 'Name of a table in the same folder with the same columns: its rows are the test split, and nothing is fitted to them. Empty: a share of this file.',
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
  recipe: {
    kind: 'steps',
    default: [],
    steps: RECIPE_STEPS,
    advanced: true,
    help: 'What is done to the columns, step by step, fitted to the training rows. What no step touches is treated as the other options say.',
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

/** Of tables that begin somewhere in their file. */
export const BEGINNING_OPTIONS = {
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
} as const satisfies AttrSchema;
