/**
 * What to do with a table that nobody said anything of: which column to predict, and which ones number the
 * rows and teach nothing. A guess, and called so wherever it is shown.
 */
import type { FilledColumn, TableColumn } from './rawTable.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

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

/** What a column is like, as far as guessing asks; what takes a look at all values is only computed when asked for. */
export interface ColumnFacts {
  readonly index: number;
  readonly name: string;
  readonly kind: 'number' | 'date' | 'text' | 'empty';
  readonly rows: number;
  readonly missing: number;
  /** Different ones, of text. */
  readonly distinctWords: number;
  /** One value in all rows that have one. */
  readonly isConstant: () => boolean;
  /** Words or whole numbers of which hardly any comes again. */
  readonly differsByRow: () => boolean;
  /** From 0 or 1 on, one more in each row. */
  readonly countsUp: () => boolean;
}

/** Where nobody named a target: the first of `possibleTargets`; the last column where none would do. */
export async function guessTarget(
  names: readonly string[],
  factsOf: (index: number) => Promise<ColumnFacts>,
  /** Columns that are something else. */
  taken: ReadonlySet<number>,
): Promise<TargetGuess> {
  for await (const guess of possibleTargets(names, factsOf, taken)) return guess;
  return { index: names.length - 1, why: 'because it is the last column' };
}

/** Columns that would do as a target, the likeliest first: by their names, then by their places from the last on. */
export async function* possibleTargets(
  names: readonly string[],
  factsOf: (index: number) => Promise<ColumnFacts>,
  taken: ReadonlySet<number>,
): AsyncGenerator<TargetGuess> {
  const seen = new Set<number>(taken);
  const unfit: string[] = [];
  for (const index of namedTargets(names)) {
    if (seen.has(index)) continue;
    seen.add(index);
    const why = whyNoTarget(await factsOf(index));
    if (why === null) yield { index, why: 'by its name' };
    else unfit.push(`${names[index] ?? ''}: ${why}`);
  }
  for (let index = names.length - 1; index >= 0; index--) {
    if (seen.has(index)) continue;
    const facts = await factsOf(index);
    const why = whyNoTarget(facts);
    if (why !== null) unfit.push(`${facts.name}: ${why}`);
    else if (unfit.length === 0) yield { index, why: 'because it is the last column' };
    else {
      const others = unfit.slice(0, MOST_UNFIT_NAMED).join(', ');
      yield { index, why: `because it is the last column that can be predicted (${others})` };
    }
  }
}

const MOST_UNFIT_NAMED = 3;

/** By how people call what is to be predicted, the surest first. */
function namedTargets(names: readonly string[]): readonly number[] {
  const words = names.map(wordsOf);
  const plain = words.map((each) => each.join(' '));
  const whole = TARGET_NAMES.flatMap((wanted) =>
    plain.flatMap((name, index) => (name === wanted ? [index] : [])),
  );
  const parts = words.flatMap((each, index) =>
    each.some((word) => TARGET_WORDS.has(word)) ? [index] : [],
  );
  return [...whole, ...parts];
}

/** A target that is not known in more rows than this share leaves too few to learn from. */
const MOST_MISSING = 0.5;
/** More different words than this, or than this share of the rows, are text. */
const MOST_CLASSES = 1000;
const MOSTLY_TEXT = 0.5;

/** Null where it may be one. */
export function whyNoTarget(facts: ColumnFacts): string | null {
  const { kind, missing, rows, distinctWords, name } = facts;
  if (kind === 'empty') return 'it is empty';
  if (kind === 'date') return 'it holds dates';
  if (missing > MOST_MISSING * rows)
    return `${formatInteger(missing)} of ${formatInteger(rows)} cells are empty`;
  const isId = rows >= FEWEST_ROWS && wordsOf(name).some((word) => SURE_ID_WORDS.has(word));
  if (isId) return 'it is called an id';
  const present = rows - missing;
  const isText =
    kind === 'text' &&
    (distinctWords > MOST_CLASSES || (distinctWords > MOSTLY_TEXT * present && present > 2));
  if (isText) return `it holds text, ${distinctWords} different values`;
  if (facts.isConstant()) return 'it says the same in every row';
  return whyRowName(facts);
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
/** Of them, those that mean nothing else. */
const SURE_ID_WORDS = new Set(['id', 'ids', 'uid', 'uuid', 'guid']);
const TIME_WORDS = new Set(['year', 'month', 'week', 'day', 'date', 'time', 'hour', 'step', 'age']);
/** A column with more different values than this share of its rows names them. */
const MOSTLY_DIFFERENT = 0.95;
/** In fewer rows anything may count up. */
const FEWEST_ROWS = 10;

/** Why a column only names or numbers the rows; null where it does not. */
export function whyRowName(facts: ColumnFacts): string | null {
  const { kind, rows, index, name } = facts;
  if (kind === 'empty' || rows < FEWEST_ROWS) return null;
  const words = wordsOf(name);
  const isNamedId = words.length === 0 || words.some((word) => ID_WORDS.has(word));
  if (isNamedId && facts.differsByRow()) return 'it names the rows';
  const counts = index === 0 && kind === 'number' && facts.countsUp();
  return counts && !isNamedTime(name) ? 'it numbers the rows' : null;
}

/** Whether people call a column so that says when something was. */
export const isNamedTime = (name: string): boolean =>
  wordsOf(name).some((word) => TIME_WORDS.has(word));

export function factsOfColumn(column: TableColumn, rows: number): ColumnFacts {
  const { index, name, missing } = column;
  const common = { index, name, missing, rows };
  if (column.kind === 'empty') {
    const never = (): boolean => false;
    const none = { isConstant: never, differsByRow: never, countsUp: never };
    return { ...common, kind: 'empty', distinctWords: 0, ...none };
  }
  const { values } = column;
  const isText = column.kind === 'text';
  return {
    ...common,
    kind: isText ? 'text' : column.isDate ? 'date' : 'number',
    distinctWords: isText ? column.distinct : 0,
    isConstant: () => (isText ? column.distinct === 1 : isConstant(values)),
    differsByRow: () => differsByRow(column),
    countsUp: () =>
      (values[0] === 0 || values[0] === 1) &&
      values.every((value, row) => value === (values[0] ?? 0) + row),
  };
}

function isConstant(values: Float64Array): boolean {
  const first = values.find((value) => !Number.isNaN(value));
  return values.every((value) => value === first || Number.isNaN(value));
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
