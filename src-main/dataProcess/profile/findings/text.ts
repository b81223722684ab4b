/** Columns of words that are too many to be categories. */
import { defineFinding, ignoring, stepFix } from '../look.ts';

export default defineFinding({
  name: 'text',
  look(table) {
    return table.columns
      .filter(
        ({ kind, isLeftOut, distinct, role }) =>
          role === 'ignore' &&
          kind === 'words' &&
          isLeftOut &&
          distinct > table.options.maxCategories,
      )
      .map((column) => ({
        ...{ severity: 'info', columns: [column.index] },
        message: `${column.name} holds words, ${column.distinctIsApproximate ? 'about ' : ''}${column.distinct} different ones.`,
        consequence: `It is left out: more than ${table.options.maxCategories} are not made features of their own.`,
        fixes: [
          ignoring(table, [column]),
          stepFix(table, `Hash ${column.name}`, { step: 'hashing', columns: [column.name] }),
        ],
      }));
  },
});
