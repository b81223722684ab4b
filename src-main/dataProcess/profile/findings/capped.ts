/** Numbers that were cut off: many rows say exactly the largest or the smallest. */
import { defineFinding, isFeature, ofRows, shown } from '../look.ts';

/** Of the rows; of columns of at least so many different numbers. */
const MANY = 0.01;
const FEWEST_DIFFERENT = 50;
const FEWEST_ROWS = 200;
/** Times as many as the most frequent other number. */
const STANDS_OUT = 3;

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
        if (end === 0 || count < MANY * filled) return [];
        const others = [...counts].reduce(
          (most, [value, n]) => (value === end ? most : Math.max(most, n)),
          0,
        );
        if (count < STANDS_OUT * others) return [];
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
