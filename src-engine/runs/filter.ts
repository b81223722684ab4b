/**
 * What runs are found by: `accuracy > 0.97 and lr < 1e-2`, `optimizer = Adam and not tag = old`,
 * `loss - train.loss > 0.1`. Names are those of a run's own fields, of its settings by path or short name, and
 * of metrics (figures.ts); what a run has not is neither more nor less than anything. A bare word on the right
 * that names nothing in a run is the word itself. Parsed by jsep, judged here. Pure.
 */
import type { JsonValue } from '../ir/attrs.ts';
import {
  type CallExpression,
  type Expression,
  is,
  isNot,
  nameOf,
  parseExpression,
  whyUnreadable,
} from '../ir/expressions.ts';
import type { Problem } from '../ir/problem.ts';
import { nearest } from '../ir/readAttrs.ts';
import { own } from '../ir/record.ts';
import { metrics } from '../metrics/index.ts';
import type { RunRow } from '../protocol/index.ts';
import { figureName, figureOf } from './figures.ts';
import { SHORT_SETTING_NAMES, settingPath } from './settings.ts';
import { spentOn, trainingSeconds } from './words.ts';

export interface RunFilter {
  readonly text: string;
  /** Names it asks for, as written. */
  readonly names: readonly string[];
  matches(run: RunRow): boolean;
}
export type FilterReading =
  | { readonly ok: true; readonly filter: RunFilter }
  /** `at`: which character cannot be read, where that is known. */
  | { readonly ok: false; readonly problem: Problem; readonly at?: number };

type Value = JsonValue | undefined;
type Term = (run: RunRow) => Value;
type Test = (run: RunRow) => boolean;

/** What a run is beside its settings and its metrics. */
const FIELDS: Readonly<Record<string, (run: RunRow) => Value>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  project: ({ projectName }) => projectName,
  notes: ({ notes }) => notes,
  tag: ({ tags }) => tags,
  tags: ({ tags }) => tags,
  status: ({ progress }) => progress.state,
  created: ({ createdAt }) => createdAt,
  /** Seconds. */
  duration: (run) => trainingSeconds(run) ?? undefined,
  steps: ({ progress }) => progress.step,
  samplesPerSecond: (run) => spentOn(run)?.samplesPerSecond,
  device: ({ device }) => device,
  parameters: ({ parameters }) => parameters,
  archived: ({ archived }) => archived,
  starred: ({ starred }) => starred,
};
export const RUN_FIELDS: readonly string[] = Object.keys(FIELDS);

export function readFilter(text: string): FilterReading {
  try {
    const names: string[] = [];
    const matches = testOf(parseExpression(text), names);
    return { ok: true, filter: { text, names, matches } };
  } catch (error) {
    const { why, at } = whyUnreadable(error);
    const place = at === undefined ? '' : ` at character ${at + 1}`;
    const reading = refused(
      'filter.invalid',
      `The filter cannot be read${place}: ${why}`,
      `It is a comparison such as "accuracy > 0.97 and lr < 1e-2"; texts with spaces stand in quotes.`,
    );
    return at === undefined ? reading : { ...reading, at };
  }
}

/** A name that no run of these has, most likely a slip; null where each is known. */
export function unknownName({ names }: RunFilter, runs: readonly RunRow[]): Problem | null {
  if (runs.length === 0) return null;
  const unknown = names.find((name) => runs.every((run) => lookUp(name, run) === undefined));
  if (unknown === undefined || metrics.has(figureName(unknown).key)) return null;
  const settings = new Set(runs.flatMap(({ settings }) => Object.keys(settings)));
  const near = nearest(unknown, [
    ...RUN_FIELDS,
    ...SHORT_SETTING_NAMES,
    ...metrics.keys(),
    ...settings,
  ]);
  const reading = refused(
    'filter.unknown-name',
    `No run has "${unknown}"${near === undefined ? '.' : `; did you mean ${near}?`}`,
  );
  return reading.problem;
}

const refused = (code: string, message: string, explanation?: string) => ({
  ok: false as const,
  problem: {
    code,
    severity: 'error' as const,
    message,
    ...(explanation !== undefined && { explanation }),
  },
});

/** A metric is meant before a node of its name: losses are called `loss`, whose kind `setting("loss")` tells. */
function lookUp(name: string, run: RunRow): Value {
  const ofRun = own(FIELDS, name);
  if (ofRun) return ofRun(run);
  if (metrics.has(name)) return figureOf(run, figureName(name));
  return own(run.settings, settingPath(name)) ?? figureOf(run, figureName(name));
}

