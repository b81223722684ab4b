/**
 * What a sweep answers, in a sentence or two: which value did best, what the next ones came to, each by the best
 * setting that had it, since a value is not to be judged by what it was tried together with; and no more than
 * the seeds show. Pure.
 */
import type { JsonValue } from '../ir/attrs.ts';
import { own } from '../ir/record.ts';
import { metricName } from '../metrics/names.ts';
import { formatInteger } from '../runs/numberText.ts';
import { shortName } from '../runs/settings.ts';
import { FALSE_RATE, meanDifference, spreadOf } from '../runs/statistics.ts';
import { figureWords } from '../runs/words.ts';
import { markedRange } from './repeat.ts';
import { type Parameter, type Values, valueCount, valueText } from './space.ts';
import { type SettingResult, type SweepPlan, sweepResults, type SweepTrial } from './sweep.ts';
import { isAblation } from './worth.ts';

/** Of more values nobody asked which one it is. */
const MOST_VALUES = 12;
/** Told beside the best, and the worst of the others. */
const MOST_OTHERS = 2;

/** Null where nothing can be said yet; an ablation says it itself (worth.ts). */
export function sweepAnswer(plan: SweepPlan, trials: readonly SweepTrial[]): string | null {
  if (isAblation(plan)) return null;
  // One that trains has not come to what it will.
  const told = sweepResults(plan, trials).filter(
    (result) => result.value !== null && result.trials.every(({ state }) => state !== 'running'),
  );
  if (plan.space.length === 0) return seedsAnswer(plan, told);
  const asked = askedOf(plan);
  const ranked = asked ? bestOfEach(asked, told) : told;
  const [best, second] = ranked;
  if (!best || !second) return null;
  const { label } = metricName(plan.monitor.key);
  const figure = ({ value }: SettingResult): string => figureWords(plan.monitor.key, value ?? NaN);
  const mean = plan.seeds > 1 ? `, mean of ${plan.seeds} ${repeatsOf(trials)}` : '';
  if (!asked) {
    const what = allWords(plan.space, best.values);
    const count = formatInteger(told.length);
    return `Best of ${count} settings: ${what}, with ${label} ${figure(best)}${mean}.`;
  }
  const rest = plan.space.filter((each) => each !== asked);
  const name = ({ values }: SettingResult): string => valueText(values, asked.name);
  const at = ({ values }: SettingResult): string =>
    rest.length === 0 ? '' : ` at ${allWords(rest, values)}`;
  const others = ranked.slice(1, 1 + MOST_OTHERS);
  const worst = ranked.length > 1 + MOST_OTHERS ? ranked.at(-1) : undefined;
  const each = others.map((other) => `${name(other)} comes to ${figure(other)}${at(other)}`);
  const last = worst ? [`the worst, ${name(worst)}, to ${figure(worst)}`] : [];
  const first = `${named(asked, best.values)} does best: ${label} ${figure(best)}${at(best)}${mean}.`;
  return `${first} ${[...each, ...last].join('; ')}. ${chance(plan, ranked, repeatsOf(trials))}`;
}

/** Of the same network with other seeds: how far apart they are, since that is chance. */
function seedsAnswer({ monitor }: SweepPlan, [only]: readonly SettingResult[]): string | null {
  const spread = spreadOf(only?.bests ?? []);
  if (!spread || spread.n < 2) return null;
  const [mean, min, max] = [spread.mean, spread.min, spread.max].map((value) =>
    figureWords(monitor.key, value),
  );
  const { label } = metricName(monitor.key);
  const came = `${label} ${mean} on average, ${min} to ${max}`;
  if (isOfFolds(only?.trials ?? [])) {
    return `${formatInteger(spread.n)} folds: ${came}. So much depends on what is kept back; folds share most of what they train on, so they are no independent trials.`;
  }
  return `${formatInteger(spread.n)} seeds: ${came}. So much is chance: runs that differ by less do not differ.`;
}

/**
 * What is compared value by value: the only parameter, else the first whose values are words and of which each
 * met the same others, as on a grid. Null of the rest.
 */
function askedOf({ space, strategy }: SweepPlan): Parameter | null {
  const [only, ...others] = space;
  const asked =
    others.length === 0
      ? only
      : strategy !== 'grid'
        ? undefined
        : space.find((each) => each.kind === 'choice' && each.values.every(isWord));
  return asked && valueCount(asked) <= MOST_VALUES ? asked : null;
}

const isWord = (value: JsonValue): boolean => typeof value === 'string';

/** Of settings best first, the first of each value. */
function bestOfEach({ name }: Parameter, told: readonly SettingResult[]): readonly SettingResult[] {
  const seen = new Set<string>();
  return told.filter(({ values }) => {
    const key = JSON.stringify(own(values, name));
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** A word says what it is; a number needs its setting. */
function named({ name, paths }: Parameter, values: Values): string {
  const text = valueText(values, name);
  if (isWord(own(values, name) ?? null)) return text;
  const [path = name] = paths;
  if (markedRange(path)) return `${text} in a row`;
  return `${shortName(path)} ${text}`;
}

const allWords = (space: readonly Parameter[], values: Values): string =>
  space
    .map(({ name, paths: [path = name] }) => `${shortName(path)} ${valueText(values, name)}`)
    .join(', ');

/** By what trials of one setting differ: what is kept back to validate on, or the seed alone. */
export const isOfFolds = (trials: readonly SweepTrial[]): boolean =>
  trials.some(({ fold }) => fold !== undefined);

/** What tells trials of one setting apart. */
const repeatsOf = (trials: readonly SweepTrial[]): string =>
  isOfFolds(trials) ? 'folds' : 'seeds';

/** Of all pairs that could have come first and second, as many would be told apart by mistake. */
function chance({ seeds }: SweepPlan, ranked: readonly SettingResult[], repeats: string): string {
  if (seeds === 1) return 'One run each: how much of it is chance only seeds can tell.';
  const [first, second] = ranked;
  const pairs = (ranked.length * (ranked.length - 1)) / 2;
  const runs = first?.bests ?? [];
  const { verdict } = meanDifference(runs, second?.bests ?? [], FALSE_RATE / pairs);
  switch (verdict) {
    case 'too few':
      return `${formatInteger(seeds)} ${repeats} are too few to tell the first two from chance.`;
    case 'none':
      return `The first two are no further apart than ${repeats} make.`;
    case 'higher':
    case 'lower':
      return `The first two are further apart than ${repeats} make.`;
  }
}
