/**
 * Fits the steps of a recipe one after another, each on what the earlier ones make of the rows that train. Which inputs
 * come out depends on all rows (which words there are), never on which of them train.
 */
import type { AttrSchema, AttrValues, JsonValue, Step } from '#engine/ir/attrs.ts';
import { inputError } from '#engine/ir/problem.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import { pickRows } from '../shared/rowNumbers.ts';
import { listed } from '../table/columns.ts';
import { applyStep, type Columns, type FittedStep } from './apply.ts';
import { applyLazily } from './lazy.ts';
import type { ColumnKind, ColumnPasses, ColumnStep, NamedColumn, StepColumn } from './define.ts';
import { columnsIn, compute, namesIn, readFormula } from './expression.ts';
import { recipeSteps } from './registry.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** Rows times columns, as they are held on the way: two GiB. */
const MAX_CELLS = 2 ** 28;
/** Rows that a step sees at once. */
const CHUNK_ROWS = 65_536;

export interface RecipeTable {
  /** Features, all rows of them. */
  readonly columns: Columns;
  /** Those that a step takes which names none. */
  readonly unnamed: ReadonlySet<string>;
  /** Columns are read when they are asked for, and what steps make of them is made then. */
  readonly isLarge?: boolean;
  /** Between columns: lets whoever waits know, and be heard. */
  readonly yields?: () => Promise<void>;
  /** As errors name the file. */
  readonly path: string;
}

export interface FittingRows {
  /** All that are used, whichever part they are in. */
  readonly all: Int32Array;
  readonly train: Int32Array;
}

export interface FittedSteps {
  readonly steps: readonly FittedStep[];
  readonly columns: Columns;
  /** What each did, in words. */
  readonly facts: readonly StepFact[];
}
export interface StepFact {
  readonly place: number;
  readonly step: string;
  readonly takes: readonly string[];
  readonly gives: readonly string[];
  readonly text: string;
}

/** A step of a document, as its schema reads it, with its place. Steps that are off are none. */
interface PlacedStep {
  readonly place: number;
  readonly step: Step;
}
const stepsOf = (recipe: readonly Step[]): readonly PlacedStep[] =>
  recipe.flatMap((step, place) => (step['off'] === true ? [] : [{ place, step }]));

const pathOf = (path: string, { place, step }: PlacedStep): string =>
  `${path}, option recipe[${place}] (${step.step})`;

// A step was read by the schema of its registry.
const attrsOf = ({ step }: PlacedStep): AttrValues<AttrSchema> =>
  step as unknown as AttrValues<AttrSchema>;
const columnsOption = ({ step }: PlacedStep): readonly string[] =>
  (step['columns'] ?? []) as readonly string[];

/** Whether what is fitted depends on which rows train. */
export const isFittedRecipe = (recipe: readonly Step[]): boolean =>
  stepsOf(recipe).some((placed) => {
    const definition = recipeSteps.get(placed.step.step);
    return definition?.of === 'column' && definition.isFitted(attrsOf(placed));
  });

/** Columns that it may name; not all of them need be of the file. */
export function namedColumns(recipe: readonly Step[]): ReadonlySet<string> {
  return new Set(
    stepsOf(recipe).flatMap((placed) => {
      const definition = recipeSteps.get(placed.step.step);
      const isFormula = definition && definition.of !== 'column';
      return isFormula ? namesIn(definition.expression(attrsOf(placed))) : columnsOption(placed);
    }),
  );
}

/** Whether it asks when a date was, to the second. */
export const needsMoments = (recipe: readonly Step[]): boolean =>
  stepsOf(recipe).some(({ step }) => step.step === 'dateParts');

