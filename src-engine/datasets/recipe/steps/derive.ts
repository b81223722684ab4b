/** A column that is computed from others. */
import { defineDeriveStep } from '../define.ts';

export default defineDeriveStep({
  id: 'derive',
  label: 'New column',
  doc: 'A column that is computed from others, row by row.',
  order: 130,
  attrs: {
    name: {
      kind: 'text',
      default: '',
      maxLength: 200,
      help: 'What it is called; the name of a column replaces it.',
    },
    expression: {
      kind: 'text',
      default: '',
      maxLength: 2000,
      help: 'Such as Fare / (SibSp + Parch + 1), log(Fare + 1) or where(Age < 16, 1, 0). Names with blanks stand in column("...").',
    },
  },
  name: ({ name }) => name,
  expression: ({ expression }) => expression,
});
