/** A formula as Python, of tensors of PyTorch or of Keras. */
import { type Formula, type FormulaOperator, namesOf } from './formula.ts';

/** How tightly its outermost operator binds. */
type Level = 'sum' | 'product' | 'power' | 'atom';
const ORDER: readonly Level[] = ['sum', 'product', 'power', 'atom'];

interface Written {
  readonly text: string;
  readonly level: Level | 'comparison';
  readonly number: number | null;
}

export interface Dialect {
  readonly functions: Readonly<
    Record<
      Exclude<
        FormulaOperator,
        | 'add'
        | 'sub'
        | 'mul'
        | 'div'
        | 'pow'
        | 'neg'
        | 'less'
        | 'lessEqual'
        | 'equal'
        | 'min'
        | 'max'
      >,
      string
    >
  >;
  readonly gelu: (x: string) => string;
  /** Of two of which one may be a number. */
  readonly bound: (kind: 'min' | 'max', a: Written, b: Written) => string;
}

export const TORCH: Dialect = {
  functions: {
    where: 'torch.where',
    abs: 'torch.abs',
    exp: 'torch.exp',
    log: 'torch.log',
    sin: 'torch.sin',
    cos: 'torch.cos',
    sqrt: 'torch.sqrt',
    sigmoid: 'torch.sigmoid',
    tanh: 'torch.tanh',
    relu: 'torch.relu',
    softplus: 'F.softplus',
    gelu: 'F.gelu',
  },
  gelu: (x) => `F.gelu(${x})`,
  bound(kind, a, b) {
    const [x, least] = a.number === null ? [a, b] : [b, a];
    return least.number === null
      ? `torch.${kind}imum(${a.text}, ${b.text})`
      : `torch.clamp(${x.text}, ${kind === 'min' ? 'max' : 'min'}=${least.text})`;
  },
};
export const KERAS: Dialect = {
  functions: {
    where: 'ops.where',
    abs: 'ops.abs',
    exp: 'ops.exp',
    log: 'ops.log',
    sin: 'ops.sin',
    cos: 'ops.cos',
    sqrt: 'ops.sqrt',
    sigmoid: 'ops.sigmoid',
    tanh: 'ops.tanh',
    relu: 'ops.relu',
    softplus: 'ops.softplus',
    gelu: 'ops.gelu',
  },
  gelu: (x) => `ops.gelu(${x}, approximate=False)`,
  bound: (kind, a, b) => `ops.${kind}imum(${a.text}, ${b.text})`,
};

const COMPARISONS = { less: '<', lessEqual: '<=', equal: '==' } as const;

/** Close together where both are names or numbers, as ruff has it. */
const power = (base: string, exponent: string): string =>
  [base, exponent].every((each) => /^[\w.]+$/.test(each))
    ? `${base}**${exponent}`
    : `${base} ** ${exponent}`;

/** `names`: what each is called there. */
export function formulaPython(
  formula: Formula,
  dialect: Dialect,
  nameOf: (name: string) => string = (name) => name,
): string {
  const { where } = dialect.functions;
  const at = (written: Written, least: Level): string =>
    written.level !== 'comparison' && ORDER.indexOf(written.level) >= ORDER.indexOf(least)
      ? written.text
      : `(${written.text})`;
  const atom = (text: string): Written => ({ text, level: 'atom', number: null });
  const asFloat = ({ text, number }: Written): string =>
    number !== null && Number.isInteger(number) && /^-?\d+$/.test(text) ? `${text}.0` : text;
  /** What is true as 1. */
  const counted = (written: Written): Written =>
    written.level === 'comparison' ? atom(`${where}(${written.text}, 1.0, 0.0)`) : written;

  const operation = (operator: FormulaOperator, parts: readonly Written[]): Written => {
    const [a = atom('0'), b = atom('0'), c = atom('0')] = parts;
    const numbers = [a, b, c].map(counted) as [Written, Written, Written];
    const [x, y] = numbers;
    const between = (sign: string, level: Level, right: Level): Written => ({
      text: `${at(x, level)} ${sign} ${at(y, right)}`,
      level,
      number: null,
    });
    switch (operator) {
      case 'add':
        return between('+', 'sum', 'product');
      case 'sub':
        return between('-', 'sum', 'product');
      case 'mul':
        return between('*', 'product', 'power');
      case 'div':
        return between('/', 'product', 'power');
      case 'pow':
        return { text: power(at(x, 'atom'), at(y, 'atom')), level: 'power', number: null };
      case 'neg':
        return { text: `-${at(x, 'power')}`, level: 'product', number: null };
      case 'less':
      case 'lessEqual':
      case 'equal':
        return {
          text: `${at(x, 'sum')} ${COMPARISONS[operator]} ${at(y, 'sum')}`,
          level: 'comparison',
          number: null,
        };
      case 'min':
      case 'max':
        return atom(dialect.bound(operator, x, y));
      case 'where': {
        const test = a.level === 'comparison' ? a.text : `${at(a, 'sum')} != 0`;
        return atom(`${where}(${test}, ${asFloat(y)}, ${asFloat(counted(c))})`);
      }
      case 'gelu':
        return atom(dialect.gelu(x.text));
      default:
        return atom(`${dialect.functions[operator]}(${x.text})`);
    }
  };
  const visit = (each: Formula): Written => {
    switch (each[0]) {
      case 'number': {
        const [, number] = each;
        return { text: String(number), level: number < 0 ? 'product' : 'atom', number };
      }
      case 'name':
        return atom(nameOf(each[1]));
      default: {
        const [operator, ...parts] = each;
        return operation(operator, parts.map(visit));
      }
    }
  };
  return counted(visit(formula)).text;
}

/** What a name before a value takes beyond `return`. */
const BEFORE = 4;

/** In statements of which none is wider: parts of what would be are computed before it. */
export function formulaLines(
  formula: Formula,
  dialect: Dialect,
  width: number,
): { readonly before: readonly string[]; readonly value: string } {
  const before: string[] = [];
  const taken = new Set(namesOf(formula));
  const textOf = (each: Formula): string => formulaPython(each, dialect);
  const freeName = (): string => {
    let count = 1;
    while (taken.has(`part_${count}`)) count += 1;
    taken.add(`part_${count}`);
    return `part_${count}`;
  };
  const narrowed = (each: Formula, room: number): Formula => {
    const [operator, ...parts] = each;
    if (operator === 'name' || operator === 'number') return each;
    // A type of its own: what is no name and no number has formulas as its parts.
    let rest = parts as readonly Formula[];
    const whole = (): Formula => [operator, ...rest];
    while (textOf(whole()).length > room) {
      const lengths = rest.map((part) => (isLeaf(part) ? 0 : textOf(part).length));
      const longest = lengths.indexOf(Math.max(...lengths));
      const part = rest[longest];
      if (part === undefined || isLeaf(part)) break;
      const inner = narrowed(part, width - BEFORE);
      const name = freeName();
      before.push(`${name} = ${textOf(inner)}`);
      rest = rest.with(longest, ['name', name]);
    }
    return whole();
  };
  return { value: textOf(narrowed(formula, width)), before };
}

const isLeaf = ([operator]: Formula): boolean => operator === 'name' || operator === 'number';