export async function fitRecipe(
  recipe: readonly Step[],
  table: RecipeTable,
  rows: FittingRows,
): Promise<FittedSteps> {
  const steps: FittedStep[] = [];
  const facts: StepFact[] = [];
  let { columns } = table;
  const unnamed = new Set(table.unnamed);
  const apply = (step: FittedStep, text: string): void => {
    refuseRepeated(step, columns, table.path);
    if (table.isLarge === true) columns = applyLazily(step, columns);
    else {
      refuseTooMany(step, columns, table.path);
      columns = applyStep(step, columns);
    }
    const [taken = ''] = step.takes;
    const wasUnnamed = step.gives.length === 0 || unnamed.has(taken);
    for (const { name, isFlag } of step.gives) {
      if (isFlag !== true && (wasUnnamed || name !== taken)) unnamed.add(name);
    }
    steps.push(step);
    const gives = step.gives.map(({ name }) => name);
    facts.push({ place: step.place, step: step.step, takes: step.takes, gives, text });
  };
  for (const placed of stepsOf(recipe)) {
    const definition = recipeSteps.get(placed.step.step);
    if (!definition || definition.of === 'rows') continue;
    const attrs = attrsOf(placed);
    if (definition.of === 'table') {
      const path = pathOf(table.path, placed);
      const name = definition.name(attrs).trim();
      if (name === '') {
        throw inputError('recipe.no-name', 'A new column needs a name.', { path });
      }
      const formula = readFormula(definition.expression(attrs), kindsOf(columns), path);
      const base = { ...identity(placed), takes: columnsIn(formula), kind: 'number' as const };
      apply(
        { ...base, gives: [{ name, kind: 'number' }], fitted: { formula } },
        `${name}: ${definition.expression(attrs).trim()}`,
      );
      continue;
    }
    for (const { name, kind } of chosenColumns(placed, definition, columns, unnamed, table.path)) {
      const column = columns.get(name);
      if (!column) continue;
      await table.yields?.();
      const fitted = await definition.fit(passesOver(column, rows), attrs, name);
      const gives = definition.gives({ name, kind }, attrs, fitted);
      apply(
        { ...identity(placed), takes: [name], kind, gives, fitted },
        `${name}: ${definition.describe({ name, kind }, attrs, fitted)}`,
      );
    }
  }
  return { steps, columns, facts };
}

function identity({ step: { step, off: _off, columns: _columns, ...attrs }, place }: PlacedStep) {
  return { step, place, attrs: attrs as Readonly<Record<string, JsonValue>> };
}

const kindsOf = (columns: Columns): ReadonlyMap<string, ColumnKind> =>
  new Map([...columns].map(([name, { kind }]) => [name, kind]));

/** Throws InputError for a name that is none, and for a kind that the step does not take. */
function chosenColumns(
  placed: PlacedStep,
  definition: ColumnStep,
  columns: Columns,
  unnamed: ReadonlySet<string>,
  file: string,
): readonly NamedColumn[] {
  const attrs = attrsOf(placed);
  const named = columnsOption(placed);
  const takes = definition.takes(attrs);
  if (named.length === 0) {
    const kinds = definition.takesUnnamed?.(attrs) ?? takes;
    return [...columns].flatMap(([name, { kind }]) =>
      unnamed.has(name) && kinds.includes(kind) ? [{ name, kind }] : [],
    );
  }
  const path = `${pathOf(file, placed)}.columns`;
  return [...new Set(named)].map((name) => {
    const column = columns.get(name);
    if (!column) {
      const near = nearest(name, [...columns.keys()]);
      throw inputError(
        'recipe.unknown-column',
        `There is no feature "${name}" at this step${near === undefined ? '.' : `; did you mean "${near}"?`}`,
        { path, explanation: `Features here: ${listed([...columns.keys()])}.` },
      );
    }
    const { kind } = column;
    if (takes.includes(kind)) return { name, kind };
    const words = { number: 'numbers', words: 'words', date: 'dates' };
    throw inputError(
      'recipe.wrong-kind',
      `Column ${name} holds ${words[kind]}, which "${definition.label}" does not take as it is set.`,
      { path, explanation: `It takes ${takes.map((each) => words[each]).join(' and ')}.` },
    );
  });
}

function refuseRepeated(
  { takes, gives, ...step }: FittedStep,
  columns: Columns,
  file: string,
): void {
  const isDerived = recipeSteps.get(step.step)?.of === 'table';
  const names = gives.map(({ name }) => name);
  const repeated = names.find(
    (name, i) => names.indexOf(name) < i || (columns.has(name) && !isDerived && name !== takes[0]),
  );
  if (repeated === undefined) return;
  throw inputError('recipe.repeated-column', `There would be two columns "${repeated}".`, {
    path: `${file}, option recipe[${step.place}] (${step.step})`,
    explanation: 'Leave the other one out before, or name it otherwise.',
  });
}

/** Before they are made: a hash of words into thousands of columns is soon larger than the memory. */
function refuseTooMany(step: FittedStep, columns: Columns, file: string): void {
  const width = columns.size + step.gives.length;
  const rows = [...columns.values()][0]?.values.length ?? 0;
  if (rows * width <= MAX_CELLS) return;
  throw inputError(
    'recipe.too-large',
    `${formatInteger(rows)} rows of ${formatInteger(width)} columns are too many.`,
    {
      path: `${file}, option recipe[${step.place}] (${step.step})`,
      explanation: `At most ${formatInteger(MAX_CELLS)} numbers are held. Let the step make fewer columns.`,
    },
  );
}

