/**
 * A comparison of two groups of runs as a sentence that claims no more than they show: which is better by how
 * much, that there is no difference beyond what seeds make, or that they are too few to tell; always with how
 * many runs it is of. Pure.
 */
import { metricName } from '../metrics/names.ts';
import type { GroupComparison, GroupFigures, LeftOut } from './groups.ts';
import { leastEach } from './statistics.ts';
import { formatCount } from './numberText.ts';
import { apartUnit, apartWords, chanceWords } from './words.ts';

export interface Statement {
  readonly kind: 'too few' | 'none' | 'difference';
  /** Whole, for people. */
  readonly text: string;
  /** What else is to be known: which runs are not in it, and why. */
  readonly notes: readonly string[];
}

const LEFT_OUT_WORDS: Readonly<Record<LeftOut, string>> = {
  active: 'is not done yet',
  failed: 'failed',
  interrupted: 'was interrupted',
  repeat: 'repeats a seed and counts once',
  'no figure': 'has no such figure',
};

/** `comparisons`: so many are made with one base, and share what may be said wrongly. */
export function statementOf(
  key: string,
  { base, other, result }: GroupComparison,
  comparisons = 1,
): Statement {
  const [a, b] = [other.group.label, base.group.label];
  const counts = (first: number, second: number): string =>
    result.paired
      ? `${formatCount(first, 'pair')} of one seed each`
      : `${first} and ${formatCount(second, 'run')}`;
  const notes = [...leftOutNotes(other), ...leftOutNotes(base)];
  if (result.verdict === 'too few') {
    const least = leastEach(result.falseRate);
    const text = `Too few runs to tell ${a} and ${b} apart: ${counts(...result.n)}. From ${least} each a difference can show.`;
    return { kind: 'too few', text, notes };
  }
  const { better } = metricName(key);
  // Of what is neither better nor worse it is said which is more.
  const sign = better === 'lower' ? -1 : 1;
  const leads = sign * result.difference >= 0;
  const turned = leads ? sign : -sign;
  const ends = [...(result.interval ?? [NaN, NaN])]
    .map((end) => turned * end)
    .sort((x, y) => x - y);
  const [size, low, high] = apartWords(key, [turned * result.difference, ...ends]);
  const level = Number((100 * (1 - result.falseRate)).toFixed(1));
  const together = comparisons > 1 ? ` each, 95 % for all ${comparisons} comparisons` : '';
  const [nA, nB] = result.n;
  const [first, second, runs] = leads ? [a, b, counts(nA, nB)] : [b, a, counts(nB, nA)];
  const figures = `(${level} %${together}: ${low} to ${high}, ${runs}, p = ${chanceWords(result.p)})`;
  const word = better === null ? 'higher' : 'better';
  const claim = `${first} is ${word} by ${size}${apartUnit(key)}`;
  if (result.verdict !== 'none') {
    return { kind: 'difference', text: `${claim} than ${second} ${figures}.`, notes };
  }
  const seeds = base.group.seedsOnly && other.group.seedsOnly;
  const beyond = seeds ? 'beyond seeds' : 'beyond what runs of one group differ by';
  return {
    kind: 'none',
    text: `No difference ${beyond} between ${first} and ${second}: ${size}${apartUnit(key)} apart ${figures}.`,
    notes,
  };
}

function leftOutNotes({ group, leftOut }: GroupFigures): readonly string[] {
  const by = new Map<LeftOut, number>();
  for (const { why } of leftOut) by.set(why, (by.get(why) ?? 0) + 1);
  return [...by].map(
    ([why, count]) =>
      `Not in ${group.label}: ${formatCount(count, 'run')} that ${LEFT_OUT_WORDS[why]}.`,
  );
}
