/**
 * Scores of each class or label, apart for samples that are of it and samples that are not, as counts over fixed bins:
 * what the area under the ROC curve is made of, without keeping every score. A bin is a 128th of an octave
 * of the distance to 0 or 1, whichever is nearer, because a network that is sure crowds its probabilities
 * there; read off the bits of the number, since a logarithm for each score would be noticed.
 */
import type { Statistic } from '../define.ts';

/** Each class has some thousand counts. */
export const MOST_SCORED = 100;

/** Down to 2^-25: above, probabilities in float32 end before; below they go on, and share the last bin. */
const OCTAVES = 24;
const IN_OCTAVE = 128;
const SIDE = OCTAVES * IN_OCTAVE;
const BINS = 2 * SIDE;
/** Of a float32, the upper 16 bits: sign, exponent and 7 bits of the fraction. */
const FIRST_OF_SIDE = (127 - 1 - OCTAVES) * IN_OCTAVE;

export interface Scores {
  readonly classes: number;
  /** `[class * BINS + bin]`. */
  readonly all: Uint32Array;
  /** Those of samples that are of the class. */
  readonly of: Uint32Array;
  /** Bins with anything in them, whichever class: of a small split there are few. */
  first: number;
  last: number;
}

export const scores: Statistic<Scores> = {
  id: 'scores',
  outputs: (_g, { probabilities, labels, labelled }) => ({
    ...(probabilities && { probabilities }),
    ...(labels && { labels }),
    ...(labelled && { labelled }),
  }),
  start: ({ classes }) => ({
    classes,
    all: new Uint32Array(classes * BINS),
    of: new Uint32Array(classes * BINS),
    first: BINS,
    last: -1,
  }),
  add(state, { probabilities, labels, labelled }, samples) {
    if (!probabilities || !(labels ?? labelled)) return;
    const { classes, all, of } = state;
    let { first, last } = state;
    const columns = probabilities.length / samples;
    const read = bitsOf(probabilities);
    for (let i = 0; i < samples; i++) {
      const label = labels?.[i] ?? -1;
      for (let index = 0; index < classes; index++) {
        const at = i * columns + index;
        const score = probabilities[at] ?? 0;
        // Most scores are small, and are looked up without a detour.
        const bin = read && score > 0 && score <= 0.5 ? binOfBits(read[at] ?? 0) : binOf(score);
        if (bin < first) first = bin;
        if (bin > last) last = bin;
        const cell = index * BINS + bin;
        all[cell] = (all[cell] ?? 0) + 1;
        const isOf = labelled ? (labelled[at] ?? 0) > 0.5 : index === label;
        if (isOf) of[cell] = (of[cell] ?? 0) + 1;
      }
    }
    state.first = first;
    state.last = last;
  },
};

const number = new Float32Array(1);
const bits = new Uint32Array(number.buffer);

/** Of float32 as it was read; null of anything else. */
function bitsOf(values: ArrayLike<number>): Uint32Array | null {
  if (!(values instanceof Float32Array)) return null;
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function binOf(probability: number): number {
  return probability > 0.5 ? BINS - 1 - binFromEnd(1 - probability) : binFromEnd(probability);
}

/** Of half or less; NaN counts as nothing. */
function binFromEnd(distance: number): number {
  number[0] = distance;
  return distance > 0 ? binOfBits(bits[0] ?? 0) : 0;
}

function binOfBits(of: number): number {
  const place = (of >>> 16) - FIRST_OF_SIDE;
  return place < 0 ? 0 : Math.min(SIDE - 1, place);
}

/** Where the scores of a bin begin; of the one behind the last, 1. */
export function binStart(bin: number): number {
  if (bin <= 0) return 0;
  if (bin >= BINS) return 1;
  // The upper half is the lower one seen from 1.
  return bin < SIDE ? distanceAt(bin) : 1 - distanceAt(BINS - bin);
}

/** From 0, where the bin of that place begins. */
function distanceAt(place: number): number {
  if (place <= 0) return 0;
  if (place >= SIDE) return 0.5;
  bits[0] = (place + FIRST_OF_SIDE) << 16;
  return number[0] ?? 0;
}

export interface Area {
  /** NaN where a class never occurs, or nothing else does. */
  readonly value: number;
  /** How far the exact area can be from it: half of the pairs that share a bin. */
  readonly error: number;
}

/** The chance that a sample of the class scores higher than one that is not; of equals half. */
export function areaUnderRoc({ all, of, first, last }: Scores, index: number): Area {
  let [below, pairs, ties, positives] = [0, 0, 0, 0];
  for (let cell = index * BINS + first; cell <= index * BINS + last; cell++) {
    const here = of[cell] ?? 0;
    const there = (all[cell] ?? 0) - here;
    pairs += here * below;
    ties += here * there;
    below += there;
    positives += here;
  }
  const compared = positives * below;
  if (compared === 0) return { value: NaN, error: NaN };
  return { value: (pairs + ties / 2) / compared, error: ties / 2 / compared };
}

/**
 * Average precision of a class, of scores rounded to their bins: each bin is one threshold, as scores that
 * are equal are. Inside of a bin the exact order may put all of the class first or last.
 */
export function averagePrecision({ all, of, first, last }: Scores, index: number): Area {
  let [found, alarms, sum, least, most] = [0, 0, 0, 0, 0];
  for (let cell = index * BINS + last; cell >= index * BINS + first; cell--) {
    const here = of[cell] ?? 0;
    const there = (all[cell] ?? 0) - here;
    if (here > 0) {
      sum += (here * (found + here)) / (found + here + alarms + there);
      least += (here * (found + 1)) / (found + 1 + alarms + there);
      most += (here * (found + here)) / (found + here + alarms);
    }
    found += here;
    alarms += there;
  }
  if (found === 0) return { value: NaN, error: NaN };
  return { value: sum / found, error: Math.max(sum - least, most - sum) / found };
}
