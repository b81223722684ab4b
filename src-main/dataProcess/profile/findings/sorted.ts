/** Rows that stand in the order of the target. */
import { defineFinding, ofRows } from '../look.ts';

const FEWEST_ROWS = 20;
/** Of the changes from row to row that chance would make. */
const FEW_CHANGES = 0.2;

export default defineFinding({
  name: 'sorted',
  look(table) {
    const { target } = table;
    const values = (
      target?.labels ? Float64Array.from(target.labels) : target?.column.values
    )?.filter((value) => value >= 0 || (!target?.labels && value < 0));
    if (!target || !values || values.length < FEWEST_ROWS) return [];
    const { name, index } = target.column;
    let [changes, rises, falls] = [0, 0, 0];
    for (let row = 1; row < values.length; row++) {
      const [before, now] = [values[row - 1] ?? 0, values[row] ?? 0];
      changes += Number(now !== before);
      rises += Number(now >= before);
      falls += Number(now <= before);
    }
    const steps = values.length - 1;
    const isSorted = target.labels
      ? changes < FEW_CHANGES * chanceOf(values) * steps
      : Math.max(rises, falls) === steps && changes > 1;
    if (!isSorted || changes === 0) return [];
    const told = target.labels
      ? `it changes in ${ofRows(changes, steps, table)}`
      : `each is ${rises === steps ? 'at least' : 'at most'} the one before`;
    return [
      {
        ...{ severity: 'info', columns: [index] },
        message: `The rows stand sorted by ${name}: ${told}.`,
        consequence:
          'Random and stratified parts do not mind; the first rows alone show no other class, nor would a part that is cut off at the end.',
        fixes: [],
      },
    ];
  },
});

/** How likely two rows differ. */
function chanceOf(labels: Float64Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].reduce((rest, count) => rest - (count / labels.length) ** 2, 1);
}
