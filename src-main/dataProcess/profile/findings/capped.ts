/** Numbers that were cut off: many rows say exactly the largest or the smallest. */
import { defineFinding, isFeature, ofRows, shown } from '../look.ts';

/** Of the rows; of columns of at least so many different numbers. */
const MANY = 0.01;
/** A smaller share is a limit where it stands out this far. */
const SOME = 0.001;
const FEWEST_AT_END = 20;
const STANDS_FAR_OUT = 10;
const FEWEST_DIFFERENT = 50;
const FEWEST_ROWS = 200;
/** Times as many as the most frequent other number; at the largest, as the most frequent of the next few. */
const STANDS_OUT = 3;
const BESIDE = 5;

/** Counts pile up at the smallest of what is counted, too, with many more beside it; at the largest they do not. */
const nearest = (counts: ReadonlyMap<number, number>, end: number) =>
  [...counts].toSorted(([a], [b]) => Math.abs(a - end) - Math.abs(b - end)).slice(1, 1 + BESIDE);

function mostOf(counts: Iterable<readonly [number, number]>, end: number): number {
  let most = 0;
  for (const [value, count] of counts) if (value !== end) most = Math.max(most, count);
  return most;
}

export default defineFinding({
  name: 'capped',
  look(table) {
    return table.columns.flatMap((column) => {
      const { kind, numbers, values, index, name, role, distinct } = column;
      const isAsked = kind === 'numbers' && (role === 'target' || isFeature(column));
      if (!isAsked || !numbers || distinct < FEWEST_DIFFERENT) return [];
      const counts = new Map<number, number>();
      let filled = 0;
      for (const value of values) {
        if (Number.isNaN(value)) continue;
        filled += 1;
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      if (filled < FEWEST_ROWS) return [];
      return [numbers.max, numbers.min].flatMap((end) => {
        const count = counts.get(end) ?? 0;
        // Nothing of something is no limit.
        if (end === 0 || count < SOME * filled) return [];
        const rivals = end === numbers.max ? nearest(counts, end) : counts;
        const others = mostOf(rivals, end);
        const isFew = count < MANY * filled;
        if (isFew && count < FEWEST_AT_END) return [];
        if (count < (isFew ? STANDS_FAR_OUT : STANDS_OUT) * others) return [];
        return [
          {
            ...{
              severity: role === 'target' ? ('warning' as const) : ('info' as const),
              columns: [index],
            },
            message: `${name} is exactly ${shown(end)}, its ${end === numbers.max ? 'largest' : 'smallest'}, in ${ofRows(count, filled, table)}.`,
            consequence: 'It may have been cut off there: what lies beyond cannot be told from it.',
            fixes: [],
          },
        ];
      });
    });
  },
});
