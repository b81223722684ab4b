/**
 * Rows of cells that a file is tried on which takes the columns of a table through a recipe: samples are kept as what the
 * recipe made of them, and no way leads back. Numbers of the ranges that training had, its words, one that it never
 * saw, and gaps.
 */
import type { RecipeInput } from '../datasets/recipe/apply.ts';
import type { StepColumn } from '../datasets/recipe/define.ts';
import { encodeColumns } from '../datasets/table/encode.ts';
import { below, RandomStream } from '../ops/philox.ts';
import type { Batch, BatchValue } from './answers.ts';
import type { TableColumns } from './define.ts';

const NEVER_SEEN = 'never seen';
/** One of so many cells is empty, and one of so many words was never seen. */
const RARE = 12;
/** Rows that are tried for each that is wanted: some have gaps that nothing fills. */
const TRIES = 8;

export interface MadeUpCells {
  /** By column: what the file takes. */
  readonly cells: Batch;
  /** What becomes of them here: `[N, width]`. */
  readonly features: BatchValue;
}

/** Null where nothing but rows with gaps comes out. */
export function madeUpCells(
  columns: TableColumns,
  count: number,
  seed: number,
): MadeUpCells | null {
  const { recipe } = columns;
  if (!recipe) return null;
  const random = new RandomStream(seed, 'data');
  const all = new Map(
    recipe.inputs.map((input) => [input.name, madeUp(input, count * TRIES, random)]),
  );
  const { width, values } = encodeColumns(columns, all, columns.means);
  const whole = Array.from({ length: count * TRIES }, (_, row) => row).filter(
    (row) => !values.subarray(row * width, (row + 1) * width).some(Number.isNaN),
  );
  if (whole.length === 0) return null;
  const rows = Array.from({ length: count }, (_, i) => whole[i % whole.length] ?? 0);
  const data = new Float32Array(count * width);
  rows.forEach((row, i) => data.set(values.subarray(row * width, (row + 1) * width), i * width));
  const cells = recipe.inputs.map(({ name }): [string, BatchValue] => {
    const column = all.get(name);
    const at = rows.map((row) => column?.values[row] ?? NaN);
    const dims = [count, 1];
    if (column?.kind !== 'words') return [name, { dims, data: Float32Array.from(at) }];
    const texts = at.map((place) => column.words[place] ?? '');
    return [name, { dims, data: new Float32Array(count), texts }];
  });
  return { cells: new Map(cells), features: { dims: [count, width], data } };
}

function madeUp(
  { kind, words = [], range: [low, high] = [0, 1] }: RecipeInput,
  count: number,
  random: RandomStream,
): StepColumn {
  const pick = (bound: number): number => below(random.word(), bound);
  const values = Float64Array.from({ length: count }, () => {
    if (pick(RARE) === 0) return NaN;
    if (kind === 'words') return pick(RARE) === 0 ? words.length : pick(Math.max(1, words.length));
    // As the file takes it.
    return Math.fround(low + ((high - low) * pick(2 ** 16)) / 2 ** 16);
  });
  if (kind === 'words') return { kind, values, words: [...words, NEVER_SEEN] };
  return kind === 'date' ? { kind, values, seconds: values.map(() => NaN) } : { kind, values };
}
