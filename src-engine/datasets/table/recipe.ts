/** Columns of a table as steps of a recipe take them, and back; and what of a fitted recipe other rows need. */
import type { Step } from '#engine/ir/attrs.ts';
import { parseSource, readOptions, type SourceOptions } from '../core/source.ts';
import type { Columns, FittedRecipe, FittedStep, RecipeInput } from '../recipe/apply.ts';
import type { ColumnKind, StepColumn } from '../recipe/define.ts';
import { lazyColumn } from '../recipe/lazy.ts';
import {
  type FittedSteps,
  isFittedRecipe,
  namedColumns,
  needsMoments,
  type RecipeTable,
  type StepFact,
} from '../recipe/fit.ts';
import { byNumberOrWord } from './columns.ts';
import { type Features, whyIgnored } from './features.ts';
import { type FilledColumn, numbersOf, type RawTable, type TableColumn } from './rawTable.ts';

/** What a recipe made, with the rows that are used. */
export interface MadeFeatures {
  readonly features: Features;
  readonly fitted: FittedSteps;
  /** In their order in the file. */
  readonly rows: Int32Array;
  /** Some rows of the file as features, gaps as NaN. */
  readonly encode: EncodePart;
  /** What each step did, filters too, in the order of the recipe. */
  readonly facts: readonly StepFact[];
  /** Null: there is none. */
  readonly recipe: FittedRecipe | null;
  /** Whether filters keep each row of the file; null: there are none. */
  readonly keeps: Uint8Array | null;
  /** Rows that are left out, by why. */
  readonly filtered: number;
  readonly withoutTarget: number;
  readonly withGaps: number;
  readonly notes: readonly string[];
}

/** Row-major. */
export type EncodePart = (first: number, count: number) => Float32Array;

/** More different words than this do not go along with a run. */
const MOST_KEPT_WORDS = 10_000;

/** Whether preparing the source depends on which rows train. */
export function needsFitting(source: string, options: SourceOptions): boolean {
  const { definition } = parseSource(source);
  if (definition.isFitted) return definition.isFitted(readOptions(definition, options));
  if (definition.options['recipe']?.kind !== 'steps') return false;
  // Of its kind; `readOptions` has seen to it.
  return isFittedRecipe(readOptions(definition, options)['recipe'] as unknown as readonly Step[]);
}

interface RecipeOptions {
  readonly recipe: readonly Step[];
  readonly maxCategories: number;
}

/** Columns that a step names are read as a whole, however many words they have. */
export async function recipeTable(
  raw: RawTable,
  used: readonly TableColumn[],
  { recipe, maxCategories }: RecipeOptions,
): Promise<ReadTable> {
  const columns = new Map<string, StepColumn>();
  const parts = new Map<string, ReadPart>();
  const unnamed = new Set<string>();
  if (recipe.length > 0) {
    const asked = namedColumns(recipe);
    const isTimed = needsMoments(recipe);
    for (const column of used) {
      if (column.kind === 'empty') continue;
      const isFeature = whyIgnored(column, raw.rowCount, maxCategories) === null;
      const isAsked = asked.has(column.name);
      if (isFeature) unnamed.add(column.name);
      if (!isFeature && !isAsked) continue;
      const read = await stepColumn(raw, column, isTimed);
      columns.set(column.name, read.column);
      parts.set(column.name, read.part);
    }
  }
  return { columns, parts, unnamed, path: raw.path, isLarge: raw.isLarge };
}

/** Some rows of a column as it was read. */
export type ReadPart = (first: number, count: number) => StepColumn;
export interface ReadTable extends RecipeTable {
  /** Of the same columns. */
  readonly parts: ReadonlyMap<string, ReadPart>;
}

interface ReadColumn {
  readonly column: StepColumn;
  readonly part: ReadPart;
}

async function stepColumn(
  raw: RawTable,
  column: FilledColumn,
  isTimed: boolean,
): Promise<ReadColumn> {
  const read = (kind: ColumnKind, part: ReadPart): ReadColumn => {
    const whole = (): StepColumn => part(0, raw.rowCount);
    return { column: raw.isLarge ? lazyColumn(kind, whole) : whole(), part };
  };
  if (column.kind === 'number' && column.isDate) {
    const moments = isTimed ? await raw.moments(column.index) : null;
    return read('date', (first, count) => ({
      ...{ kind: 'date', values: column.part(first, count) },
      seconds: moments?.part(first, count) ?? new Float64Array(0),
    }));
  }
  if (column.kind === 'text' && column.categories.length === 0) {
    const whole = await raw.column(column.index, raw.rowCount);
    return read(
      'words',
      whole.kind === 'text' ? partsOf(whole) : () => ({ ...partsOf(column)(0, 0) }),
    );
  }
  return read(column.kind === 'text' ? 'words' : 'number', partsOf(column));
}

