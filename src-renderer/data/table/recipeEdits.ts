/**
 * The recipe of a table as it is chosen column by column: how its gaps are filled and how it is written for the network.
 * Steps that name several columns let one go when it gets a step of its own. Pure; what steps there are says the
 * registry of steps, by the schema of the source's option `recipe`.
 */
import type { JsonValue, Step } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';

type Options = Readonly<Record<string, JsonValue>>;

export const FILL = 'impute';
/** Steps that touch rows, or make columns of their own: no way of writing one column. */
const OTHER = new Set([FILL, 'drop', 'filter', 'derive', 'clip']);

export const isEncoding = (step: string): boolean => !OTHER.has(step);

export function recipeOf(options: Options): readonly Step[] {
  const value = own(options, 'recipe');
  // What is no list of steps is said by the check of the options; here it is none.
  return Array.isArray(value) ? (value as readonly JsonValue[]).flatMap(asStep) : [];
}

const asStep = (value: JsonValue): readonly Step[] =>
  typeof value === 'object' && value !== null && 'step' in value && typeof value.step === 'string'
    ? [value as Step]
    : [];

export function columnsOf(step: Step): readonly string[] {
  const value = own(step, 'columns');
  return Array.isArray(value)
    ? (value as readonly JsonValue[]).flatMap((each) => (typeof each === 'string' ? [each] : []))
    : [];
}

const isOff = (step: Step): boolean => own(step, 'off') === true;

/** The first step of the wanted kinds that names this column; one that names none is for all it can take. */
export function stepFor(
  recipe: readonly Step[],
  column: string,
  wanted: (step: string) => boolean,
): Step | null {
  const live = recipe.filter((step) => !isOff(step) && wanted(step.step));
  return live.find((step) => columnsOf(step).includes(column)) ?? null;
}

/** Without this column in the steps of these kinds; a step that loses its last one goes. */
function without(
  recipe: readonly Step[],
  column: string,
  wanted: (step: string) => boolean,
): readonly Step[] {
  return recipe.flatMap((step) => {
    const columns = columnsOf(step);
    if (!wanted(step.step) || !columns.includes(column)) return [step];
    const others = columns.filter((each) => each !== column);
    return others.length === 0 ? [] : [{ ...step, columns: others }];
  });
}

const sameButColumns = (a: Step, b: Step): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (step: Step): readonly (readonly [string, JsonValue])[] =>
  Object.entries(step)
    .filter(([name]) => name !== 'columns')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Joins a step of the same settings where there is one, so that recipes stay short. */
function withStep(
  recipe: readonly Step[],
  column: string,
  step: Step,
  atFront: boolean,
): readonly Step[] {
  const at = recipe.findIndex((each) => columnsOf(each).length > 0 && sameButColumns(each, step));
  const found = recipe[at];
  if (found) {
    const joined = { ...found, columns: [...columnsOf(found), column] };
    return recipe.with(at, joined);
  }
  const own = { ...step, columns: [column] };
  return atFront ? [own, ...recipe] : [...recipe, own];
}

/** Gaps are filled before anything else sees the column. Null: as the source's own options say. */
export function withFill(
  recipe: readonly Step[],
  column: string,
  fill: Omit<Step, 'step'> | null,
): readonly Step[] {
  const rest = without(recipe, column, (step) => step === FILL);
  return fill === null ? rest : withStep(rest, column, { ...fill, step: FILL }, true);
}

/** Null: as the source does by itself. */
export function withEncoding(
  recipe: readonly Step[],
  column: string,
  step: string | null,
): readonly Step[] {
  const rest = without(recipe, column, isEncoding);
  return step === null ? rest : withStep(rest, column, { step }, false);
}
