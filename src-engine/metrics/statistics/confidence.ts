/**
 * How sure answers were and how often they were right, over bins of equal width of the largest probability:
 * sums, so that what is made of them is exact.
 */
import type { Statistic } from '../define.ts';

const BINS = 15;

export interface Confidence {
  /** All by bin: samples, the sum of their largest probability, and how many of them are right. */
  readonly counts: Float64Array;
  readonly confidences: Float64Array;
  readonly correct: Float64Array;
}

export const confidence: Statistic<Confidence> = {
  id: 'confidence',
  outputs: (_g, { probabilities, predicted, labels }) => ({
    ...(probabilities && { probabilities }),
    ...(predicted && { predicted }),
    ...(labels && { labels }),
  }),
  start: () => ({
    counts: new Float64Array(BINS),
    confidences: new Float64Array(BINS),
    correct: new Float64Array(BINS),
  }),
  add({ counts, confidences, correct }, { probabilities, predicted, labels }, samples) {
    if (!probabilities || !predicted || !labels) return;
    const columns = probabilities.length / samples;
    for (let i = 0; i < samples; i++) {
      const sure = probabilities[i * columns + (predicted[i] ?? 0)] ?? NaN;
      // A bin has its upper end and not its lower one, as scikit-learn's `calibration_curve`.
      const bin = Math.max(0, Math.min(BINS - 1, Math.ceil(sure * BINS) - 1));
      counts[bin] = (counts[bin] ?? 0) + 1;
      confidences[bin] = (confidences[bin] ?? 0) + sure;
      if (predicted[i] === labels[i]) correct[bin] = (correct[bin] ?? 0) + 1;
    }
  },
};
