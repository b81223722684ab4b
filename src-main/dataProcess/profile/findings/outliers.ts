/** Numbers far from all others. */
import { defineFinding, isFeature, type LookedColumn, ofRows, shown, stepFix } from '../look.ts';

const MOST_FOUND = 6;
/** Quartile distances beyond the quartiles; nearer ones are the tail of a skewed column. */
const FAR = 3;
const FEWEST_ROWS = 50;
const SKEWED = 2;

export default defineFinding({
  name: 'outliers',
  look(table) {
    return table.columns
      .filter(
        (column) =>
          isFeature(column) &&
          column.kind === 'numbers' &&
          farthest(column) > FAR &&
          table.looked >= FEWEST_ROWS,
      )
      .toSorted((a, b) => farthest(b) - farthest(a))
      .slice(0, MOST_FOUND)
      .flatMap((column) => {
        const { numbers, index, name, values } = column;
        if (!numbers || numbers.outliers === 0) return [];
        const filled = values.reduce((count, value) => count + Number(value === value), 0);
        const end = numbers.max - numbers.q3 > numbers.q1 - numbers.min ? numbers.max : numbers.min;
        const isSkewed = numbers.skew > SKEWED && numbers.min >= 0;
        return [
          {
            ...{ severity: 'info' as const, columns: [index] },
            message: `${name} lies far out in ${ofRows(numbers.outliers, filled, table)}, up to ${shown(end)} with a median of ${shown(numbers.median)}.`,
            consequence:
              'Scaled by its spread, the rest lies close together. Are they mistakes, or are they what matters?',
            fixes: [
              ...(isSkewed
                ? [
                    stepFix(table, `Take the logarithm of ${name}`, {
                      step: 'log',
                      columns: [name],
                    }),
                  ]
                : []),
              stepFix(table, `Clip ${name} to its 1st and 99th percentile`, {
                step: 'clip',
                columns: [name],
              }),
            ],
          },
        ];
      });
  },
});

function farthest({ numbers }: LookedColumn): number {
  if (!numbers || !(numbers.q3 > numbers.q1)) return 0;
  const distance = Math.max(numbers.max - numbers.q3, numbers.q1 - numbers.min);
  return distance / (numbers.q3 - numbers.q1);
}
