/**
 * Expressions over the columns of a table, as rows are kept by and columns are made by: `Fare / (SibSp + 1)`,
 * `Sex == "female" and Age >= 18`, `where(missing(Age), 1, 0)`. Checked when they are read, kept as plain lists that
 * every form of a step walks (TypeScript, ONNX, Python): nothing of them is ever run as code. A gap makes what is
 * computed from it a gap; what is true is 1, what is not 0.
 */
import { inputError } from '#engine/ir/problem.ts';
import {
  type CallExpression,
  type Expression,
  is,
  isNot,
  nameOf,
  parseExpression,
  whyUnreadable,
} from '#engine/ir/expressions.ts';
import { own } from '#engine/ir/record.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import type { ColumnKind, StepColumn } from './define.ts';
import { numbers } from './numbers.ts';

/** `["/", ["column", "Fare"], ["number", 2]]`. */
export type Formula =
  | readonly ['number', number]
  | readonly ['column', string]
  /** Whether a column of words holds this one. */
  | readonly ['isWord', string, string]
  | readonly ['missing', string]
  | readonly [FormulaOperator, ...Formula[]];

const isTrue = (holds: boolean): number => (holds ? 1 : 0);

/** By how many operands each takes; never asked about gaps. */
export const FORMULA_OPERATORS = {
  '+': [2, (a, b) => a + b],
  '-': [2, (a, b) => a - b],
  '*': [2, (a, b) => a * b],
  '/': [2, (a, b) => a / b],
  '==': [2, (a, b) => isTrue(a === b)],
  '<': [2, (a, b) => isTrue(a < b)],
  '<=': [2, (a, b) => isTrue(a <= b)],
  and: [2, (a, b) => isTrue(a !== 0 && b !== 0)],
  or: [2, (a, b) => isTrue(a !== 0 || b !== 0)],
  not: [1, (a) => isTrue(a === 0)],
  min: [2, (a, b) => Math.min(a, b)],
  max: [2, (a, b) => Math.max(a, b)],
  abs: [1, (a) => Math.abs(a)],
  exp: [1, (a) => Math.exp(a)],
  log: [1, (a) => Math.log(a)],
  sqrt: [1, (a) => Math.sqrt(a)],
  floor: [1, (a) => Math.floor(a)],
  ceil: [1, (a) => Math.ceil(a)],
  /** Of the two that are chosen from only the one that is taken may be no gap. */
  where: [3, (a, b, c) => (a !== 0 ? b : c)],
} as const satisfies Readonly<
  Record<string, readonly [operands: number, compute: (a: number, b: number, c: number) => number]>
>;
export type FormulaOperator = keyof typeof FORMULA_OPERATORS;
const computeBy = (operator: FormulaOperator): ((a: number, b: number, c: number) => number) =>
  FORMULA_OPERATORS[operator][1];

/** As written, by what they are computed with; the operands of those with a `-` change places. */
const WRITTEN: Readonly<Record<string, readonly [FormulaOperator, ...('swap' | 'not')[]]>> = {
  '+': ['+'],
  '-': ['-'],
  '*': ['*'],
  '/': ['/'],
  '=': ['=='],
  '==': ['=='],
  '===': ['=='],
  '!=': ['==', 'not'],
  '!==': ['==', 'not'],
  '<': ['<'],
  '<=': ['<='],
  '>': ['<', 'swap'],
  '>=': ['<=', 'swap'],
  and: ['and'],
  '&&': ['and'],
  or: ['or'],
  '||': ['or'],
};
const FUNCTIONS = ['abs', 'ceil', 'exp', 'floor', 'log', 'max', 'min', 'sqrt', 'where'] as const;

