/**
 * Which columns these runs could have: all that a run is, the metrics that some have, the settings that some
 * have and whether they differ. Two thousand runs are looked through once; while one trains, and its numbers
 * move, nothing of this changes. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { headline, inListOrder, metricName } from '#engine/metrics/names.ts';
import { METRIC_SPLITS, type MetricSplit, type RunRow } from '#engine/protocol/index.ts';
import { type RunSettings, SHORT_SETTING_NAMES, settingPath } from '#engine/runs/index.ts';
import { columnOf, CURVE, NAME, STATUS, TAGS } from './columns.ts';

export interface Catalogue {
  readonly run: readonly string[];
  readonly best: readonly string[];
  readonly last: readonly string[];
  /** Metrics by split, for columns at an epoch. */
  readonly metrics: readonly string[];
  /** Paths whose values are not the same in all runs; those with short names first. */
  readonly differing: readonly string[];
  readonly alike: readonly string[];
  /** What is shown where nobody has chosen. */
  readonly usual: readonly string[];
}

const OF_RUN = [
  ...[NAME, STATUS, CURVE, 'project', 'data', 'architecture', 'parameters', 'created', 'duration'],
  ...['epochs', 'steps', 'samplesPerSecond', 'device', 'size', TAGS, 'notes'],
];

/** `accuracy` of validation, else `test.accuracy`. */
const metricPath = (split: MetricSplit, key: string): string =>
  split === 'validation' ? key : `${split}.${key}`;

export function createCatalogue(): (rows: readonly RunRow[]) => Catalogue {
  let settings: readonly RunSettings[] = [];
  let names = '';
  let last: Catalogue | null = null;
  return (rows) => {
    const found = metricNames(rows);
    const isSame =
      last !== null &&
      rows.length === settings.length &&
      rows.every((row, i) => row.settings === settings[i]) &&
      found.join(' ') === names;
    if (last && isSame) return last;
    settings = rows.map((row) => row.settings);
    names = found.join(' ');
    last = { ...listed(rows, found), ...compared(settings) };
    return last;
  };
}

/** `validation.accuracy`, of every run. */
function metricNames(rows: readonly RunRow[]): readonly string[] {
  const found = new Set<string>();
  for (const { last = {} } of rows) {
    for (const split of METRIC_SPLITS) {
      for (const key of Object.keys(last[split]?.values ?? {})) found.add(`${split}.${key}`);
    }
  }
  return [...found];
}

function listed(
  rows: readonly RunRow[],
  found: readonly string[],
): Pick<Catalogue, 'run' | 'best' | 'last' | 'metrics' | 'usual'> {
  const keysOf = (split: MetricSplit): readonly string[] => {
    const ofSplit = found.filter((name) => name.startsWith(`${split}.`));
    return inListOrder(ofSplit.map((name) => name.slice(split.length + 1)));
  };
  const order = ['validation', 'test', 'train'] as const;
  const metrics = order.flatMap((split) => keysOf(split).map((key) => metricPath(split, key)));
  const best = order.flatMap((split) =>
    keysOf(split)
      .filter((key) => split !== 'train' && metricName(key).better !== null)
      .map((key) => `best(${metricPath(split, key)})`),
  );
  return {
    run: OF_RUN,
    best,
    last: metrics.map((name) => `last(${name})`),
    metrics,
    usual: usual(rows, keysOf('validation')),
  };
}

/** What says how good a run is comes first; what is the same everywhere by nature is left to who asks. */
function usual(rows: readonly RunRow[], judged: readonly string[]): readonly string[] {
  const head = headline(Object.fromEntries(judged.map((key) => [key, 0])));
  const figures =
    head === null
      ? ['last(train.loss)']
      : head === 'loss'
        ? ['best(loss)', 'last(loss)']
        : [`best(${head})`, `last(${head})`, 'best(loss)'];
  const hasTags = rows.some(({ tags }) => tags.length > 0);
  return [
    ...[NAME, STATUS, CURVE, 'data', 'architecture', ...figures],
    ...['parameters', 'duration', 'created', 'device'],
    ...(hasTags ? [TAGS] : []),
  ];
}

/** In the order of the documents, settings that people ask for most before all others. */
function compared(settings: readonly RunSettings[]): Pick<Catalogue, 'differing' | 'alike'> {
  const values = new Map<string, { readonly value: JsonValue; count: number; differs: boolean }>();
  for (const each of settings) {
    for (const [path, value] of Object.entries(each)) {
      const seen = values.get(path);
      if (!seen) values.set(path, { value, count: 1, differs: false });
      else {
        seen.count += 1;
        if (!seen.differs && !isSame(seen.value, value)) seen.differs = true;
      }
    }
  }
  const short = SHORT_SETTING_NAMES.map(settingPath);
  const paths = [...values.keys()];
  const ordered = [
    ...short.filter((path) => values.has(path)),
    ...paths.filter((path) => !short.includes(path)),
  ];
  const differs = (path: string): boolean => {
    const seen = values.get(path);
    return seen !== undefined && (seen.differs || seen.count < settings.length);
  };
  return {
    differing: ordered.filter(differs),
    alike: ordered.filter((path) => !differs(path)),
  };
}

/** Most are numbers and words; only lists are compared as text. */
function isSame(a: JsonValue, b: JsonValue): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

/** By what people look for: its label, its path. */
export function columnMatches(id: string, words: string): boolean {
  const text = `${columnOf(id).label} ${id}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
