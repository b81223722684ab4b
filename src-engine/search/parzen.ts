/**
 * Parzen estimators of one parameter: how likely a value is, by values that were seen. Numbers are a mixture of
 * normal distributions cut off at the ends of the range, one around each value seen and a wide one over all of
 * it; so are the places of a list of numbers; other choices are counted. Reference: Bergstra, Bardenet, Bengio, Kégl, Algorithms for hyper-parameter
 * optimization, 2011; widths and weights as Optuna's TPESampler has them
 * (https://optuna.readthedocs.io/en/stable/reference/samplers/generated/optuna.samplers.TPESampler.html).
 */
import type { JsonValue } from '../ir/attrs.ts';
import type { RandomStream } from '../ops/philox.ts';
import {
  type ChoiceParameter,
  fromScale,
  type Parameter,
  type RangeParameter,
  scaledRange,
  toScale,
} from './space.ts';

export interface Estimator {
  sample(random: RandomStream): JsonValue;
  /** Logarithm of the density; of choices, of the probability. */
  logDensity(value: JsonValue): number;
}

/** What was seen longest ago counts less once so many are known. */
const FULL_WEIGHT = 25;
/** Widths of numbers are at least this part of the range, where there are many. */
const LEAST_PART = 100;

export function estimator(parameter: Parameter, seen: readonly JsonValue[]): Estimator {
  if (parameter.kind !== 'choice') return mixture(parameter, seen);
  return isOrdered(parameter) ? listed(parameter, seen) : counted(parameter, seen);
}

/** Of two there is no between. */
const LEAST_ORDERED = 3;

/** A list of numbers has an order: what lies beside a good value is likelier than what is far from it. */
const isOrdered = ({ values }: ChoiceParameter): boolean =>
  values.length >= LEAST_ORDERED && values.every((value) => typeof value === 'number');

/** By their places in order of size: whoever wrote the list chose its steps. */
function listed({ name, paths, values }: ChoiceParameter, seen: readonly JsonValue[]): Estimator {
  const sorted = values.map(Number).toSorted((a, b) => a - b);
  const placeOf = (value: JsonValue): number => sorted.indexOf(Number(value));
  const places: RangeParameter = {
    ...{ name, paths, kind: 'int', low: 0, high: sorted.length - 1, log: false },
  };
  const model = mixture(places, seen.map(placeOf));
  return {
    sample: (random) => sorted[Number(model.sample(random))] ?? null,
    logDensity: (value) => model.logDensity(placeOf(value)),
  };
}

/** Oldest first; the prior, which counts as one, is last. */
function weightsOf(count: number): readonly number[] {
  const old = Math.max(0, count - FULL_WEIGHT);
  const weights = Array.from({ length: count }, (_, i) =>
    i >= old ? 1 : old === 1 ? 1 / count : 1 / count + (i / (old - 1)) * (1 - 1 / count),
  );
  const all = [...weights, 1];
  const sum = all.reduce((a, b) => a + b, 0);
  return all.map((weight) => weight / sum);
}

function counted({ values }: ChoiceParameter, seen: readonly JsonValue[]): Estimator {
  const weights = weightsOf(seen.length);
  const kernels = weights.length;
  const keys = values.map((value) => JSON.stringify(value));
  // Each kernel leaves a little for every choice, so that none is ever out of the question.
  const little = 1 / kernels;
  const shares = keys.map(() => 0);
  weights.forEach((weight, k) => {
    const own = k < seen.length ? keys.indexOf(JSON.stringify(seen[k])) : -1;
    const whole = little * keys.length + (own < 0 ? 0 : 1);
    shares.forEach((share, i) => {
      shares[i] = share + (weight * (little + (i === own ? 1 : 0))) / whole;
    });
  });
  return {
    sample: (random) => values[pick(shares, random)] ?? null,
    logDensity: (value) => Math.log(shares[keys.indexOf(JSON.stringify(value))] ?? 0),
  };
}

function mixture(parameter: RangeParameter, seen: readonly JsonValue[]): Estimator {
  const [low, high] = scaledRange(parameter);
  const range = high - low;
  const centres = [...seen.map((value) => toScale(parameter, Number(value))), (low + high) / 2];
  const sigmas = widths(centres, low, high);
  // The prior is as wide as the range.
  sigmas[sigmas.length - 1] = range;
  const weights = weightsOf(seen.length);
  const isStepped = parameter.kind === 'int' || parameter.step !== undefined;
  const half = (parameter.step ?? 1) / 2;
  return {
    sample(random) {
      const k = pick(weights, random);
      return fromScale(
        parameter,
        truncatedNormal(centres[k] ?? 0, sigmas[k] ?? range, low, high, random),
      );
    },
    logDensity(value) {
      const number = Number(value);
      const at = toScale(parameter, number);
      // A step takes all that rounds to it.
      const [from, to] = isStepped
        ? [toScale(parameter, number - half), toScale(parameter, number + half)]
        : [at, at];
      let density = 0;
      weights.forEach((weight, k) => {
        const [mu, sigma] = [centres[k] ?? 0, sigmas[k] ?? range];
        const mass = cdf((high - mu) / sigma) - cdf((low - mu) / sigma);
        const part = isStepped
          ? cdf((to - mu) / sigma) - cdf((from - mu) / sigma)
          : Math.exp(-(((at - mu) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
        density += (weight * part) / mass;
      });
      return Math.log(density);
    },
  };
}

/** Of each centre the farther of its two neighbours; ends of the range are neighbours of inner ones alone. */
function widths(centres: readonly number[], low: number, high: number): number[] {
  const order = centres.map((_, i) => i).toSorted((a, b) => (centres[a] ?? 0) - (centres[b] ?? 0));
  const sorted = order.map((i) => centres[i] ?? 0);
  const last = sorted.length - 1;
  const least = (high - low) / Math.min(LEAST_PART, 1 + centres.length);
  const result = centres.map(() => 0);
  order.forEach((i, place) => {
    const at = sorted[place] ?? 0;
    const left = at - (sorted[place - 1] ?? low);
    const right = (sorted[place + 1] ?? high) - at;
    const width =
      last === 0
        ? Math.max(left, right)
        : place === 0
          ? right
          : place === last
            ? left
            : Math.max(left, right);
    result[i] = Math.min(high - low, Math.max(least, width));
  });
  return result;
}

function pick(shares: readonly number[], random: RandomStream): number {
  const sum = shares.reduce((a, b) => a + b, 0);
  let rest = random.uniform() * sum;
  for (const [i, share] of shares.entries()) {
    rest -= share;
    if (rest < 0) return i;
  }
  return shares.length - 1;
}

const ATTEMPTS = 100;
/** Drawn again until it lies within; centres do, so half of the draws do at least where it is one-sided. */
function truncatedNormal(
  mu: number,
  sigma: number,
  low: number,
  high: number,
  random: RandomStream,
): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const value = mu + sigma * random.normal();
    if (value >= low && value <= high) return value;
  }
  return Math.min(high, Math.max(low, mu));
}

/**
 * The standard normal distribution; Abramowitz and Stegun 7.1.26, to 1.5e-7, which orders candidates well
 * enough.
 */
function cdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp(-z * z);
  return x >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
