/**
 * Steps of a table's recipe as operators: numbers by the rules of the steps, words by tables with a row for each, derived
 * columns by their formulas. What has no operator is said, with the step.
 * Reference: https://onnx.ai/onnx/operators/
 */
import {
  columnStep,
  attrsOf,
  type FittedRecipe,
  type FittedStep,
  formulaOf,
  isDerived,
  replaced,
} from '#engine/datasets/recipe/apply.ts';
import type { Operators } from '#engine/datasets/recipe/define.ts';
import type { Formula, FormulaOperator } from '#engine/datasets/recipe/expression.ts';
import { lookUpTables } from '#engine/datasets/recipe/lookUp.ts';
import { recipeSteps } from '#engine/datasets/recipe/registry.ts';

/** Of a column, `[N, 1]`. */
export type ColumnValue =
  /** float32, NaN where empty; a date is a year with decimals. */
  | { readonly kind: 'number'; readonly name: string }
  /** int64: a place among the words, then one for words never seen, and one for gaps. */
  | { readonly kind: 'words'; readonly name: string; readonly words: readonly string[] };

/** What writes them: also constants of whole numbers. */
export interface StepOperators extends Operators {
  ints(values: readonly number[]): string;
}

/** Why steps cannot be written, a sentence each; none: they can. */
export function missingOperators({ inputs, steps }: FittedRecipe): readonly string[] {
  const reasons: string[] = [];
  const refuse = (step: FittedStep, reason: string): void => {
    reasons.push(
      `${recipeSteps.get(step.step)?.label ?? step.step} (${step.takes.join(', ')}): ${reason}.`,
    );
  };
  const looked = new Set<string>();
  for (const step of steps) {
    if (isDerived(step)) {
      if (step.takes.length === 0) refuse(step, 'it asks for no column');
      for (const name of step.takes) looked.add(name);
      continue;
    }
    const { onnx } = columnStep(step);
    const [name = ''] = step.takes;
    if (step.kind === 'date') refuse(step, 'ONNX has no operators for dates');
    else if (step.kind === 'words') {
      looked.add(name);
      if (onnx.words !== 'lookUp') refuse(step, onnx.words.reason);
    } else if (typeof onnx.number !== 'function') refuse(step, onnx.number.reason);
    else {
      const written = onnx.number(NO_OPERATORS, '', attrsOf(step), step.fitted);
      if ('reason' in written) refuse(step, written.reason);
    }
  }
  for (const { name, kind, words } of inputs) {
    if (kind === 'words' && !words && looked.has(name)) {
      reasons.push(`${name} has more words than go along with a run.`);
    }
  }
  return reasons;
}
const NO_OPERATORS: Operators = { op: () => '', floats: () => '' };

export function writeSteps(
  e: StepOperators,
  steps: readonly FittedStep[],
  columns: ReadonlyMap<string, ColumnValue>,
): ReadonlyMap<string, ColumnValue> {
  return steps.reduce((now, step) => {
    if (isDerived(step)) {
      const value: ColumnValue = {
        kind: 'number',
        name: finite(e, writeFormula(e, formulaOf(step), now)),
      };
      return replaced(now, null, step.gives, [value]);
    }
    const [taken = ''] = step.takes;
    const column = now.get(taken);
    if (!column) throw new Error(`${step.step} has no column ${taken}`);
    return replaced(now, taken, step.gives, written(e, step, column));
  }, columns);
}

function written(e: StepOperators, step: FittedStep, column: ColumnValue): readonly ColumnValue[] {
  if (column.kind === 'words') {
    return lookUpTables(step, column.words).map((table): ColumnValue => {
      if (table.kind === 'number') {
        const name = e.op('Gather', [e.floats(table.values), column.name], { axis: 0 });
        return { kind: 'number', name };
      }
      const name = e.op('Gather', [e.ints(table.values), column.name], { axis: 0 });
      return { kind: 'words', name, words: table.words };
    });
  }
  const { onnx } = columnStep(step);
  const names =
    typeof onnx.number === 'function'
      ? onnx.number(e, column.name, attrsOf(step), step.fitted)
      : onnx.number;
  if ('reason' in names) throw new Error(names.reason);
  return names.map((name) => ({ kind: 'number', name }));
}

