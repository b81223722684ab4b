/** Skewed numbers on a scale of ratios. */
import { COLUMNS, defineColumnStep } from '../define.ts';
import { mapped, shown } from '../numbers.ts';

export default defineColumnStep({
  id: 'log',
  label: 'Logarithm',
  doc: 'The natural logarithm, for numbers of which few are very large.',
  order: 80,
  attrs: {
    columns: COLUMNS,
    method: {
      kind: 'choice',
      default: 'signed',
      options: ['signed', 'offset'],
      optionLabels: {
        signed: 'Of 1 + the size, with its sign',
        offset: 'Of the number + an offset',
      },
      help: 'The first takes every number; by the second, what is not above 0 after the offset becomes a gap.',
    },
    offset: { kind: 'number', default: 1, help: 'What is added before.' },
  },
  takes: () => ['number'],
  isFitted: () => false,
  fit: () => Promise.resolve({}),
  gives: (column) => [column],
  apply: (column, { method, offset }) =>
    mapped(
      column,
      method === 'signed'
        ? (value) => Math.sign(value) * Math.log1p(Math.abs(value))
        : (value) => Math.log(value + offset),
    ),
  describe: (_column, { method, offset }) =>
    method === 'signed'
      ? 'the logarithm of 1 + its size, with its sign'
      : `the logarithm of it + ${shown(offset)}`,
  onnx: {
    number: (e, value, { method, offset }) => {
      if (method === 'signed') {
        const size = e.op('Log', [e.op('Add', [e.op('Abs', [value]), e.floats([1], [1])])]);
        return [e.op('Mul', [e.op('Sign', [value]), size])];
      }
      const moved = e.op('Add', [value, e.floats([offset], [1])]);
      const isAbove = e.op('Greater', [moved, e.floats([0], [1])]);
      return [e.op('Where', [isAbove, e.op('Log', [moved]), e.floats([NaN], [1])])];
    },
    words: { reason: 'it takes numbers' },
  },
  python: `def log(column, attrs, fitted):
    """On a scale of ratios."""
    if attrs["method"] == "signed":
        return [np.sign(column) * np.log1p(np.abs(column))]
    moved = column + attrs["offset"]
    return [np.log(np.where(moved > 0, moved, np.nan))]
`,
});