function testOf(node: Expression, names: string[]): Test {
  if (is(node, 'BinaryExpression')) {
    const { operator, left, right } = node;
    if (operator === 'and' || operator === '&&') {
      const [a, b] = [testOf(left, names), testOf(right, names)];
      return (run) => a(run) && b(run);
    }
    if (operator === 'or' || operator === '||') {
      const [a, b] = [testOf(left, names), testOf(right, names)];
      return (run) => a(run) || b(run);
    }
    const compare = own(COMPARISONS, operator);
    if (compare) {
      // `not a > b` means the comparison; as in Python, unlike in C.
      if (isNot(left)) {
        const inner = testOf({ ...node, left: left.argument }, names);
        return (run) => !inner(run);
      }
      const [a, b] = [termOf(left, names), wordOr(right, names)];
      return (run) => compare(a(run), b(run));
    }
  }
  if (isNot(node)) {
    const inner = testOf(node.argument, names);
    return (run) => !inner(run);
  }
  const term = termOf(node, names);
  return (run) => Boolean(term(run));
}

function termOf(node: Expression, names: string[]): Term {
  if (is(node, 'Literal')) {
    const { value, raw } = node;
    if (value instanceof RegExp) throw new Error(`${raw} has no meaning here.`);
    return () => value;
  }
  if (is(node, 'ArrayExpression')) {
    const parts = node.elements.map((each) => {
      if (!each) throw new Error('A list has a gap.');
      return wordOr(each, names);
    });
    return (run) => parts.map((part) => part(run) ?? null);
  }
  if (is(node, 'UnaryExpression') && (node.operator === '-' || node.operator === '+')) {
    const inner = termOf(node.argument, names);
    const sign = node.operator === '-' ? -1 : 1;
    return (run) => numeric(inner(run), (value) => sign * value);
  }
  if (is(node, 'BinaryExpression')) {
    const compute = own(ARITHMETIC, node.operator);
    if (!compute) throw new Error(`"${node.operator}" has no meaning here.`);
    const [a, b] = [termOf(node.left, names), termOf(node.right, names)];
    return (run) => numeric(a(run), (x) => numeric(b(run), (y) => compute(x, y)));
  }
  if (is(node, 'CallExpression')) return callOf(node, names);
  const name = nameOf(node);
  if (name === null) throw new Error('Only names, numbers and texts are compared.');
  names.push(name);
  return (run) => lookUp(name, run);
}

/** `last(loss)`, `best(test.accuracy)`, `setting("conv 1.p")`. */
function callOf({ callee, arguments: given }: CallExpression, names: string[]): Term {
  const called = nameOf(callee) ?? '';
  const [argument, ...more] = given;
  if (!argument || more.length > 0) throw new Error(`${called} takes one name.`);
  if (called === 'setting' && is(argument, 'Literal') && typeof argument.value === 'string') {
    const path = argument.value;
    names.push(path);
    return ({ settings }) => own(settings, path);
  }
  const name = nameOf(argument);
  if (called !== 'last' && called !== 'best') {
    throw new Error(`There is no "${called}"; there are last(), best() and setting("").`);
  }
  if (name === null) throw new Error(`${called} takes the name of a metric.`);
  names.push(name);
  const figure = figureName(name, called);
  return (run) => figureOf(run, figure);
}

/** On the right: Adam is Adam where nothing is called so. */
function wordOr(node: Expression, names: string[]): Term {
  const name = nameOf(node);
  if (name === null) return termOf(node, names);
  return (run) => lookUp(name, run) ?? name;
}

const numeric = (value: Value, use: (value: number) => Value): Value =>
  typeof value === 'number' ? use(value) : undefined;

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

const COMPARISONS: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '=': equals,
  '==': equals,
  '===': equals,
  '!=': (a, b) => !equals(a, b),
  '!==': (a, b) => !equals(a, b),
  '<': (a, b) => order(a, b) < 0,
  '<=': (a, b) => order(a, b) <= 0,
  '>': (a, b) => order(a, b) > 0,
  '>=': (a, b) => order(a, b) >= 0,
  '~': contains,
};

const plain = (text: string): string => text.toLowerCase();

/** A list is equal to what all of it is (a kernel of 3 by 3 to 3) or what it holds (a tag). */
function equals(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return plain(a) === plain(b);
  if (Array.isArray(a) && !Array.isArray(b)) {
    const holds = (each: JsonValue): boolean => equals(each, b);
    return typeof b === 'string' ? a.some(holds) : a.length > 0 && a.every(holds);
  }
  if (Array.isArray(b) && !Array.isArray(a)) return b.some((each: JsonValue) => equals(a, each));
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** NaN where they have no order: no comparison holds then. */
function order(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return typeof a === 'string' && typeof b === 'string' ? plain(a).localeCompare(plain(b)) : NaN;
}

function contains(a: Value, b: Value): boolean {
  if (Array.isArray(a)) return a.some((each: JsonValue) => contains(each, b));
  return typeof a === 'string' && typeof b === 'string' && plain(a).includes(plain(b));
}
