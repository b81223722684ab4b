/** Columns that number or name the rows. */
import { defineFinding, ignoring } from '../look.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export default defineFinding({
  name: 'id',
  look(table) {
    const { columns, rowCount } = table;
    const left = columns.filter(({ role }) => role === 'id');
    return left.map((column) => ({
      ...{ severity: 'info', columns: [column.index] },
      message: `${column.name}: ${column.roleWhy ?? 'it names the rows'}, ${column.distinctIsApproximate ? 'about ' : ''}${formatInteger(column.distinct)} different values in ${formatInteger(rowCount)} rows.`,
      consequence: 'It is left out: it teaches nothing of rows to come.',
      fixes: [ignoring(table, [column])],
    }));
  },
});
