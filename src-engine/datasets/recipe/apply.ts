/** A fitted recipe: plain JSON that stands beside the weights of a run, and what it makes of columns. */
import type { AttrSchema, AttrValues, JsonValue } from '#engine/ir/attrs.ts';
import type { ColumnKind, ColumnStep, Fitted, NamedColumn, StepColumn } from './define.ts';
import { compute, type Formula } from './expression.ts';
import { recipeSteps } from './registry.ts';

export interface FittedRecipe {
  /** Columns of the file that it starts from. */
  readonly inputs: readonly RecipeInput[];
  /** In order; a step stands once for each column that it was applied to. */
  readonly steps: readonly FittedStep[];
}
export interface RecipeInput extends NamedColumn {
  /** Among the columns of the file, from 0. */
  readonly index: number;
  /** All words of the file, where a step looks them up; absent: none does. */
  readonly words?: readonly string[];
  /** Of numbers and dates: what those of the training rows lie in; absent without any. */
  readonly range?: readonly [low: number, high: number];
}
export interface FittedStep {
  readonly step: string;
  /** Its place in the recipe of the document, from 0. */
  readonly place: number;
  readonly takes: readonly string[];
  readonly kind: ColumnKind;
  readonly gives: readonly NamedColumn[];
  readonly attrs: Readonly<Record<string, JsonValue>>;
  /** What it was fitted to; of a derived column its formula. */
  readonly fitted: Fitted;
}

/** Columns in the order in which a network gets them. */
export type Columns = ReadonlyMap<string, StepColumn>;

export function applyRecipe({ steps }: Pick<FittedRecipe, 'steps'>, columns: Columns): Columns {
  return steps.reduce((now, step) => applyStep(step, now), columns);
}

/** What it gives stands where the column was; a derived one that is new is the last. */
export function applyStep(step: FittedStep, columns: Columns): Columns {
  const made = madeBy(step, columns);
  const [taken = ''] = step.takes;
  return replaced(columns, isDerived(step) ? null : taken, step.gives, made);
}

export function replaced<T>(
  columns: ReadonlyMap<string, T>,
  taken: string | null,
  gives: readonly NamedColumn[],
  made: readonly T[],
): ReadonlyMap<string, T> {
  const entries = gives.flatMap(({ name }, i): [string, T][] => {
    const column = made[i];
    return column === undefined ? [] : [[name, column]];
  });
  // A name that there is keeps its place.
  if (taken === null) return new Map([...columns, ...entries]);
  return new Map(
    [...columns].flatMap(([name, column]) =>
      name === taken ? entries : [[name, column] as const],
    ),
  );
}

function madeBy(step: FittedStep, columns: Columns): readonly StepColumn[] {
  if (isDerived(step)) return [{ kind: 'number', values: compute(formulaOf(step), columns) }];
  const [taken = ''] = step.takes;
  const column = columns.get(taken);
  if (!column) throw new Error(`${step.step} has no column ${taken}`);
  return columnStep(step).apply(column, attrsOf(step), step.fitted);
}

export const isDerived = ({ step }: FittedStep): boolean => recipeSteps.get(step)?.of === 'table';
/** As `fit` made it. */
export const formulaOf = ({ fitted }: FittedStep): Formula =>
  fitted['formula'] as unknown as Formula;

export function columnStep({ step }: Pick<FittedStep, 'step'>): ColumnStep {
  const definition = recipeSteps.get(step);
  if (definition?.of === 'column') return definition;
  throw new Error(`${step} is no step of one column`);
}

/** Read by the schema of the step when it was fitted. */
export const attrsOf = ({ attrs }: FittedStep): AttrValues<AttrSchema> =>
  attrs as AttrValues<AttrSchema>;
