/** Tables of which no column is a feature: texts with their labels, most of them. */
import { defineFinding, isFeature, optionName } from '../look.ts';

export default defineFinding({
  name: 'no-features',
  look(table) {
    const { columns, target } = table;
    if (columns.some(isFeature)) return [];
    const text = columns.find(({ kind, isLeftOut }) => kind === 'words' && isLeftOut);
    if (!text) return [];
    return [
      {
        ...{ severity: 'danger', columns: [text.index] },
        message: `${text.name} holds texts, and no other column can serve as a feature.`,
        consequence: 'Nothing is left to learn from; read as texts, their words are.',
        fixes: [
          {
            label: `Read ${text.name} as texts`,
            rowsAs: 'text',
            options: {
              column: optionName(table, text),
              ...(target && { target: optionName(table, target.column) }),
            },
          },
        ],
      },
    ];
  },
});