/** Of a column as it was read; when dates were is not told. */
export function partsOf(column: FilledColumn): ReadPart {
  if (column.kind === 'text') {
    const { categories: words } = column;
    return (first, count) => ({ kind: 'words', values: column.part(first, count), words });
  }
  return column.isDate
    ? (first, count) => ({
        ...{ kind: 'date', values: column.part(first, count) },
        seconds: new Float64Array(0),
      })
    : (first, count) => ({ kind: 'number', values: column.part(first, count) });
}

/**
 * What steps made, as columns of a table, in their order; columns that none touched are as they were read, and those
 * that no step could see stand where they stood.
 */
export function tableColumns(
  { columns, steps }: Pick<FittedSteps, 'columns' | 'steps'>,
  used: readonly TableColumn[],
  names: readonly string[],
  asColumn: (name: string, index: number, column: StepColumn) => TableColumn = asTableColumn,
): readonly TableColumn[] {
  if (steps.length === 0) return used;
  const sources = sourcesOf(steps);
  const asRead = new Map(used.map((column) => [column.name, column]));
  const touched = new Set(
    steps.flatMap(({ takes, gives }) => [takes[0], ...gives.map(({ name }) => name)]),
  );
  const seen = used.filter(({ name }) => !columns.has(name) && !touched.has(name));
  const made = [...columns].map(([name, column]): TableColumn => {
    const same = touched.has(name) ? undefined : asRead.get(name);
    const [source, ...others] = sources.get(name) ?? [name];
    const index = others.length === 0 ? names.indexOf(source ?? '') : -1;
    return same ?? asColumn(name, index, column);
  });
  return [...made, ...seen];
}

function asTableColumn(name: string, index: number, column: StepColumn): TableColumn {
  const { values } = column;
  const missing = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
  if (missing === values.length) return { name, index, missing, kind: 'empty' };
  if (column.kind !== 'words') {
    return {
      ...{ name, index, missing, ...numbersOf(values) },
      ...{ kind: 'number', isDate: column.kind === 'date' },
    };
  }
  const words = occurringWords(column.words, new Set(values));
  const placeOf = new Map(words.map((word, i) => [word, i]));
  const changed = column.words.map((word) => placeOf.get(word) ?? NaN);
  return {
    ...{ name, index, missing, kind: 'text', distinct: words.length, categories: words },
    ...numbersOf(values.map((value) => changed[value] ?? NaN)),
  };
}

/** Those whose places occur, in order. */
export const occurringWords = (
  words: readonly string[],
  places: ReadonlySet<number>,
): readonly string[] => [...new Set(words.filter((_, i) => places.has(i)))].sort(byNumberOrWord);

/** Columns of the file that each column is made of. */
export function sourcesOf(steps: readonly FittedStep[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, readonly string[]>();
  for (const { takes, gives } of steps) {
    const from = [...new Set(takes.flatMap((name) => sources.get(name) ?? [name]))];
    for (const { name } of gives) sources.set(name, from);
  }
  return sources;
}

/** What other rows need: steps that end in features, and the columns that these begin with. */
export function fittedRecipe(
  { steps }: FittedSteps,
  used: readonly TableColumn[],
  { encodings }: Features,
  { columns, train }: { readonly columns: Columns; readonly train: Int32Array },
): FittedRecipe {
  const live = new Set(encodings.map(({ name }) => name));
  const kept: FittedStep[] = [];
  for (const step of steps.toReversed()) {
    if (!step.gives.some(({ name }) => live.has(name))) continue;
    for (const { name } of step.gives) live.delete(name);
    for (const name of step.takes) live.add(name);
    kept.unshift(step);
  }
  const inputs = used.flatMap((column): RecipeInput[] => {
    if (column.kind === 'empty' || !live.has(column.name)) return [];
    const { name, index } = column;
    if (column.kind === 'number') {
      const range = rangeOf(column.values, train);
      const kind = column.isDate ? 'date' : 'number';
      return [{ name, index, kind, ...(range && { range }) }];
    }
    const read = columns.get(name);
    const words = read?.kind === 'words' ? read.words : column.categories;
    const isFew = words.length > 0 && words.length <= MOST_KEPT_WORDS;
    return [{ name, index, kind: 'words', ...(isFew && { words }) }];
  });
  return { inputs, steps: kept };
}

function rangeOf(values: Float64Array, rows: Int32Array): RecipeInput['range'] {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    const value = values[row] ?? NaN;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}