/** As everywhere: what is no finite number is a gap. */
function finite(e: StepOperators, value: string): string {
  return e.op('Where', [e.op('IsInf', [value]), gap(e), value]);
}
const gap = (e: StepOperators): string => e.floats([NaN], [1]);
const zero = (e: StepOperators): string => e.floats([0], [1]);
/** TensorProto.FLOAT */
const FLOAT = 1;
const asNumber = (e: StepOperators, holds: string): string => e.op('Cast', [holds], { to: FLOAT });

function writeFormula(
  e: StepOperators,
  formula: Formula,
  columns: ReadonlyMap<string, ColumnValue>,
): string {
  const columnOf = (name: string): ColumnValue => {
    const column = columns.get(name);
    if (!column) throw new Error(`a formula asks for ${name}`);
    return column;
  };
  const visit = (each: Formula): string => {
    switch (each[0]) {
      case 'number':
        return e.floats([each[1]], [1]);
      case 'column':
        return columnOf(each[1]).name;
      case 'missing': {
        const column = columnOf(each[1]);
        if (column.kind === 'number') return asNumber(e, e.op('IsNaN', [column.name]));
        const table = [...column.words.map(() => 0), 0, 1];
        return e.op('Gather', [e.floats(table), column.name], { axis: 0 });
      }
      case 'isWord': {
        const column = columnOf(each[1]);
        const words = column.kind === 'words' ? column.words : [];
        const table = [...words.map((word) => Number(word === each[2])), 0, NaN];
        return e.op('Gather', [e.floats(table), column.name], { axis: 0 });
      }
      default: {
        const [operator, ...parts] = each;
        const [a = '', b = '', c = ''] = parts.map(visit);
        return OPERATORS[operator](e, a, b, c);
      }
    }
  };
  return visit(formula);
}

type Rule = (e: StepOperators, a: string, b: string, c: string) => string;
const plain =
  (type: string): Rule =>
  (e, a, b) =>
    e.op(type, [a, b]);
const ofOne =
  (type: string): Rule =>
  (e, a) =>
    e.op(type, [a]);
/** A gap where one of them is. */
const compared =
  (holds: Rule): Rule =>
  (e, a, b, c) => {
    const isGap = e.op('IsNaN', [b === '' ? a : e.op('Add', [a, b])]);
    return e.op('Where', [isGap, gap(e), asNumber(e, holds(e, a, b, c))]);
  };
const isTrue = (e: StepOperators, a: string): string => e.op('Not', [e.op('Equal', [a, zero(e)])]);
/** Of two numbers one; what Min and Max answer for a gap depends on the runtime. */
const chosen =
  (type: string): Rule =>
  (e, a, b) => {
    const isGap = e.op('IsNaN', [e.op('Add', [a, b])]);
    return e.op('Where', [isGap, gap(e), e.op('Where', [e.op(type, [a, b]), a, b])]);
  };

const OPERATORS: Readonly<Record<FormulaOperator, Rule>> = {
  '+': plain('Add'),
  '-': plain('Sub'),
  '*': plain('Mul'),
  '/': plain('Div'),
  '==': compared(plain('Equal')),
  '<': compared(plain('Less')),
  '<=': compared(plain('LessOrEqual')),
  and: compared((e, a, b) => e.op('And', [isTrue(e, a), isTrue(e, b)])),
  or: compared((e, a, b) => e.op('Or', [isTrue(e, a), isTrue(e, b)])),
  not: compared((e, a) => e.op('Equal', [a, zero(e)])),
  min: chosen('Less'),
  max: chosen('Greater'),
  abs: ofOne('Abs'),
  exp: ofOne('Exp'),
  log: ofOne('Log'),
  sqrt: ofOne('Sqrt'),
  floor: ofOne('Floor'),
  ceil: ofOne('Ceil'),
  where: (e, a, b, c) => {
    const taken = e.op('Where', [isTrue(e, a), b, c]);
    return e.op('Where', [e.op('IsNaN', [a]), gap(e), taken]);
  },
};