function passesOver(passed: StepColumn, { all, train }: FittingRows): ColumnPasses {
  return {
    kind: passed.kind,
    rows: train.length,
    train: (visit) => {
      for (const chunk of chunksOf({ ...passed }, train)) visit(chunk);
      return Promise.resolve();
    },
    words: () => {
      // Read once.
      const column = { ...passed };
      const counts = new Map<string, number>();
      const byPlace = new Map<number, number>();
      for (const row of all) {
        const value = column.values[row] ?? NaN;
        if (!Number.isNaN(value)) byPlace.set(value, (byPlace.get(value) ?? 0) + 1);
      }
      for (const [value, count] of byPlace) {
        const word = column.kind === 'words' ? (column.words[value] ?? '') : String(value);
        counts.set(word, (counts.get(word) ?? 0) + count);
      }
      return Promise.resolve(counts);
    },
  };
}

function* chunksOf(column: StepColumn, rows: Int32Array): Generator<StepColumn> {
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    yield rowsOf(column, rows.subarray(from, from + CHUNK_ROWS));
  }
}

/** Some rows of a column, in their order. */
export function rowsOf(column: StepColumn, rows: Int32Array): StepColumn {
  const picked = (from: Float64Array): Float64Array =>
    pickRows(new Float64Array(rows.length), rows, (row) => from[row] ?? NaN);
  const values = picked(column.values);
  return column.kind === 'date'
    ? { ...column, values, seconds: picked(column.seconds) }
    : { ...column, values };
}

export interface FilteredRows {
  /** Whether each row of the file stays; null: nothing filters. */
  readonly keeps: Uint8Array | null;
  readonly facts: readonly StepFact[];
}

/**
 * What the filters of a recipe say, which comes before everything that is fitted: they see columns as they are in the
 * file, and what steps made of them that are fitted to nothing.
 */
export async function filterRows(
  recipe: readonly Step[],
  table: RecipeTable,
  rowCount: number,
): Promise<FilteredRows> {
  const placedSteps = stepsOf(recipe);
  const last = placedSteps.findLastIndex(({ step }) => recipeSteps.get(step.step)?.of === 'rows');
  if (last < 0) return { keeps: null, facts: [] };
  const keeps = new Uint8Array(rowCount).fill(1);
  const facts: StepFact[] = [];
  let { columns } = table;
  for (const placed of placedSteps.slice(0, last + 1)) {
    const definition = recipeSteps.get(placed.step.step);
    if (definition?.of === 'rows') {
      const attrs = attrsOf(placed);
      const formula = readFormula(
        definition.expression(attrs),
        kindsOf(columns),
        `${pathOf(table.path, placed)}: a filter sees what is in the file and what is fitted to nothing`,
      );
      const holds = compute(formula, columns);
      let left = 0;
      for (let row = 0; row < rowCount; row++) {
        const value = holds[row] ?? NaN;
        if (value !== 0 && !Number.isNaN(value)) continue;
        left += keeps[row] ?? 0;
        keeps[row] = 0;
      }
      const text = `${formatInteger(left)} of ${formatInteger(rowCount)} rows are left out: not ${definition.expression(attrs).trim()}`;
      facts.push({ ...placedFact(placed), takes: columnsIn(formula), gives: [], text });
      continue;
    }
    columns = await unfitted(placed, { ...table, columns });
  }
  return { keeps, facts };
}

const placedFact = ({ place, step: { step } }: PlacedStep) => ({ place, step });

/** After a step that looks at no rows; of one that does, without the columns that it takes. */
async function unfitted(placed: PlacedStep, table: RecipeTable): Promise<Columns> {
  let isUsed = false;
  const { columns, path } = table;
  const definition = recipeSteps.get(placed.step.step);
  const alone = [placed.step];
  if (definition?.of !== 'column') {
    const none = new Int32Array(0);
    return (await fitRecipe(alone, table, { all: none, train: none })).columns;
  }
  const chosen = chosenColumns(placed, definition, columns, table.unnamed, path);
  const used = (): Promise<void> => {
    isUsed = true;
    return Promise.resolve();
  };
  let now = columns;
  for (const { name, kind } of chosen) {
    const attrs = attrsOf(placed);
    const passes: ColumnPasses = {
      kind,
      rows: 0,
      train: used,
      words: () => used().then(() => new Map()),
    };
    const fitted = await definition.fit(passes, attrs, name);
    const gives = definition.gives({ name, kind }, attrs, fitted);
    now = isUsed
      ? new Map([...now].filter(([each]) => each !== name))
      : (table.isLarge === true ? applyLazily : applyStep)(
          { ...identity(placed), takes: [name], kind, gives, fitted },
          now,
        );
  }
  return now;
}
