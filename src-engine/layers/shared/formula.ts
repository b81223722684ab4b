/**
 * Formulas over tensors as people write them, `x * sigmoid(beta * x)`, number by number: checked when they are read and
 * kept as plain trees, which formulaOps.ts makes ops of and formulaPython.ts Python. Nothing of them is ever run as code.
 */
import {
  type CallExpression,
  type Expression,
  is,
  nameOf,
  parseExpression,
  whyUnreadable,
} from '#engine/ir/expressions.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';

/** Operators by how many operands each takes, and what it is of numbers alone. */
export const OPERATORS = {
  add: [2, (a, b) => a + b],
  sub: [2, (a, b) => a - b],
  mul: [2, (a, b) => a * b],
  div: [2, (a, b) => a / b],
  pow: [2, (a, b) => a ** b],
  neg: [1, (a) => -a],
  less: [2, (a, b) => (a < b ? 1 : 0)],
  lessEqual: [2, (a, b) => (a <= b ? 1 : 0)],
  equal: [2, (a, b) => (a === b ? 1 : 0)],
  where: [3, (a, b, c) => (a === 0 ? c : b)],
  min: [2, (a, b) => Math.min(a, b)],
  max: [2, (a, b) => Math.max(a, b)],
  abs: [1, (a) => Math.abs(a)],
  exp: [1, (a) => Math.exp(a)],
  log: [1, (a) => Math.log(a)],
  sin: [1, (a) => Math.sin(a)],
  cos: [1, (a) => Math.cos(a)],
  sqrt: [1, (a) => Math.sqrt(a)],
  sigmoid: [1, (a) => 1 / (1 + Math.exp(-a))],
  tanh: [1, (a) => Math.tanh(a)],
  relu: [1, (a) => Math.max(0, a)],
  softplus: [1, (a) => Math.log1p(Math.exp(a))],
  gelu: [1, null],
} as const satisfies Readonly<
  Record<
    string,
    readonly [operands: number, compute: ((a: number, b: number, c: number) => number) | null]
  >
>;
export type FormulaOperator = keyof typeof OPERATORS;

/** `["mul", ["name", "x"], ["number", 2]]`; no operator has numbers alone, but for gelu. */
export type Formula =
  | readonly ['number', number]
  | readonly ['name', string]
  | readonly [FormulaOperator, ...Formula[]];

/** What is wrong, and at which character from 0, where that is known. */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
  readonly at: number | undefined;
  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}

/** Functions as written, each by how many operands it takes and what it means. */
const FUNCTIONS: Readonly<
  Record<string, readonly [operands: number, (...of: Formula[]) => Formula]>
> = {
  ...Object.fromEntries(
    (
      [
        ...(['abs', 'exp', 'log', 'sqrt', 'sigmoid', 'tanh', 'relu', 'softplus', 'gelu'] as const),
        ...(['sin', 'cos', 'min', 'max', 'pow', 'where'] as const),
      ] as const
    ).map((name) => [name, [OPERATORS[name][0], (...of: Formula[]) => applied(name, of)] as const]),
  ),
  square: [1, (a) => applied('pow', [a ?? ZERO, ['number', 2]])],
  silu: [1, (a) => applied('mul', [a ?? ZERO, applied('sigmoid', [a ?? ZERO])])],
  sign: [
    1,
    (a) => applied('sub', [applied('less', [ZERO, a ?? ZERO]), applied('less', [a ?? ZERO, ZERO])]),
  ],
  clamp: [
    3,
    (a, low, high) => applied('min', [applied('max', [a ?? ZERO, low ?? ZERO]), high ?? ZERO]),
  ],
};
const ZERO: Formula = ['number', 0];
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

const BINARY: Readonly<Record<string, (a: Formula, b: Formula) => Formula>> = {
  '+': (a, b) => applied('add', [a, b]),
  '-': (a, b) => applied('sub', [a, b]),
  '*': (a, b) => applied('mul', [a, b]),
  '/': (a, b) => applied('div', [a, b]),
  '**': (a, b) => applied('pow', [a, b]),
  '<': (a, b) => applied('less', [a, b]),
  '<=': (a, b) => applied('lessEqual', [a, b]),
  '>': (a, b) => applied('less', [b, a]),
  '>=': (a, b) => applied('lessEqual', [b, a]),
  '==': (a, b) => applied('equal', [a, b]),
  '!=': (a, b) => applied('sub', [['number', 1], applied('equal', [a, b])]),
};

/** Of numbers alone the number. */
function applied(operator: FormulaOperator, of: readonly Formula[]): Formula {
  const [, compute] = OPERATORS[operator];
  const numbers = of.flatMap((each) => (each[0] === 'number' ? [each[1]] : []));
  if (compute === null || numbers.length < of.length) return [operator, ...of];
  const [a = NaN, b = NaN, c = NaN] = numbers;
  const value = compute(a, b, c);
  if (Number.isFinite(value)) return ['number', value];
  throw new FormulaError(
    `The formula has a part that is no number: ${operator} of ${numbers.join(' and ')}.`,
  );
}