/** `path`: of the step. Throws InputError for what cannot be read, has no meaning, or names no column. */
export function readFormula(
  text: string,
  columns: ReadonlyMap<string, ColumnKind>,
  path: string,
): Formula {
  const refuse = (message: string, explanation?: string): Error =>
    inputError('recipe.expression', message, {
      path,
      ...(explanation !== undefined && { explanation }),
    });
  if (text.trim() === '') throw refuse('The expression is empty.');
  let tree: Expression;
  try {
    tree = parseExpression(text);
  } catch (error) {
    const { why, at } = whyUnreadable(error);
    const place = at === undefined ? '' : ` at character ${at + 1}`;
    throw refuse(
      `The expression cannot be read${place}: ${why}`,
      'It is such as Fare / (SibSp + 1) or Age >= 18 and Sex == "female"; names with blanks stand in column("...").',
    );
  }
  return formulaOf(tree);

  function formulaOf(node: Expression): Formula {
    const name = columnIn(node);
    if (name !== null) {
      if (kindOf(name) !== 'words') return ['column', name];
      throw refuse(
        `Column ${name} holds words, which are no numbers.`,
        `Words are compared: ${name} == "...".`,
      );
    }
    if (is(node, 'Literal')) {
      if (typeof node.value === 'number') return ['number', node.value];
      if (typeof node.value === 'boolean') return ['number', Number(node.value)];
      throw refuse(`${node.raw} is no number; words are compared with a column.`);
    }
    if (isNot(node)) return ['not', formulaOf(node.argument)];
    if (is(node, 'UnaryExpression') && node.operator === '-') {
      return ['-', ['number', 0], formulaOf(node.argument)];
    }
    if (is(node, 'BinaryExpression')) return binaryOf(node.operator, node.left, node.right);
    if (is(node, 'CallExpression')) return callOf(node);
    throw refuse('The expression has a part without a meaning here.');
  }

  function binaryOf(operator: string, left: Expression, right: Expression): Formula {
    const [meaning, change] = own(WRITTEN, operator) ?? [];
    if (!meaning) throw refuse(`"${operator}" has no meaning here.`);
    // `not a > b` means the comparison; as in Python, unlike in C.
    if (isNot(left) && !['and', 'or', '+', '-', '*', '/'].includes(meaning)) {
      return ['not', binaryOf(operator, left.argument, right)];
    }
    const compared = meaning === '==' ? (wordTest(left, right) ?? wordTest(right, left)) : null;
    const [a, b] = compared ? [] : [formulaOf(left), formulaOf(right)];
    const plain: Formula =
      compared ?? ((change === 'swap' ? [meaning, b ?? a, a] : [meaning, a, b]) as Formula);
    return change === 'not' ? ['not', plain] : plain;
  }

  function wordTest(column: Expression, word: Expression): Formula | null {
    const name = columnIn(column);
    if (name === null || kindOf(name) !== 'words') return null;
    if (is(word, 'Literal') && word.value !== null) {
      return ['isWord', name, typeof word.value === 'string' ? word.value : word.raw];
    }
    throw refuse(`Column ${name} holds words: it is compared with one in quotes.`);
  }

  function callOf({ callee, arguments: given }: CallExpression): Formula {
    const called = nameOf(callee) ?? '';
    if (called === 'missing') {
      const name = given.length === 1 && given[0] ? columnIn(given[0]) : null;
      if (name === null) throw refuse('missing takes the name of a column.');
      return ['missing', name];
    }
    const known = FUNCTIONS.find((name) => name === called);
    if (!known) {
      throw refuse(
        `There is no function "${called}".`,
        `There are ${FUNCTIONS.join(', ')}, missing and column.`,
      );
    }
    const [wanted] = FORMULA_OPERATORS[known];
    if (given.length !== wanted) throw refuse(`${called} takes ${wanted} numbers.`);
    return [known, ...given.map(formulaOf)];
  }

  /** The column that it names; null where it names none. Throws for a name that is none. */
  function columnIn(node: Expression): string | null {
    if (is(node, 'CallExpression') && nameOf(node.callee) === 'column') {
      const [name] = node.arguments;
      if (name && is(name, 'Literal')) return known(String(name.value));
      throw refuse('column takes a name in quotes.');
    }
    const name = nameOf(node);
    return name === null ? null : known(name);
  }

  function known(name: string): string {
    if (columns.has(name)) return name;
    const near = nearest(name, [...columns.keys()]);
    throw refuse(
      `There is no column "${name}" at this step${near === undefined ? '.' : `; did you mean "${near}"?`}`,
    );
  }

  function kindOf(name: string): ColumnKind | undefined {
    return columns.get(name);
  }
}

/** Columns that it asks for, each once. */
export function columnsIn(formula: Formula): readonly string[] {
  const names = new Set<string>();
  const visit = (each: Formula): void => {
    switch (each[0]) {
      case 'number':
        return;
      case 'column':
      case 'isWord':
      case 'missing':
        names.add(each[1]);
        return;
      default:
        for (const part of each.slice(1) as Formula[]) visit(part);
    }
  };
  visit(formula);
  return [...names];
}

/** A number for each row; a gap where one of the columns has one, and where the result is no number. */
export function compute(formula: Formula, columns: ReadonlyMap<string, StepColumn>): Float64Array {
  const length = [...columns.values()][0]?.values.length ?? 0;
  const valuesOf = (name: string): Float64Array => columns.get(name)?.values ?? new Float64Array(0);
  const visit = (each: Formula): Float64Array => {
    switch (each[0]) {
      case 'number':
        return new Float64Array(length).fill(each[1]);
      case 'column':
        return valuesOf(each[1]);
      case 'missing':
        return valuesOf(each[1]).map((value) => isTrue(Number.isNaN(value)));
      case 'isWord': {
        const column = columns.get(each[1]);
        const words = column?.kind === 'words' ? column.words : [];
        // Two places may hold the same word.
        const same = new Set([...words.keys()].filter((i) => words[i] === each[2]));
        return valuesOf(each[1]).map((at) => (Number.isNaN(at) ? NaN : isTrue(same.has(at))));
      }
      default: {
        const [operator, ...parts] = each;
        const act = computeBy(operator);
        const [a, b = a, c = a] = parts.map(visit);
        if (!a || !b || !c) throw new Error(`${operator} has operands`);
        return a.map((value, row) => {
          const [second = NaN, third = NaN] = [b[row], c[row]];
          if (Number.isNaN(value)) return NaN;
          const isGap = Number.isNaN(second) || Number.isNaN(third);
          return isGap && operator !== 'where' ? NaN : act(value, second, third);
        });
      }
    }
  };
  const column = numbers(visit(formula).slice());
  return column.values;
}

/** What it may name, whether it makes sense or not: which columns are to be read for it. */
export function namesIn(text: string): readonly string[] {
  const names: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const name = 'type' in node ? nameOf(node as Expression) : null;
    if (name !== null) names.push(name);
    if ('type' in node && node.type === 'Literal' && 'value' in node)
      names.push(String(node.value));
    for (const part of Object.values(node)) visit(part);
  };
  try {
    visit(parseExpression(text));
  } catch {
    // Said where it is read.
  }
  return names;
}
