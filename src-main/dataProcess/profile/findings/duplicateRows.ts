/** Rows that are there twice. */
import { defineFinding, optionName, percent } from '../look.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** More than this share is no accident of a few columns of small numbers. */
const MANY = 0.01;

export default defineFinding({
  name: 'duplicate-rows',
  look(table) {
    const { duplicates, rowCount, columns } = table;
    if (!duplicates) return [];
    const ids = columns.filter(({ role }) => role === 'id');
    // An id that is the same where the row is the same keeps copies in one part.
    const tie = ids.find(
      ({ missing, distinct, distinctIsApproximate }) =>
        missing === 0 && !distinctIsApproximate && rowCount - distinct === duplicates,
    );
    const but = ids.length > 0 && !tie ? `, ${ids.map(({ name }) => name).join(', ')} aside` : '';
    return [
      {
        severity: duplicates > MANY * rowCount ? 'warning' : 'info',
        columns: [],
        message: `${formatInteger(duplicates)} of ${formatInteger(rowCount)} rows (${percent(duplicates / rowCount)}) repeat an earlier one${but}.`,
        consequence:
          'Where copies are on both sides of a split, results on held-out rows are too good.',
        fixes: tie
          ? [
              {
                label: `Keep rows of one ${tie.name} together`,
                options: { group: optionName(table, tie) },
                split: { kind: 'byGroup' },
              },
            ]
          : [],
      },
    ];
  },
});
