/** Rows that are not trained on. */
import { defineRowStep } from '../define.ts';

export default defineRowStep({
  id: 'filter',
  label: 'Filter rows',
  doc: 'Keeps the rows for which an expression holds, in training and evaluation; whoever predicts a row gets an answer.',
  order: 120,
  attrs: {
    expression: {
      kind: 'text',
      default: '',
      maxLength: 2000,
      help: 'Such as Age >= 18 and Sex == "female". A gap makes it not hold; missing(Age) asks for one.',
    },
  },
  expression: ({ expression }) => expression,
});
