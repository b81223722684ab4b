/** Mean 0 and deviation 1 over the training rows. Reference: scikit-learn's StandardScaler. */
import { COLUMNS, defineColumnStep } from '../define.ts';
import { mapped, moments, shown } from '../numbers.ts';
import { scaled, SCALE_PYTHON } from '../scaling.ts';

export default defineColumnStep({
  id: 'standardise',
  label: 'Standardise',
  doc: 'Subtracts the mean of the training rows and divides by their standard deviation; a constant is only shifted.',
  order: 50,
  attrs: { columns: COLUMNS },
  takes: () => ['number'],
  isFitted: () => true,
  async fit(column) {
    const { mean, deviation } = await moments(column);
    return { shift: mean, by: deviation > 0 ? deviation : 1 };
  },
  gives: (column) => [column],
  apply: (column, _attrs, { shift, by }) => mapped(column, (value) => (value - shift) / by),
  describe: (_column, _attrs, { shift, by }) =>
    `less the mean, ${shown(shift)}, divided by the deviation, ${shown(by)}`,
  onnx: {
    number: (e, value, _attrs, fitted) => [scaled(e, value, fitted)],
    words: { reason: 'it takes numbers' },
  },
  python: `def standardise(column, attrs, fitted):
    """Mean 0 and deviation 1."""
    ${SCALE_PYTHON}
`,
});
