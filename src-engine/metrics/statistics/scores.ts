/**
 * Scores of each class, apart for samples that are of it and samples that are not, as counts over fixed bins
 * of their log odds: what the area under the ROC curve is made of, without keeping every score. Log odds,
 * because a network that is sure crowds its probabilities at 0 and 1.
 */
import type { Statistic } from '../define.ts';

/** Probabilities in float32 end at about log odds of 16.6 above; below they go on, and share the last bin. */
const REACH = 17;
const BINS = 4096;

export interface Scores {
  readonly classes: number;
  /** `[class * BINS + bin]`. */
  readonly of: Float64Array;
  readonly others: Float64Array;
}

export const scores: Statistic<Scores> = {
  id: 'scores',
  outputs: (_g, { probabilities, labels }) => ({
    ...(probabilities && { probabilities }),
    ...(labels && { labels }),
  }),
  start: ({ classes }) => ({
    classes,
    of: new Float64Array(classes * BINS),
    others: new Float64Array(classes * BINS),
  }),
  add({ classes, of, others }, { probabilities, labels }, samples) {
    if (!probabilities || !labels) return;
    const columns = probabilities.length / samples;
    for (let i = 0; i < samples; i++) {
      const label = labels[i] ?? -1;
      for (let index = 0; index < classes; index++) {
        const cell = index * BINS + binOf(probabilities[i * columns + index] ?? 0);
        const counts = label === index ? of : others;
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
    }
  },
};

function binOf(probability: number): number {
  const odds = Math.log(probability / (1 - probability));
  const place = ((odds + REACH) / (2 * REACH)) * BINS;
  return Math.min(BINS - 1, Math.max(0, Math.floor(Number.isNaN(place) ? 0 : place)));
}

export interface Area {
  /** NaN where a class never occurs, or nothing else does. */
  readonly value: number;
  /** How far the exact area can be from it: half of the pairs that share a bin. */
  readonly error: number;
}

/** The chance that a sample of the class scores higher than one that is not; of equals half. */
export function areaUnderRoc({ of, others }: Scores, index: number): Area {
  let [below, pairs, ties, positives] = [0, 0, 0, 0];
  for (let bin = index * BINS; bin < (index + 1) * BINS; bin++) {
    const [here, there] = [of[bin] ?? 0, others[bin] ?? 0];
    pairs += here * below;
    ties += here * there;
    below += there;
    positives += here;
  }
  const all = positives * below;
  if (all === 0) return { value: NaN, error: NaN };
  return { value: (pairs + ties / 2) / all, error: ties / 2 / all };
}
