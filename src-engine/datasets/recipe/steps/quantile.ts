/**
 * Numbers by how many of the training rows are below them: evenly spread, or as a bell.
 * Reference: scikit-learn's QuantileTransformer.
 */
import { COLUMNS, defineColumnStep } from '../define.ts';
import { mapped, quantile, sampleText, sortedValues } from '../numbers.ts';
import { normalQuantile } from '#engine/ops/normalQuantile.ts';

interface Fitted {
  readonly [key: string]: readonly number[] | number | null;
  /** At even shares from 0 to 1. */
  readonly quantiles: readonly number[];
  readonly sampled: number | null;
}

/** Nearer to the ends than this a bell would reach for infinity. */
const END = 1e-7;

export default defineColumnStep({
  id: 'quantile',
  label: 'Quantiles',
  doc: 'Spreads numbers evenly from 0 to 1, or as a bell, by their ranks among the training rows: outliers and skew are gone.',
  order: 90,
  attrs: {
    columns: COLUMNS,
    output: {
      kind: 'choice',
      default: 'uniform',
      options: ['uniform', 'normal'],
      optionLabels: { uniform: 'Even', normal: 'A bell' },
      help: 'How they are spread.',
    },
    quantiles: {
      kind: 'int',
      default: 100,
      min: 2,
      max: 1000,
      help: 'By how many numbers the ranks are remembered; never more than there are training rows.',
    },
  },
  takes: () => ['number'],
  isFitted: () => true,
  async fit(column, { quantiles: wanted }): Promise<Fitted> {
    const { values, sampled } = await sortedValues(column);
    const count = Math.max(1, Math.min(wanted, column.rows));
    const shares = Array.from({ length: count }, (_, i) => (count === 1 ? 0 : i / (count - 1)));
    return { quantiles: shares.map((share) => quantile(values, share)), sampled };
  },
  gives: (column) => [column],
  apply(column, { output }, { quantiles }) {
    const [least, most] = [quantiles[0] ?? 0, quantiles.at(-1) ?? 0];
    const shareOf = (value: number): number => {
      if (value <= least) return 0;
      return value >= most
        ? 1
        : (rank(quantiles, value, 'low') + rank(quantiles, value, 'high')) / 2;
    };
    return mapped(column, (value) => {
      if (Number.isNaN(value)) return NaN;
      const share = shareOf(value);
      return output === 'uniform' ? share : normalQuantile(Math.min(1 - END, Math.max(END, share)));
    });
  },
  describe: (_column, { output }, { quantiles, sampled }) =>
    `its rank among ${quantiles.length} quantiles, ${output === 'uniform' ? '0 to 1' : 'as a bell'}${sampleText(sampled)}`,
  onnx: {
    number: (e, value, { output }, { quantiles }) => {
      if (output === 'normal')
        return { reason: 'ONNX has no quantiles of the normal distribution' };
      const steps = quantiles.slice(1).map((high, i) => [quantiles[i] ?? 0, high] as const);
      const share = 1 / Math.max(1, steps.length);
      const slopes = steps.filter(([low, high]) => high > low);
      const jumps = steps.filter(([low, high]) => high === low);
      const one = (column: string, size: number, factor: readonly number[]): string =>
        e.op('MatMul', [column, e.floats(factor, [size, 1])]);
      const parts: string[] = [];
      if (slopes.length > 0) {
        const widths = slopes.map(([low, high]) => high - low);
        const from = e.op('Sub', [
          value,
          e.floats(
            slopes.map(([low]) => low),
            [1, slopes.length],
          ),
        ]);
        const above = e.op('Max', [from, e.floats([0], [1])]);
        const within = e.op('Min', [above, e.floats(widths, [1, slopes.length])]);
        parts.push(
          one(
            within,
            slopes.length,
            widths.map((width) => share / width),
          ),
        );
      }
      if (jumps.length > 0) {
        const at = e.floats(
          jumps.map(([low]) => low),
          [1, jumps.length],
        );
        const half = jumps.map(() => share / 2);
        for (const compare of ['Greater', 'GreaterOrEqual']) {
          const isAbove = e.op('Cast', [e.op(compare, [value, at])], { to: 1 });
          parts.push(one(isAbove, jumps.length, half));
        }
      }
      const sum = parts.reduce((a, b) => e.op('Add', [a, b]), e.floats([0], [1]));
      const [least, most] = [quantiles[0] ?? 0, quantiles.at(-1) ?? 0];
      const isMost = e.op('GreaterOrEqual', [value, e.floats([most], [1])]);
      const isLeast = e.op('LessOrEqual', [value, e.floats([least], [1])]);
      const high = e.op('Where', [isMost, e.floats([1], [1]), sum]);
      const both = e.op('Where', [isLeast, e.floats([0], [1]), high]);
      return [e.op('Where', [e.op('IsNaN', [value]), value, both])];
    },
    words: { reason: 'it takes numbers' },
  },
  python: `def quantile(column, attrs, fitted):
    """By ranks among the training rows: from 0 to 1, or as a bell."""
    quantiles = np.array(fitted["quantiles"])
    shares = np.linspace(0, 1, len(quantiles))
    below = np.interp(column, quantiles, shares)
    above = -np.interp(-column, -quantiles[::-1], -shares[::-1])
    share = np.where(column >= quantiles[-1], 1.0, (below + above) / 2)
    share = np.where(column <= quantiles[0], 0.0, share)
    share = np.where(np.isnan(column), np.nan, share)
    if attrs["output"] == "uniform":
        return [share]
    from statistics import NormalDist

    inside = np.clip(share, 1e-7, 1 - 1e-7)
    bell = NormalDist().inv_cdf
    return [np.array([np.nan if np.isnan(x) else bell(x) for x in inside])]
`,
});

/** Where a value between the first and the last of rising numbers stands, 0 to 1; of equal ones the lowest or highest. */
function rank(quantiles: readonly number[], value: number, side: 'low' | 'high'): number {
  const last = quantiles.length - 1;
  // How many are below it, or not above it.
  let [from, to] = [0, quantiles.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const each = quantiles[middle] ?? 0;
    if (side === 'low' ? each < value : each <= value) from = middle + 1;
    else to = middle;
  }
  const [low, high] = [quantiles[from - 1] ?? 0, quantiles[from] ?? 0];
  if (side === 'low' && high === value) return from / last;
  if (side === 'high' && low === value) return (from - 1) / last;
  return (from - 1 + (value - low) / (high - low)) / last;
}
