/**
 * What came of an ablation: by how much the network is better with each of its layers than without it, most
 * first, in plain sentences that claim no more than the seeds show. Pure.
 */
import { metricName } from '../metrics/names.ts';
import { FALSE_RATE, meanDifference, type MeanDifference } from '../runs/statistics.ts';
import { formatCount } from '../runs/numberText.ts';
import { apartUnit, apartWords, figureWords } from '../runs/words.ts';
import { valueText } from './space.ts';
import { type SettingResult, type SweepPlan, sweepResults, type SweepTrial } from './sweep.ts';
import { BYPASSED_NODE, NO_NODE } from './targets.ts';

const MINUS = '\u2212';

export interface LayerWorth {
  readonly node: string;
  /** What the network came to without it; null while that is not known. */
  readonly value: number | null;
  /** By how much it is better with it; negative: it is better without. */
  readonly worth: number | null;
  /** Whether that is more than seeds make; null as long as there is no worth. */
  readonly verdict: MeanDifference['verdict'] | null;
  /** `3.2 points`, signed. */
  readonly words: string;
  /** Whole. */
  readonly text: string;
}

export interface AblationResult {
  /** Of the network as it is; null while that is not known. */
  readonly base: number | null;
  /** What is worth most first; those not known yet last. */
  readonly layers: readonly LayerWorth[];
  /** All of it in a sentence or two. */
  readonly text: string;
}

/** Whether nothing varies but which node is left out, and the network as it is is among them. */
export const isAblation = ({ space: [first, ...others] }: Pick<SweepPlan, 'space'>): boolean =>
  first?.kind === 'choice' &&
  first.paths.includes(BYPASSED_NODE) &&
  first.values.includes(NO_NODE) &&
  others.length === 0;

/** Null of any other sweep. */
export function ablationResult(
  plan: SweepPlan,
  trials: readonly SweepTrial[],
): AblationResult | null {
  if (!isAblation(plan)) return null;
  const results = sweepResults(plan, trials);
  const nodeOf = ({ values }: SettingResult): string => valueText(values, BYPASSED_NODE);
  const base = results.find((each) => nodeOf(each) === NO_NODE);
  const others = results.filter((each) => each !== base);
  const worths = others.map(({ value }) => betterBy(plan, base?.value ?? null, value));
  // All as precise as the largest needs.
  const sizes = apartWords(
    plan.monitor.key,
    worths.map((worth) => Math.abs(worth ?? 0)),
  );
  const judged = others.map((each, i) => {
    const worth = worths[i] ?? null;
    const size = `${sizes[i] ?? ''}${apartUnit(plan.monitor.key)}`;
    return worth === null || base === undefined
      ? unknown(nodeOf(each), each.value)
      : worthOf(plan, { node: nodeOf(each), without: each, base, worth, size }, others.length);
  });
  const layers = judged.toSorted((a, b) => (b.worth ?? -Infinity) - (a.worth ?? -Infinity));
  return { base: base?.value ?? null, layers, text: summaryOf(plan, layers) };
}

/** Null where one of both is not known. */
function betterBy(
  { monitor: { better } }: SweepPlan,
  whole: number | null,
  without: number | null,
): number | null {
  if (whole === null || without === null) return null;
  return better === 'higher' ? whole - without : without - whole;
}

function unknown(node: string, value: number | null): LayerWorth {
  const when = value === null ? '' : ' before the network as it is was trained';
  const text = `What ${node} is worth is not known${when}.`;
  return { node, value, worth: null, verdict: null, words: '', text };
}

interface Judged {
  readonly node: string;
  readonly without: SettingResult;
  readonly base: SettingResult;
  readonly worth: number;
  /** Without a sign, with its unit. */
  readonly size: string;
}

function worthOf(
  { monitor: { key }, seeds }: SweepPlan,
  { node, without: { value, bests }, base, worth, size }: Judged,
  comparisons: number,
): LayerWorth {
  const { verdict } = meanDifference(base.bests, bests, FALSE_RATE / comparisons);
  const { label } = metricName(key);
  const claim =
    worth > 0
      ? `${node} is worth ${size} of ${label}`
      : worth < 0
        ? `Without ${node} ${label} is better by ${size}`
        : `${node} makes no difference to ${label}`;
  const told = (figure: number | null): string => figureWords(key, figure ?? NaN);
  const figures = `${told(base.value)} with it, ${told(value)} without`;
  return {
    ...{ node, value, worth, verdict },
    words: `${worth > 0 ? '+' : worth < 0 ? MINUS : ''}${size}`,
    text: `${claim}: ${figures}${seeds > 1 ? `; ${seedWords(verdict, bests.length)}` : ''}.`,
  };
}

function seedWords(verdict: MeanDifference['verdict'], runs: number): string {
  if (verdict === 'too few') return `${formatCount(runs, 'seed')}, too few to tell it from chance`;
  return verdict === 'none' ? 'no more than seeds make' : 'more than seeds make';
}

function summaryOf({ monitor: { key }, seeds }: SweepPlan, layers: readonly LayerWorth[]): string {
  const known = layers.filter(({ worth }) => worth !== null);
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last)
    return 'Nothing can be said before the network as it is and one without a layer were trained.';
  const { label } = metricName(key);
  const helps = (first.worth ?? 0) > 0;
  const most = helps
    ? `${first.node} is worth most: without it ${label} is worse by ${bare(first)}.`
    : 'No layer is missed: without any one of them the network is as good or better.';
  const harms = (last.worth ?? 0) < 0;
  const least = harms
    ? ` Without ${last.node} it is better by ${bare(last)}.`
    : helps && last !== first
      ? ` ${last.node} is worth least, ${bare(last)}.`
      : '';
  const chance = seeds > 1 ? '' : ' One run each: how much of it is chance only seeds can tell.';
  return `${most}${least}${chance}`;
}

const bare = ({ words }: LayerWorth): string => words.replace(/^[+\u2212]/u, '');
