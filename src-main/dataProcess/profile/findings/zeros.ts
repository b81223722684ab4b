/** Zeros that may stand for "unknown": a few rows hold exactly 0, and nothing lies between it and all others. */
import { defineFinding, isFeature, type LookedColumn, ofRows, shown, stepFix } from '../look.ts';

/** Of so few different numbers they are counts, of which nothing is one. */
const FEWEST_DIFFERENT = 40;
const FEWEST_ZEROS = 3;
/** More rows than this are none that nobody knew: often there is nothing of it. */
const MOST_ZEROS = 0.5;
/** The smallest other number is at least this share of the first quartile of the others. */
const GAP = 0.2;
const QUARTILE = 0.25;
/** What a row filter can name as it is. */
const PLAIN_NAME = /^[A-Za-z_]\w*$/;

export default defineFinding({
  name: 'zeros',
  look(table) {
    return table.columns.flatMap((column) => {
      const gap = gapAboveZero(column);
      if (!gap) return [];
      const { name, index } = column;
      return [
        {
          ...{ severity: 'info' as const, columns: [index] },
          message: `${name} is 0 in ${ofRows(gap.zeros, gap.filled, table)}; the smallest of the others is ${shown(gap.smallest)}.`,
          consequence:
            'Nothing lies between: 0 may say that nobody knew. Such cells are better empty.',
          fixes: PLAIN_NAME.test(name)
            ? [
                stepFix(table, `Leave out rows where ${name} is 0`, {
                  ...{ step: 'filter', expression: `${name} > 0 or missing(${name})` },
                }),
              ]
            : [],
        },
      ];
    });
  },
});

function gapAboveZero(column: LookedColumn) {
  const { kind, numbers, values, distinct } = column;
  const isAsked = kind === 'numbers' && isFeature(column) && distinct >= FEWEST_DIFFERENT;
  if (!isAsked || !numbers || numbers.min !== 0 || numbers.zeros < FEWEST_ZEROS) return null;
  const others = Float64Array.from(values.filter((value) => value > 0)).sort();
  const zeros = values.reduce((count, value) => count + Number(value === 0), 0);
  const filled = zeros + others.length;
  const smallest = others[0] ?? 0;
  const quartile = others[Math.floor(QUARTILE * others.length)] ?? Infinity;
  const isTold = zeros <= MOST_ZEROS * filled && smallest >= GAP * quartile;
  return isTold ? { zeros, filled, smallest } : null;
}
