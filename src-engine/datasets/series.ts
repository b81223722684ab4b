/**
 * Pieces of series to forecast: sums of sines with a trend and noise. Each row is a series of its own, so that
 * nothing of the rows held back is in those that are trained on, as it would be in windows that overlap.
 */
import type { DataField } from '../ir/attrs.ts';
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { dataRandom } from './shared/random.ts';
import { dataTable, targetField } from './shared/table.ts';
import { historyField } from './windows/fields.ts';
import { outlineOfPieces } from './windows/outline.ts';

/** A wave is at least so strong before all of them together are brought to 1. */
const WEAKEST = 0.3;

interface Sizes {
  readonly window: number;
  readonly horizon: number;
  readonly trend: number;
}

/** The waves stay within 1; the trend is 0 at the last known value. */
function fieldsOf({ window, horizon, trend }: Sizes): readonly [DataField, DataField] {
  const reach = Number((1 + (trend * horizon) / window).toFixed(2));
  return [historyField(window), targetField(horizon, [-reach, reach])];
}

export default defineDataset({
  id: 'series',
  label: 'Series',
  doc: 'Noisy sums of sines, to forecast: the last values of a series are given, the next ones are wanted.',
  group: 'Curves',
  options: {
    window: {
      kind: 'int',
      default: 32,
      min: 2,
      max: 1024,
      unit: 'steps',
      help: 'How many values are known.',
    },
    horizon: {
      kind: 'int',
      default: 8,
      min: 1,
      max: 256,
      unit: 'steps',
      help: 'How many values are to be forecast, those that follow.',
    },
    waves: {
      kind: 'int',
      default: 2,
      min: 1,
      max: 8,
      help: 'How many sines a series is the sum of, each with a period and a phase of its own.',
    },
    shortest: {
      kind: 'number',
      default: 10,
      min: 2,
      max: 4096,
      unit: 'steps',
      label: 'Shortest period',
      help: 'Periods lie between this and the longest.',
    },
    longest: {
      kind: 'number',
      default: 40,
      min: 2,
      max: 4096,
      unit: 'steps',
      label: 'Longest period',
      help: 'Periods lie between the shortest and this.',
    },
    trend: {
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 10,
      help: 'How far a series rises or falls over the known values at most; the waves are within 1.',
    },
    count: countOption(4000, 200_000),
    noise: noiseOption(0.05, 'Standard deviation of the Gaussian noise of every value.'),
    seed: seedOption,
  },
  fields: fieldsOf,
  async load({ options }) {
    const { window, horizon, waves, trend, count, noise, seed } = options;
    // Whichever of the two was set to the larger one.
    const low = Math.log(Math.min(options.shortest, options.longest));
    const high = Math.log(Math.max(options.shortest, options.longest));
    const history = new Float32Array(count * window);
    const target = new Float32Array(count * horizon);
    const values = new Float64Array(window + horizon);
    for (let row = 0; row < count; row++) {
      const random = dataRandom(seed, 'series', row);
      const slope = (trend * (2 * random.uniform() - 1)) / window;
      for (let at = 0; at < values.length; at++) values[at] = slope * (at - (window - 1));
      const sines = Array.from({ length: waves }, () => ({
        amplitude: WEAKEST + (1 - WEAKEST) * random.uniform(),
        step: (2 * Math.PI) / Math.exp(low + (high - low) * random.uniform()),
        phase: 2 * Math.PI * random.uniform(),
      }));
      const total = sines.reduce((sum, { amplitude }) => sum + amplitude, 0);
      for (const { amplitude, step, phase } of sines) {
        for (let at = 0; at < values.length; at++) {
          values[at] = (values[at] ?? 0) + (amplitude / total) * Math.sin(step * at + phase);
        }
      }
      for (let at = 0; at < values.length; at++) {
        values[at] = (values[at] ?? 0) + noise * random.normal();
      }
      history.set(values.subarray(0, window), row * window);
      target.set(values.subarray(window), row * horizon);
    }
    const [known, wanted] = fieldsOf(options);
    return dataTable(
      [
        { field: known, stored: history },
        { field: wanted, stored: target },
      ],
      { outline: outlineOfPieces(history, target, count) },
    );
  },
});
