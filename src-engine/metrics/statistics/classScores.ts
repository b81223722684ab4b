/**
 * What is shown of the scores of each class against all others: samples in the order of their scores, in so few
 * groups that a snapshot holds them and a curve drawn of them is the curve to the eye. Made from the fine bins
 * (scores.ts); the areas are those of the bins themselves.
 */
import { areaUnderRoc, averagePrecision, binStart, type Scores } from './scores.ts';

/** By class, highest scores first. */
export interface ClassScores {
  /** The least score that a sample of the group may have: at this threshold it is taken for the class. */
  readonly thresholds: Float32Array;
  /** Samples of the group that are of the class, and that are not. */
  readonly positives: Uint32Array;
  readonly negatives: Uint32Array;
  /** By scores alike: 0 to a tenth, and so on to 1. */
  readonly calibration: {
    readonly samples: Uint32Array;
    readonly positives: Uint32Array;
    /** The mean score; 0 where there is none. */
    readonly scores: Float32Array;
  };
  /** NaN where a class never occurs, or nothing else does. */
  readonly rocAuc: number;
  readonly prAuc: number;
}

/** Groups of all classes together, and the bounds for each. */
const GROUPS = 1280;
const [FEWEST, MOST] = [24, 128] as const;
const CALIBRATION_BINS = 10;

export function classScores(state: Scores): readonly ClassScores[] {
  const most = Math.max(FEWEST, Math.min(MOST, Math.floor(GROUPS / state.classes)));
  return Array.from({ length: state.classes }, (_, index) => ({
    ...grouped(state, index, most),
    calibration: calibrationOf(state, index),
    rocAuc: areaUnderRoc(state, index).value,
    prAuc: averagePrecision(state, index).value,
  }));
}

interface Bin {
  readonly bin: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Bins with anything in them, highest first. */
function binsOf(state: Scores, index: number): readonly Bin[] {
  const { all, of, first, last } = state;
  const bins: Bin[] = [];
  const start = index * (all.length / state.classes);
  for (let bin = last; bin >= first; bin--) {
    const count = all[start + bin] ?? 0;
    const positives = of[start + bin] ?? 0;
    if (count > 0) bins.push({ bin, positives, negatives: count - positives });
  }
  return bins;
}

/** A group ends where it has its share of either kind: what a curve goes along is covered evenly. */
function grouped(state: Scores, index: number, most: number) {
  const bins = binsOf(state, index);
  const sum = (of: 'positives' | 'negatives'): number =>
    bins.reduce((total, bin) => total + bin[of], 0);
  const share = {
    positives: sum('positives') / (most / 2),
    negatives: sum('negatives') / (most / 2),
  };
  const groups: { threshold: number; positives: number; negatives: number }[] = [];
  let open = false;
  for (const { bin, positives, negatives } of bins) {
    if (!open) groups.push({ threshold: 0, positives: 0, negatives: 0 });
    const group = groups.at(-1);
    if (!group) continue;
    group.threshold = binStart(bin);
    group.positives += positives;
    group.negatives += negatives;
    open = group.positives < share.positives && group.negatives < share.negatives;
  }
  return {
    thresholds: Float32Array.from(groups, ({ threshold }) => threshold),
    positives: Uint32Array.from(groups, ({ positives }) => positives),
    negatives: Uint32Array.from(groups, ({ negatives }) => negatives),
  };
}

function calibrationOf(state: Scores, index: number): ClassScores['calibration'] {
  const samples = new Uint32Array(CALIBRATION_BINS);
  const positives = new Uint32Array(CALIBRATION_BINS);
  const sums = new Float64Array(CALIBRATION_BINS);
  for (const { bin, positives: here, negatives } of binsOf(state, index)) {
    const count = here + negatives;
    // A bin is less than a hundredth wide: its middle stands for all in it.
    const score = (binStart(bin) + binStart(bin + 1)) / 2;
    const place = Math.min(CALIBRATION_BINS - 1, Math.floor(score * CALIBRATION_BINS));
    samples[place] = (samples[place] ?? 0) + count;
    positives[place] = (positives[place] ?? 0) + here;
    sums[place] = (sums[place] ?? 0) + score * count;
  }
  const scores = Float32Array.from(sums, (sum, place) => sum / Math.max(1, samples[place] ?? 0));
  return { samples, positives, scores };
}
