/** Nobody said what is to be predicted. */
import { defineFinding, optionName } from '../look.ts';

export default defineFinding({
  name: 'target-guessed',
  look(table) {
    const { target, columns } = table;
    if (target?.guessed == null) return [];
    const { column, guessed, runnersUp } = target;
    const choices = [column, ...runnersUp.flatMap(({ index }) => columns[index] ?? [])];
    return [
      {
        ...{ severity: 'warning', columns: [column.index] },
        message: `Nobody named a target: ${column.name} is taken, ${guessed}.`,
        consequence: 'Say which column is to be predicted.',
        fixes: choices.map((each) => ({
          label: `Predict ${each.name}`,
          options: { target: optionName(table, each) },
        })),
      },
    ];
  },
});
