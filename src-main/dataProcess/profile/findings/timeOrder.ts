/** Rows that stand in the order of their time. */
import { isNamedTime } from '#engine/datasets/index.ts';
import { formatYears } from '#engine/runs/numberText.ts';
import { defineFinding, type LookedColumn, optionName, shown } from '../look.ts';

const FEWEST_ROWS = 20;
/** Other numbers repeat and stand in order, too: so many different ones are a clock. */
const FEWEST_MOMENTS = 10;

export default defineFinding({
  name: 'time-order',
  look(table) {
    if (table.split.kind === 'byTime' || table.looked < FEWEST_ROWS) return [];
    const column = table.columns.find(
      (each) =>
        (each.kind === 'dates' || (each.kind === 'numbers' && isNamedTime(each.name))) &&
        each.role !== 'target' &&
        each.distinct >= FEWEST_MOMENTS &&
        isInOrder(each),
    );
    if (!column) return [];
    const { index, name, numbers, kind } = column;
    const written = kind === 'dates' ? formatYears : shown;
    const ends = numbers ? `, from ${written(numbers.min)} to ${written(numbers.max)}` : '';
    const { target } = table;
    const time = optionName(table, column);
    const isSeries = target !== null && target.labels === null;
    return [
      {
        ...{ severity: 'warning', columns: [index] },
        message: `The rows are in the order of ${name}${ends}.`,
        consequence:
          'Split at random, a network is asked about moments between those that it was shown: that is easier than the future.',
        fixes: [
          {
            label: `Split by ${name}: train on what is earlier`,
            options: { time },
            split: { kind: 'byTime' },
          },
          // Of what is measured again and again, the past tells more than the moment.
          ...(isSeries
            ? [
                {
                  label: `Forecast ${target.column.name} from the rows before`,
                  ...{ rowsAs: 'windows', split: { kind: 'byTime' as const } },
                  options: { target: optionName(table, target.column), time },
                },
              ]
            : []),
        ],
      },
    ];
  },
});

function isInOrder({ values }: LookedColumn): boolean {
  const known = values.filter((value) => !Number.isNaN(value));
  const rises = known.every((value, i) => i === 0 || value >= (known[i - 1] ?? 0));
  return rises || known.every((value, i) => i === 0 || value <= (known[i - 1] ?? 0));
}
