/**
 * Features of a table whose columns are more than may be held: what they are is told from one pass over its rows, some
 * at a time, and rows become features when they are asked for, as `predict` makes them.
 */
import { applyRecipe, type Columns } from '../recipe/apply.ts';
import type { StepColumn } from '../recipe/define.ts';
import type { FittedSteps } from '../recipe/fit.ts';
import { encodeColumns } from './encode.ts';
import { type Features, featuresOf } from './features.ts';
import { numbersOf, type RawTable, type TableColumn } from './rawTable.ts';
import {
  type EncodePart,
  occurringWords,
  partsOf,
  type ReadPart,
  type ReadTable,
  tableColumns,
} from './recipe.ts';

const CHUNK_ROWS = 16_384;

interface LargeRequest {
  readonly fitted: FittedSteps;
  readonly used: readonly TableColumn[];
  readonly table: ReadTable;
  readonly maxCategories: number;
  readonly yields: () => Promise<void>;
}

/** Without numbers; these come by `encode`. */
export async function largeFeatures(
  { rowCount, names }: RawTable,
  { fitted, used, table, maxCategories, yields }: LargeRequest,
): Promise<{ readonly features: Features; readonly encode: EncodePart }> {
  const { steps } = fitted;
  const facts =
    steps.length === 0 ? null : await factsOfMade(fitted, table.parts, rowCount, yields);
  const asColumn = (name: string, index: number, { kind }: StepColumn): TableColumn => {
    const { missing = rowCount, words = [] } = facts?.get(name) ?? {};
    const base = { name, index, missing };
    if (missing === rowCount) return { ...base, kind: 'empty' };
    if (kind !== 'words') return { ...base, ...NONE, kind: 'number', isDate: kind === 'date' };
    return { ...base, ...NONE, kind: 'text', distinct: words.length, categories: words };
  };
  const columns = tableColumns(fitted, used, names, asColumn);
  const { width, encodings, leftOut } = featuresOf(columns, rowCount, maxCategories);
  const parts = new Map<string, ReadPart>(table.parts);
  for (const column of used) {
    if (column.kind !== 'empty' && !parts.has(column.name)) parts.set(column.name, partsOf(column));
  }
  const needed = neededColumns(
    fitted,
    encodings.map(({ name }) => name),
  );
  const read = [...parts].filter(([name]) => needed.has(name));
  const recipe = { inputs: [], steps };
  return {
    features: { width, encodings, leftOut, values: new Float32Array(0) },
    encode: (first, count) => {
      const rows = new Map(read.map(([name, part]) => [name, part(first, count)]));
      return encodeColumns({ features: encodings, recipe }, rows, null).values;
    },
  };
}

const NONE = numbersOf(new Float64Array(0));

/** Columns as they were read that the features are made of, and all that a step takes. */
function neededColumns({ steps }: FittedSteps, features: readonly string[]): ReadonlySet<string> {
  return new Set([...features, ...steps.flatMap(({ takes }) => takes)]);
}

interface ColumnFacts {
  readonly missing: number;
  readonly words: readonly string[];
}

async function factsOfMade(
  { steps }: FittedSteps,
  parts: ReadonlyMap<string, ReadPart>,
  rowCount: number,
  yields: () => Promise<void>,
): Promise<ReadonlyMap<string, ColumnFacts>> {
  const missing = new Map<string, number>();
  const places = new Map<string, Set<number>>();
  let last: Columns = new Map();
  for (let first = 0; first < rowCount; first += CHUNK_ROWS) {
    await yields();
    const count = Math.min(CHUNK_ROWS, rowCount - first);
    const read = new Map([...parts].map(([name, part]) => [name, part(first, count)]));
    last = applyRecipe({ steps }, read);
    for (const [name, { kind, values }] of last) {
      const seen = places.get(name) ?? new Set();
      let gaps = missing.get(name) ?? 0;
      for (const value of values) {
        if (Number.isNaN(value)) gaps += 1;
        else if (kind === 'words') seen.add(value);
      }
      missing.set(name, gaps);
      places.set(name, seen);
    }
  }
  return new Map(
    [...last].map(([name, column]) => {
      const words = column.kind === 'words' ? column.words : [];
      return [
        name,
        {
          missing: missing.get(name) ?? rowCount,
          words: occurringWords(words, places.get(name) ?? new Set()),
        },
      ];
    }),
  );
}
