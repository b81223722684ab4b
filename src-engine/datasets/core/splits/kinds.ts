/** The ways to split: each says for every row of a pool which part it is in. */
import { foldBounds, type SplitCounts, timeFold } from '#engine/ir/batches.ts';
import type { SplitKind } from '#engine/ir/trainingSettings.ts';
import { inputError } from '#engine/ir/problem.ts';
import type { DataTable, RowFacts } from '#engine/datasets/define.ts';
import { groupRows, rowRange } from '#engine/datasets/shared/rowNumbers.ts';
import { apportion } from './apportion.ts';
import { labelsOf } from './labels.ts';

export const PART = {
  ...{ train: 0, validation: 1, test: 2 },
  /** In no part: what is not there yet for a fold, and what reaches into an earlier part. */
  ...{ unused: 3, overlapping: 4 },
} as const;

export interface Pool {
  readonly table: SplitTable;
  /** Rows of the table that are split. */
  readonly rows: Int32Array;
  /** Places in `rows`, shuffled by the seed. */
  readonly order: Int32Array;
  /** What random parts have; other kinds come as near as they can. */
  readonly counts: SplitCounts;
  /** Validation is the one of so many equal parts, counted from 0; null: a share. */
  readonly fold: { readonly index: number; readonly count: number } | null;
}
export type SplitTable = Pick<DataTable, 'count' | 'testStart'> &
  Partial<Pick<DataTable, 'columns' | 'rowFacts'>>;

/** The part of each place in `rows`. */
type Kind = (pool: Pool) => Uint8Array;

export const SPLIT_KINDS: Readonly<Record<SplitKind, Kind>> = {
  random({ rows, order, counts, fold }) {
    const sizes = partSizes(rows.length, counts, fold);
    const parts = partOfSlot(fold);
    const found = new Uint8Array(rows.length);
    let at = 0;
    sizes.forEach((size, slot) => {
      for (const end = at + size; at < end; at++) found[order[at] ?? 0] = parts(slot);
    });
    return found;
  },

  /** As random, class by class: each has its share of each part, rounded down or up. */
  stratified({ table, rows, order, counts, fold }) {
    const labels = labelsOf(table);
    if (!labels) {
      throw inputError('data.no-classes', 'This data has no classes to stratify by.', {
        explanation: 'Split it at random, or choose a label for each sample.',
      });
    }
    const sizes = partSizes(rows.length, counts, fold);
    const parts = partOfSlot(fold);
    // In the order of their first rows: which class is rounded up follows from the seed.
    const classes = [...groupRows(order, (place) => labels[rows[place] ?? 0] ?? 0).values()];
    const quotas = apportion(
      classes.map(({ length }) => length),
      sizes,
    );
    const found = new Uint8Array(rows.length);
    classes.forEach((members, i) => {
      let at = 0;
      (quotas[i] ?? []).forEach((quota, slot) => {
        for (const end = at + quota; at < end; at++) found[members[at] ?? 0] = parts(slot);
      });
    });
    return found;
  },

  byGroup(pool) {
    const { rows, order, counts, fold } = pool;
    const group = factOf(pool, 'group');
    // A row without a group is one by itself.
    const key = (place: number): number => {
      const id = group[rows[place] ?? 0] ?? -1;
      return id < 0 ? -1 - place : id;
    };
    const sizes = new Map<number, number>();
    for (const place of order) sizes.set(key(place), (sizes.get(key(place)) ?? 0) + 1);
    const left = [...sizes];
    const parts = new Map<number, number>();
    takeGroups(left, counts.test).forEach((id) => parts.set(id, PART.test));
    if (fold) groupFold(left, fold).forEach((id) => parts.set(id, PART.validation));
    else takeGroups(left, counts.validation).forEach((id) => parts.set(id, PART.validation));
    const found = new Uint8Array(rows.length);
    for (let place = 0; place < rows.length; place++) {
      found[place] = parts.get(key(place)) ?? PART.train;
    }
    return found;
  },

  /**
   * The latest rows test, those before them validate; rows without a time are the earliest. What begins before an
   * earlier part has ended is in none: of a forecast that takes several rows some would be trained on.
   */
  byTime(pool) {
    const { rows, counts, fold } = pool;
    const time = factOf(pool, 'time');
    const at = (place: number): number => {
      const value = time[rows[place] ?? 0] ?? NaN;
      return Number.isNaN(value) ? -Infinity : value;
    };
    const byTime = rowRange(0, rows.length).sort((a, b) => {
      const [first, second] = [at(a), at(b)];
      return first < second ? -1 : first > second ? 1 : a - b;
    });
    const rest = rows.length - counts.test;
    const window = fold
      ? timeFold(rest, fold.index, fold.count)
      : { start: rest - counts.validation, end: rest };
    if (fold && window.end === window.start) throw tooFewForFolds(rest, 'samples', fold.count + 1);
    const found = new Uint8Array(rows.length);
    byTime.forEach((place, i) => {
      found[place] =
        i >= rest
          ? PART.test
          : i < window.start
            ? PART.train
            : i < window.end
              ? PART.validation
              : PART.unused;
    });
    return withoutOverlaps(found, pool);
  },

  byColumn(pool) {
    const { rows, fold } = pool;
    const part = factOf(pool, 'part');
    if (fold) {
      throw inputError('data.folds-of-column', 'A column that says the parts has no folds.', {
        explanation: 'Turn folds off, or split at random, stratified, by group or by time.',
      });
    }
    const found = new Uint8Array(rows.length);
    for (let place = 0; place < rows.length; place++) {
      found[place] = part[rows[place] ?? 0] ?? PART.train;
    }
    return found;
  },
};

