/** Classes of which one is rare. */
import { defineFinding, ofRows, percent } from '../look.ts';

const RARE = 10;
const FEW = 4;
const FEWEST_ROWS = 10;

export default defineFinding({
  name: 'imbalance',
  look(table) {
    const { target, split } = table;
    if (!target?.labels || target.classes.length < 2) return [];
    const counts = new Float64Array(target.classes.length);
    let rows = 0;
    for (const label of target.labels) {
      if (label < 0) continue;
      rows += 1;
      counts[label] = (counts[label] ?? 0) + 1;
    }
    const order = [...counts.keys()].sort((a, b) => (counts[a] ?? 0) - (counts[b] ?? 0));
    const [least = 0, most = 0] = [order[0], order.at(-1)];
    const [few, many] = [counts[least] ?? 0, counts[most] ?? 0];
    const isTiny = few < FEWEST_ROWS && rows >= FEWEST_ROWS * target.classes.length;
    if (many < FEW * few && !isTiny) return [];
    const { name, index } = target.column;
    return [
      {
        ...{
          severity: many >= RARE * few || isTiny ? ('warning' as const) : ('info' as const),
          columns: [index],
        },
        message: `${name} is ${target.classes[least] ?? ''} in ${ofRows(few, rows, table)} (${percent(few / rows)}), and ${target.classes[most] ?? ''} in ${percent(many / rows)}.`,
        consequence: `Who always says ${target.classes[most] ?? ''} is right in ${percent(many / rows)}; look at more than accuracy, and keep its share in every part.`,
        fixes:
          split.kind === undefined || split.kind === 'random'
            ? [{ label: 'Split stratified', options: {}, split: { kind: 'stratified' as const } }]
            : [],
      },
    ];
  },
});
