/** Median 0 and the middle half within a width of 1. Reference: scikit-learn's RobustScaler. */
import { COLUMNS, defineColumnStep } from '../define.ts';
import { mapped, quantile, sampleText, shown, sortedValues } from '../numbers.ts';
import { scaled, SCALE_PYTHON } from '../scaling.ts';

export default defineColumnStep({
  id: 'robust',
  label: 'Robust scale',
  doc: 'Subtracts the median of the training rows and divides by the distance between their quartiles, which outliers do not move.',
  order: 70,
  attrs: { columns: COLUMNS },
  takes: () => ['number'],
  isFitted: () => true,
  async fit(column) {
    const { values, sampled } = await sortedValues(column);
    const width = quantile(values, 0.75) - quantile(values, 0.25);
    return { shift: quantile(values, 0.5), by: width > 0 ? width : 1, sampled };
  },
  gives: (column) => [column],
  apply: (column, _attrs, { shift, by }) => mapped(column, (value) => (value - shift) / by),
  describe: (_column, _attrs, { shift, by, sampled }) =>
    `less the median, ${shown(shift)}, divided by the distance of the quartiles, ${shown(by)}${sampleText(sampled)}`,
  onnx: {
    number: (e, value, _attrs, fitted) => [scaled(e, value, fitted)],
    words: { reason: 'it takes numbers' },
  },
  python: `def robust(column, attrs, fitted):
    """Median 0, the middle half within a width of 1."""
    ${SCALE_PYTHON}
`,
});
