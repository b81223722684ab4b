/**
 * What to do with a table that nobody said anything of: which column to predict, and which ones number the
 * rows and teach nothing. A guess, and called so wherever it is shown.
 */
import type { FilledColumn, TableColumn } from './rawTable.ts';

/** How people call what is to be predicted, the surest first. Compared without case and punctuation. */
const TARGET_NAMES = [
  ...['target', 'label', 'labels', 'class', 'classes', 'y', 'outcome', 'response', 'survived'],
  ...[
    'species',
    'diagnosis',
    'churn',
    'exited',
    'defaulted',
    'failure',
    'machine failure',
    'failed',
  ],
  ...['passed', 'result', 'category', 'sentiment', 'quality', 'rating', 'medv', 'sale price'],
  ...['median house value', 'price', 'output'],
];
/** The same as a word of a longer name: `default_class`, `target value`. */
const TARGET_WORDS = new Set(['target', 'label', 'class', 'outcome', 'failure', 'churn']);

export interface TargetGuess {
  readonly index: number;
  readonly why: string;
}

export function guessTarget(names: readonly string[]): TargetGuess {
  const words = names.map(wordsOf);
  const plain = words.map((each) => each.join(' '));
  for (const wanted of TARGET_NAMES) {
    const index = plain.indexOf(wanted);
    if (index >= 0) return { index, why: 'by its name' };
  }
  const index = words.findIndex((each) => each.some((word) => TARGET_WORDS.has(word)));
  return index >= 0
    ? { index, why: 'by its name' }
    : { index: names.length - 1, why: 'because it is the last column' };
}

/** `PassengerId` -> passenger, id; `Machine failure` -> machine, failure. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

const ID_WORDS = new Set([
  'id',
  'ids',
  'uid',
  'udi',
  'uuid',
  'guid',
  'index',
  'idx',
  'rownum',
  'row',
]);
const TIME_WORDS = new Set(['year', 'month', 'week', 'day', 'date', 'time', 'hour', 'step', 'age']);
/** A column with more different values than this share of its rows names them. */
const MOSTLY_DIFFERENT = 0.95;
/** In fewer rows anything may count up. */
const FEWEST_ROWS = 10;

/** Why a column only names or numbers the rows; null where it does not. */
export function whyRowName(column: TableColumn): string | null {
  if (column.kind === 'empty' || column.values.length < FEWEST_ROWS) return null;
  const words = wordsOf(column.name);
  const isNamedId = words.length === 0 || words.some((word) => ID_WORDS.has(word));
  if (isNamedId && differsByRow(column)) return 'it names the rows';
  const { values } = column;
  const counts =
    column.index === 0 &&
    (values[0] === 0 || values[0] === 1) &&
    values.every((value, row) => value === (values[0] ?? 0) + row);
  return counts && column.kind === 'number' && !words.some((word) => TIME_WORDS.has(word))
    ? 'it numbers the rows'
    : null;
}

/** Words or whole numbers of which hardly any comes again. */
function differsByRow(column: FilledColumn): boolean {
  const { values, missing } = column;
  const enough = MOSTLY_DIFFERENT * (values.length - missing);
  if (column.kind === 'text') return column.distinct > enough;
  const present = missing === 0 ? values : values.filter((value) => !Number.isNaN(value));
  if (!present.every(Number.isInteger)) return false;
  // In order they are told apart without remembering them.
  return isRising(present) || new Set(present).size > enough;
}

const isRising = (values: Float64Array): boolean =>
  values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0));
