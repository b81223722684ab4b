/** The range of the training rows becomes another one. Reference: scikit-learn's MinMaxScaler. */
import { COLUMNS, defineColumnStep } from '../define.ts';
import { mapped, moments, shown } from '../numbers.ts';

export default defineColumnStep({
  id: 'minMax',
  label: 'Min-max',
  doc: 'Brings the range of the training rows to that from low to high; other rows may lie outside of it.',
  order: 60,
  attrs: {
    columns: COLUMNS,
    low: { kind: 'number', default: 0, help: 'What the least number becomes.' },
    high: { kind: 'number', default: 1, help: 'What the greatest number becomes.' },
  },
  takes: () => ['number'],
  isFitted: () => true,
  async fit(column) {
    const { min, max } = await moments(column);
    return { min, max };
  },
  gives: (column) => [column],
  apply(column, { low, high }, { min, max }) {
    const factor = (high - low) / (max > min ? max - min : 1);
    return mapped(column, (value) => (value - min) * factor + low);
  },
  describe: (_column, { low, high }, { min, max }) =>
    `${shown(min)} to ${shown(max)} become ${shown(low)} to ${shown(high)}`,
  onnx: {
    number: (e, value, { low, high }, { min, max }) => {
      const factor = (high - low) / (max > min ? max - min : 1);
      const moved = e.op('Mul', [
        e.op('Sub', [value, e.floats([min], [1])]),
        e.floats([factor], [1]),
      ]);
      return [e.op('Add', [moved, e.floats([low], [1])])];
    },
    words: { reason: 'it takes numbers' },
  },
  python: `def min_max(column, attrs, fitted):
    """The range of the training rows becomes that from low to high."""
    width = fitted["max"] - fitted["min"]
    factor = (attrs["high"] - attrs["low"]) / (width if width > 0 else 1.0)
    return [(column - fitted["min"]) * factor + attrs["low"]]
`,
});