function withoutOverlaps(found: Uint8Array, { table, rows }: Pool): Uint8Array {
  const { time, from } = table.rowFacts ?? {};
  if (!time || !from) return found;
  let end = -Infinity;
  for (const part of [PART.train, PART.validation, PART.test]) {
    const before = end;
    rows.forEach((row, place) => {
      if (found[place] !== part) return;
      if ((from[row] ?? NaN) <= before) found[place] = PART.overlapping;
      else end = Math.max(end, time[row] ?? -Infinity);
    });
  }
  return found;
}

/** Test, then validation and training, or all folds. */
function partSizes(
  rows: number,
  { test, validation }: SplitCounts,
  fold: Pool['fold'],
): readonly number[] {
  if (!fold) return [test, validation, rows - test - validation];
  if (rows - test < fold.count) throw tooFewForFolds(rows - test, 'samples', fold.count);
  const folds = Array.from({ length: fold.count }, (_, i) => {
    const { start, end } = foldBounds(rows - test, i, fold.count);
    return end - start;
  });
  return [test, ...folds];
}

const partOfSlot =
  (fold: Pool['fold']) =>
  (slot: number): number => {
    if (slot === 0) return PART.test;
    return slot === (fold ? fold.index + 1 : 1) ? PART.validation : PART.train;
  };

/**
 * Takes groups out of `left` in their order as long as each brings the number of rows nearer to the wanted one;
 * at least the smallest, but never the last that is left to train on.
 */
function takeGroups(left: [number, number][], wanted: number): readonly number[] {
  if (wanted <= 0) return [];
  const taken: number[] = [];
  let rows = 0;
  for (const entry of [...left]) {
    const [id, size] = entry;
    if (left.length === 1 || Math.abs(rows + size - wanted) >= Math.abs(rows - wanted)) continue;
    left.splice(left.indexOf(entry), 1);
    taken.push(id);
    rows += size;
  }
  if (taken.length > 0 || left.length < 2) return taken;
  const smallest = left.reduce((least, each) => (each[1] < least[1] ? each : least));
  left.splice(left.indexOf(smallest), 1);
  return [smallest[0]];
}

/** The largest groups first, each into the fold that has fewest rows. */
function groupFold(
  groups: readonly (readonly [number, number])[],
  { index, count }: { readonly index: number; readonly count: number },
): readonly number[] {
  if (groups.length < count) throw tooFewForFolds(groups.length, 'groups', count);
  const folds = Array.from({ length: count }, () => ({ rows: 0, ids: [] as number[] }));
  for (const [id, size] of groups.toSorted((a, b) => b[1] - a[1])) {
    const lightest = folds.reduce((least, each) => (each.rows < least.rows ? each : least));
    lightest.rows += size;
    lightest.ids.push(id);
  }
  return folds[index]?.ids ?? [];
}

function factOf<K extends keyof RowFacts>({ table }: Pool, fact: K): NonNullable<RowFacts[K]> {
  const found = table.rowFacts?.[fact];
  if (found) return found;
  throw inputError(`data.no-${fact}`, `This data does not say the ${fact} of each sample.`, {
    path: 'training.split.kind',
    explanation: `Name a column of the table in its option "${fact}" (--data-option ${fact}=COLUMN), or split at random or stratified.`,
  });
}

const tooFewForFolds = (count: number, what: string, folds: number): Error =>
  inputError('data.too-few-for-folds', `${count} ${what} do not make ${folds} parts.`, {
    path: 'training.split.folds',
    explanation: 'Take fewer folds.',
  });
