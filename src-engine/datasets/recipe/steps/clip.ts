/** Numbers beyond a limit take it. */
import { COLUMNS, defineColumnStep } from '../define.ts';
import { mapped, quantile, sampleText, shown, sortedValues } from '../numbers.ts';

interface Fitted {
  readonly [key: string]: number | null;
  readonly low: number;
  readonly high: number;
  readonly sampled: number | null;
}

export default defineColumnStep({
  id: 'clip',
  label: 'Clip',
  doc: 'What lies beyond a limit takes it: two percentiles of the training rows, or two numbers.',
  order: 100,
  attrs: {
    columns: COLUMNS,
    by: {
      kind: 'choice',
      default: 'percentiles',
      options: ['percentiles', 'values'],
      optionLabels: { percentiles: 'Percentiles', values: 'Numbers' },
      help: 'What the limits are.',
    },
    low: { kind: 'number', default: 1, help: 'The lower limit; as a percentile from 0 to 100.' },
    high: { kind: 'number', default: 99, help: 'The upper limit; as a percentile from 0 to 100.' },
  },
  takes: () => ['number'],
  isFitted: ({ by }) => by === 'percentiles',
  async fit(column, { by, low, high }): Promise<Fitted> {
    if (by === 'values') return { low, high: Math.max(low, high), sampled: null };
    const { values, sampled } = await sortedValues(column);
    const at = (percent: number): number =>
      quantile(values, Math.min(100, Math.max(0, percent)) / 100);
    return { low: at(low), high: at(Math.max(low, high)), sampled };
  },
  gives: (column) => [column],
  apply: (column, _attrs, { low, high }) =>
    mapped(column, (value) => Math.min(Math.max(value, low), high)),
  describe: (_column, _attrs, { low, high, sampled }) =>
    `kept within ${shown(low)} and ${shown(high)}${sampleText(sampled)}`,
  onnx: {
    // Not Clip, nor Min and Max: what these answer for a gap depends on the runtime.
    number: (e, value, _attrs, { low, high }) => {
      const [least, most] = [e.floats([low], [1]), e.floats([high], [1])];
      const above = e.op('Where', [e.op('Less', [value, least]), least, value]);
      return [e.op('Where', [e.op('Greater', [above, most]), most, above])];
    },
    words: { reason: 'it takes numbers' },
  },
  python: `def clip(column, attrs, fitted):
    """What lies beyond a limit takes it."""
    return [np.clip(column, fitted["low"], fitted["high"])]
`,
});