/** A name that Python takes, too, for what an exported project calls it. */
const NAME = /^[A-Za-z_]\w*$/;
const TAKEN = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self torch nn F ops layers keras Tensor'.split(
    ' ',
  ),
);

/** What is wrong with a name for an input or a trained number; null: nothing. */
export function whyNoName(name: string): string | null {
  if (!NAME.test(name)) return `"${name}" is no name: letters, digits and _ make one.`;
  if (TAKEN.has(name)) return `"${name}" is a word of Python: call it otherwise.`;
  const known = own(FUNCTIONS, name) ?? own(CONSTANTS, name);
  if (known !== undefined) return `"${name}" has a meaning in formulas already.`;
  return null;
}

/** Throws FormulaError for what cannot be read or has no meaning. */
export function readFormula(text: string): Formula {
  const place = (part: string): number | undefined => {
    const at = text.indexOf(part);
    return at < 0 ? undefined : at;
  };
  if (text.trim() === '') throw new FormulaError('The formula is empty.');
  let tree: Expression;
  try {
    tree = parseExpression(text);
  } catch (error) {
    const { why, at } = whyUnreadable(error);
    throw new FormulaError(`The formula cannot be read: ${why}.`, at);
  }
  return formulaOf(tree);

  function formulaOf(node: Expression): Formula {
    if (is(node, 'Literal')) {
      if (typeof node.value === 'number' && Number.isFinite(node.value)) {
        return ['number', node.value];
      }
      throw new FormulaError(`${node.raw} is no number.`, place(node.raw));
    }
    if (is(node, 'Identifier')) return named(node.name);
    if (is(node, 'UnaryExpression') && ['-', '+'].includes(node.operator)) {
      const of = formulaOf(node.argument);
      return node.operator === '-' ? applied('neg', [of]) : of;
    }
    if (is(node, 'BinaryExpression')) return binaryOf(node.operator, node.left, node.right);
    if (is(node, 'CallExpression')) return callOf(node);
    if (is(node, 'ConditionalExpression')) {
      return applied('where', [node.test, node.consequent, node.alternate].map(formulaOf));
    }
    if (node.type === 'Compound') {
      throw new FormulaError(
        'There is more than one formula: an operator is missing between two parts.',
      );
    }
    throw new FormulaError(
      'The formula has a part without a meaning here.',
      place('[') ?? place('.'),
    );
  }

  function named(name: string): Formula {
    const constant = own(CONSTANTS, name);
    if (constant !== undefined) return ['number', constant];
    const why = whyNoName(name);
    if (why !== null) throw new FormulaError(why, place(name));
    return ['name', name];
  }

  function binaryOf(operator: string, left: Expression, right: Expression): Formula {
    // Told apart from (-x) ** 2 by nothing.
    if (operator === '**' && is(left, 'UnaryExpression')) {
      throw new FormulaError(
        'A sign before a power can be read in two ways: write -(x ** 2) or pow(-x, 2).',
        place('**'),
      );
    }
    const meaning = own(BINARY, operator);
    if (meaning) return meaning(formulaOf(left), formulaOf(right));
    const instead = operator === '^' ? ' Powers are written x ** 2.' : '';
    throw new FormulaError(`"${operator}" has no meaning here.${instead}`, place(operator));
  }

  function callOf({ callee, arguments: given }: CallExpression): Formula {
    const name = nameOf(callee) ?? '';
    const [count, meaning] = own(FUNCTIONS, name) ?? [];
    if (count === undefined || !meaning) {
      const near = nearest(name, Object.keys(FUNCTIONS));
      const known =
        near === undefined
          ? `There are ${Object.keys(FUNCTIONS).join(', ')}.`
          : `Did you mean ${near}?`;
      throw new FormulaError(`There is no function "${name}". ${known}`, place(name));
    }
    if (given.length !== count) {
      const numbers = count === 1 ? 'one number' : `${count} numbers`;
      throw new FormulaError(`${name} takes ${numbers}, not ${given.length}.`, place(name));
    }
    return meaning(...given.map(formulaOf));
  }
}

/** Names in the order in which they come, each once. */
export function namesOf(formula: Formula): readonly string[] {
  switch (formula[0]) {
    case 'number':
      return [];
    case 'name':
      return [formula[1]];
    default:
      // A formula follows an operator.
      return [...new Set((formula.slice(1) as Formula[]).flatMap(namesOf))];
  }
}

/** Trained numbers as written, `beta = 1, gamma`: their names and what they begin at. Throws FormulaError. */
export function readParameters(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let at = 0;
  for (const part of text.split(',')) {
    const [name = '', value, ...more] = part.split('=').map((each) => each.trim());
    if (part.trim() !== '' || found.size > 0) {
      const number = value === undefined ? 1 : Number(value === '' ? NaN : value);
      const why = whyNoName(name);
      if (why !== null) throw new FormulaError(why, at);
      if (more.length > 0 || !Number.isFinite(number)) {
        throw new FormulaError(`${name} begins at a number, such as ${name} = 1.`, at);
      }
      if (found.has(name)) throw new FormulaError(`${name} is there twice.`, at);
      found.set(name, number);
    }
    at += part.length + 1;
  }
  return found;
}
