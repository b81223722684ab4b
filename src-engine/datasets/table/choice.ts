/**
 * What to do with a table that nobody said anything of: which column to predict, and which ones number the
 * rows and teach nothing. A guess, and called so wherever it is shown.
 */
import type { TableColumn } from './rawTable.ts';

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
  const { values } = column;
  const present = values.filter((value) => !Number.isNaN(value));
  const whole = column.kind === 'text' || present.every(Number.isInteger);
  const isNamedId = words.length === 0 || words.some((word) => ID_WORDS.has(word));
  const filled = values.length - column.missing;
  const different = (): number =>
    column.kind === 'text' ? column.distinct : new Set(present).size;
  if (isNamedId && whole && different() > MOSTLY_DIFFERENT * filled) {
    return 'it names the rows';
  }
  const counts =
    column.index === 0 &&
    (values[0] === 0 || values[0] === 1) &&
    values.every((value, row) => value === (values[0] ?? 0) + row);
  return counts && column.kind === 'number' && !words.some((word) => TIME_WORDS.has(word))
    ? 'it numbers the rows'
    : null;
}
