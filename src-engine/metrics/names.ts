/**
 * What the numbers of a metric point are called and how they are written: metrics of samples by their id
 * (`loss`, `accuracy`), with a loss before it where there are several (`digit.accuracy`), and what is told of
 * the run itself. Names come from records that another version may have written, so any name has an answer.
 */
import { own } from '../ir/record.ts';
import type { MetricScale, MetricUnit } from './define.ts';
import { metrics } from './index.ts';

export interface MetricName {
  readonly key: string;
  /** In the registry, or of the run itself. */
  readonly id: string;
  /** The node of the loss that it judges, or the objective it is of; null where it is the only one, or of all. */
  readonly loss: string | null;
  readonly label: string;
  readonly doc: string;
  readonly unit: MetricUnit | 'rate' | 'perSecond' | 'bytes' | 'milliseconds';
  readonly scale: MetricScale;
  /** Null where neither is. */
  readonly better: 'higher' | 'lower' | null;
  /** Of samples, so that one batch differs from the next; a rate or a norm is what it is. */
  readonly ofSamples: boolean;
}

/** Between a loss and a metric of its. Metrics have none in their name; nodes may. */
const SEPARATOR = '.';

export const metricKey = (loss: string | null, id: string): string =>
  loss === null ? id : `${loss}${SEPARATOR}${id}`;

type OfRun = Pick<MetricName, 'label' | 'doc' | 'unit' | 'scale'>;

/** What each step tells beside its metrics, as lists show it: after them. */
const OF_RUN: Readonly<Record<string, OfRun>> = {
  learningRate: {
    label: 'Learning rate',
    doc: 'What the schedule made of the rate of the first objective.',
    unit: 'rate',
    scale: 'linear',
  },
  gradientNorm: {
    label: 'Gradient norm',
    doc: 'The norm of the whole gradient, before it is clipped.',
    unit: 'none',
    scale: 'logarithmic',
  },
  parameterNorm: {
    label: 'Parameter norm',
    doc: 'The norm of all parameters together.',
    unit: 'none',
    scale: 'logarithmic',
  },
  samplesPerSecond: {
    label: 'Samples per second',
    doc: 'How fast training is.',
    unit: 'perSecond',
    scale: 'linear',
  },
  augmentMs: {
    label: 'Augmentation',
    doc: 'What it takes to make the pictures of a step, on average so far. On the CPU a step takes so much longer; a GPU works meanwhile.',
    unit: 'milliseconds',
    scale: 'linear',
  },
  cpuUse: {
    label: 'CPU use',
    doc: 'Processor time of the process that trains, since the last such figure: of one core, so that two busy ones are 200 %.',
    unit: 'relative',
    scale: 'linear',
  },
  memoryUse: {
    label: 'Memory use',
    doc: 'What the process that trains holds of the memory (its resident set).',
    unit: 'bytes',
    scale: 'linear',
  },
};
const UNKNOWN = {
  doc: '',
  unit: 'none',
  scale: 'linear',
  better: null,
  ofSamples: false,
} as const satisfies Partial<MetricName>;
const RUN_IDS = Object.keys(OF_RUN);

export function metricName(key: string): MetricName {
  const end = key.lastIndexOf(SEPARATOR);
  const [loss, id] = end < 0 ? [null, key] : [key.slice(0, end), key.slice(end + 1)];
  const metric = metrics.get(id);
  if (metric) {
    const { label, doc, unit, scale, better } = metric;
    const title = loss === null ? label : `${label} of ${loss}`;
    return { key, id, loss, label: title, doc, unit, scale, better, ofSamples: true };
  }
  const ofRun = own(OF_RUN, id);
  if (ofRun) {
    const label = loss === null ? ofRun.label : `${ofRun.label} of ${loss}`;
    return { key, id, loss, ...ofRun, label, better: null, ofSamples: false };
  }
  return { key, id: key, loss: null, ...UNKNOWN, label: key };
}

/** A metric's label as it stands within a sentence: `Accuracy` small, `RMSE` and `F1` as they are. */
export const inSentence = (label: string): string =>
  /^[A-Z][a-z]/.test(label) ? `${label.charAt(0).toLowerCase()}${label.slice(1)}` : label;

/** Metrics as the registry has them, each of all together first, then loss by loss as given; the run's own last. */
export function inListOrder(keys: Iterable<string>): readonly string[] {
  const ids = [...metrics.keys(), ...RUN_IDS];
  const place = (key: string): number => {
    const { id, loss } = metricName(key);
    const at = ids.indexOf(id);
    return (at < 0 ? ids.length : at) + (loss === null ? 0 : 0.5);
  };
  return [...keys].toSorted((a, b) => place(a) - place(b));
}

/** The metrics of samples, in list order; without what a point says of the run itself. */
export const ofSamples = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    inListOrder(Object.keys(values))
      .filter((key) => metricName(key).ofSamples)
      .map((key) => [key, own(values, key) ?? NaN]),
  );

/** The one figure that says how good it is: the metric that is made for that, where it applies, else the loss. */
export function headline(values: Readonly<Record<string, number>>): string | null {
  const keys = inListOrder(Object.keys(values)).filter((key) => metricName(key).ofSamples);
  return keys.find((key) => metrics.get(metricName(key).id)?.headline) ?? keys[0] ?? null;
}

/** Objectives that are told of by name: they have figures of their own, which a loss has not. */
export const objectivesIn = (keys: Iterable<string>): ReadonlySet<string> =>
  new Set(
    [...keys]
      .map(metricName)
      .flatMap(({ loss, id }) => (loss !== null && own(OF_RUN, id) ? [loss] : [])),
  );

/**
 * What charts show of these unless told otherwise: of one loss what its metrics say of themselves, of several
 * each loss and the first of the others, since all would be too many to read. Of several objectives the loss of
 * each in place of those it is made of, and of the sum of all, which nothing makes smaller.
 */
export function chartedByDefault(keys: Iterable<string>): readonly string[] {
  const listed = inListOrder(keys);
  const names = listed.map(metricName);
  const idsOf = (loss: string | null): ReadonlySet<string> =>
    new Set(names.filter((name) => name.loss === loss).map(({ id }) => id));
  const charted = names.filter(({ id, loss }) => metrics.get(id)?.charted?.(idsOf(loss)) === true);
  const firsts = new Map<string | null, string>();
  for (const { key, id, loss } of charted) {
    if (id !== 'loss' && !firsts.has(loss)) firsts.set(loss, key);
  }
  const objectives = objectivesIn(listed);
  const isTold = (loss: string | null): boolean =>
    objectives.size === 0 || (loss !== null && objectives.has(loss));
  return charted
    .filter(({ key, id, loss }) =>
      id === 'loss' ? isTold(loss) : loss === null || firsts.get(loss) === key,
    )
    .map(({ key }) => key);
}
