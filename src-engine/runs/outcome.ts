/**
 * Of a run and the one before it, in one sentence: what was changed and what came of it. It claims no more than
 * one run each can show. Pure.
 */
import { own } from '../ir/record.ts';
import { headline, inSentence, metricName } from '../metrics/names.ts';
import type { MetricSplit, RunRow } from '../protocol/run.ts';
import { isActive } from '../protocol/runState.ts';
import { WIRES_SETTING } from './alignRuns.ts';
import { essentialDifferences, settingDifferences, type SettingDifference } from './difference.ts';
import { figureOf, type FigureName } from './figures.ts';
import { valueWords } from './values.ts';
import { formatInteger } from './numberText.ts';

export interface Outcome {
  /** Whole, for people. */
  readonly text: string;
  /** By the metric's direction; null where nothing can be said of it. */
  readonly verdict: 'better' | 'worse' | 'same' | null;
}

/** Of more the first ones are named. */
const MOST_NAMED = 3;

/** Of runs whose nodes have one name each and whose wiring is told (alignRuns.ts), where that is known. */
export function outcomeOf(before: RunRow, after: RunRow): Outcome {
  const changes = essentialDifferences(settingDifferences([before, after]));
  const result = resultOf(before, after);
  const told = `${changeWords(changes)}: ${result.text}`;
  return { text: `${told}${caution(before, after, changes, result)}.`, verdict: result.verdict };
}

function changeWords(all: readonly SettingDifference[]): string {
  const changes = all.filter(({ path }) => path !== WIRES_SETTING);
  const isRewired = changes.length < all.length;
  if (changes.length === 0) return isRewired ? 'The wiring was changed' : 'Nothing was changed';
  const named = changes.length > MOST_NAMED ? changes.slice(0, MOST_NAMED - 1) : changes;
  const left = changes.length - named.length;
  return listed([
    ...named.map(oneChange),
    ...(isRewired ? ['the wiring'] : []),
    ...(left > 0 ? [`${left} more settings`] : []),
  ]);
}

function oneChange({ name, path, values: [was = null, now = null] }: SettingDifference): string {
  // A node of the graph, not a setting that is off.
  const isNode = !path.includes('.');
  if (isNode && was === null) return `${name} (${valueWords(now)}) added`;
  if (isNode && now === null) return `${name} (${valueWords(was)}) removed`;
  return `${name} ${valueWords(was)} -> ${valueWords(now)}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

interface Result extends Outcome {
  /** Both have come to a figure. */
  readonly isMeasured: boolean;
}

const unmeasured = (text: string): Result => ({ text, verdict: null, isMeasured: false });

const SPLIT_WORDS: Readonly<Record<MetricSplit, string>> = {
  validation: 'validation',
  test: 'test',
  train: 'last training',
};

function resultOf(before: RunRow, after: RunRow): Result {
  const { state, step } = after.progress;
  if (state === 'failed') return unmeasured(`the run failed at step ${step}`);
  const shared = sharedFigure(before, after);
  if (!shared) return unmeasured('the two have no figure in common');
  const { figure, was, now } = shared;
  const { label, better, unit } = metricName(figure.key);
  const words = `${SPLIT_WORDS[figure.split]} ${inSentence(label)}`;
  const difference = now - was;
  if (!Number.isFinite(difference)) {
    return unmeasured(`${words} ${was} -> ${now}, which cannot be compared`);
  }
  if (difference === 0) {
    return {
      text: `${words} ${figureText(was, was)}, the same`,
      verdict: 'same',
      isMeasured: true,
    };
  }
  const isShare = unit === 'share' || unit === 'relative';
  const size = isShare
    ? `${short(100 * Math.abs(difference))} points`
    : `${short(Math.abs(difference))}${unit === 'decibel' ? ' dB' : ''}`;
  const isBetter = better === 'lower' ? difference < 0 : difference > 0;
  const verdict = better === null ? null : isBetter ? 'better' : 'worse';
  return {
    text: `${words} ${figureText(was, now)} -> ${figureText(now, was)}, ${verdict ?? (difference > 0 ? 'more' : 'less')} by ${size}`,
    verdict,
    isMeasured: true,
  };
}

/** The figure that a run is known by, of the first split that both have one of. */
function sharedFigure(before: RunRow, after: RunRow) {
  for (const split of ['validation', 'test', 'train'] as const) {
    const values = own(before.last, split)?.values ?? {};
    const others = own(after.last, split)?.values ?? {};
    const both = Object.keys(values).filter((key) => own(others, key) !== undefined);
    const key = headline(Object.fromEntries(both.map((each) => [each, 0])));
    if (key === null) continue;
    const figure: FigureName = { key, split, which: 'best' };
    const [was, now] = [figureOf(before, figure), figureOf(after, figure)];
    if (was !== undefined && now !== undefined) return { figure, was, now };
  }
  return null;
}

/** As many digits as tell it from the other, three at least. */
function figureText(value: number, other: number): string {
  const digits = [3, 4, 5, 6].find(
    (each) => value.toPrecision(each) !== other.toPrecision(each) || value === other,
  );
  return String(Number(value.toPrecision(digits ?? 7)));
}

const short = (value: number): string => String(Number(value.toPrecision(2)));

/** What keeps the sentence from saying more than it can. */
function caution(
  before: RunRow,
  after: RunRow,
  changes: readonly SettingDifference[],
  { isMeasured }: Result,
): string {
  if (!isMeasured) return '';
  const seedOnly = changes.length > 0 && changes.every(({ path }) => path === 'training.seed');
  const parts = [
    ...(before.dataFingerprint === after.dataFingerprint ? [] : ['they saw different data']),
    ...(isActive(after.progress.state) ? ['it still trains'] : []),
    ...(after.progress.state === 'stopped' || after.progress.state === 'interrupted'
      ? [
          `it ended after ${formatInteger(after.progress.step)} of ${formatInteger(after.progress.totalSteps)} steps`,
        ]
      : []),
    seedOnly
      ? 'this is how far apart seeds alone can be'
      : changes.length > 1
        ? 'one run each, so seeds could explain it, and which of the changes did it cannot be told'
        : 'one run each, so seeds could explain it',
  ];
  return `; ${parts.join('; ')}`;
}

/** The run before this one of the same document; null where it is the first. */
export function previousRun(rows: readonly RunRow[], run: RunRow): RunRow | null {
  if (run.documentId === null) return null;
  let found: RunRow | null = null;
  for (const each of rows) {
    if (each.id === run.id || each.documentId !== run.documentId) continue;
    if (each.createdAt > run.createdAt) continue;
    if (!found || each.createdAt > found.createdAt) found = each;
  }
  return found;
}
