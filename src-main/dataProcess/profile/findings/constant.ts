/** Columns that say the same (nearly) everywhere. */
import { defineFinding, ignoring, isFeature, ofRows, shown } from '../look.ts';

const NEARLY_ALL = 0.995;
/** Of fewer rows a rare value is nothing special. */
const FEWEST_ROWS = 200;

export default defineFinding({
  name: 'constant',
  look(table) {
    return table.columns.flatMap((column) => {
      const { kind, values, words, index, name, distinct, isLeftOut } = column;
      if (kind === 'empty' || !(isFeature(column) || isLeftOut)) return [];
      const counts = new Map<number, number>();
      let filled = 0;
      for (const value of values) {
        if (Number.isNaN(value)) continue;
        filled += 1;
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const [value, count] = [...counts].reduce(
        (most, each) => (each[1] > most[1] ? each : most),
        [NaN, 0],
      );
      const isConstant = distinct === 1;
      if (!isConstant && !(filled >= FEWEST_ROWS && count >= NEARLY_ALL * filled)) return [];
      const said = kind === 'words' ? (words[value] ?? '').slice(0, 60) : shown(value);
      return [
        {
          ...{ severity: isConstant ? ('warning' as const) : ('info' as const), columns: [index] },
          message: `${name} says ${said} in ${ofRows(count, filled, table)}.`,
          consequence: isConstant
            ? 'It teaches nothing.'
            : 'It teaches little, and what it says elsewhere is seen too rarely.',
          fixes: [ignoring(table, [column])],
        },
      ];
    });
  },
});
