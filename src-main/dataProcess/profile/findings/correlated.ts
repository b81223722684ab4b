/** Features that say the same: numbers on a line, words one for one. */
import {
  defineFinding,
  ignoring,
  isFeature,
  type LookedColumn,
  type LookedTable,
} from '../look.ts';
import { correlation, toldByCodes } from '../relation.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const STRONG = 0.95;
const MOST_COLUMNS = 100;
/** Enough to tell a strong one. */
const MOST_ROWS = 20_000;
const MOST_PAIRS = 8;
const MOST_WORDS = 50;

export default defineFinding({
  name: 'correlated',
  look(table) {
    const pairs = [...ofNumbers(table), ...ofWords(table)].toSorted((a, b) => b.size - a.size);
    return pairs.slice(0, MOST_PAIRS).map(({ a, b, told }) => ({
      ...{
        severity: 'info',
        columns: [a.index, b.index],
        message: `${a.name} and ${b.name} ${told}.`,
      },
      consequence: 'One of them will do; which one a network leans on is chance.',
      fixes: [ignoring(table, [b])],
    }));
  },
});

interface Pair {
  readonly a: LookedColumn;
  readonly b: LookedColumn;
  readonly size: number;
  readonly told: string;
}

const pairsOf = (
  columns: readonly LookedColumn[],
): readonly (readonly [LookedColumn, LookedColumn])[] =>
  columns.flatMap((a, i) => columns.slice(i + 1).map((b) => [a, b] as const));

function ofNumbers({ columns }: LookedTable): readonly Pair[] {
  const used = columns.filter(
    (column) =>
      isFeature(column) &&
      (column.kind === 'numbers' || column.kind === 'dates') &&
      column.distinct > 2,
  );
  return pairsOf(used.slice(0, MOST_COLUMNS)).flatMap(([a, b]) => {
    const r = correlation(a.values, b.values, MOST_ROWS);
    if (!(Math.abs(r) >= STRONG)) return [];
    return [
      {
        a,
        b,
        size: Math.abs(r),
        told: `go along with each other: a correlation of ${r.toFixed(3)}`,
      },
    ];
  });
}

function ofWords({ columns }: LookedTable): readonly Pair[] {
  const used = columns.filter(
    (column) =>
      isFeature(column) &&
      column.kind === 'words' &&
      column.words.length > 1 &&
      column.words.length <= MOST_WORDS,
  );
  return pairsOf(used.slice(0, MOST_COLUMNS)).flatMap(([a, b]) => {
    if (a.words.length !== b.words.length) return [];
    const labels = Int32Array.from(b.values, (code) => (code === code ? code : -1));
    const { rows, right } = toldByCodes(a.values, labels, b.words.length);
    if (rows === 0 || right < rows) return [];
    return [{ a, b, size: 1, told: `say the same in other words, in ${formatInteger(rows)} rows` }];
  });
}
