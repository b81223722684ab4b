/** What is shown of one column: its type, its distribution, what it tells of the target. Pure. */
import type { ColumnProfile, ColumnType, Distribution } from '#engine/protocol/index.ts';
import type { LookedColumn, LookedTarget } from './look.ts';
import { binnedNumbers, binnedWords, type Codes, correlation, mutualBits } from './relation.ts';
import { binOf, present, quantile } from './statistics.ts';

const BINS = 40;
const MOST_WORDS = 40;
/** Of numbers: what lies beyond would make all other bins one. */
const TAIL = 0.005;
/** More different words are text, not categories. */
const MOST_CATEGORIES = 50;
const YES_NO = [
  ['no', 'yes'],
  ['false', 'true'],
  ['n', 'y'],
  ['f', 't'],
];

export function columnProfile(
  column: LookedColumn,
  target: LookedTarget | null,
  rowCount: number,
): ColumnProfile {
  const { index, name, role, roleWhy, missing, distinct, distinctIsApproximate, numbers } = column;
  const type = typeOf(column, rowCount);
  const withTarget = target && target.column !== column ? relationOf(column, target) : null;
  return {
    ...{ index, name, type, role, missing, distinct },
    ...(roleWhy !== undefined && { roleWhy }),
    ...(distinctIsApproximate && { distinctIsApproximate }),
    distribution: distributionOf(column, target),
    ...(numbers && { numbers }),
    ...(withTarget && { withTarget }),
  };
}

function typeOf(column: LookedColumn, rowCount: number): ColumnType {
  const { kind, isWhole, distinct, words, numbers, missing } = column;
  switch (kind) {
    case 'empty':
      return 'empty';
    case 'dates':
      return 'date';
    case 'mixed':
      return 'number';
    case 'numbers':
      if (distinct === 2 && isWhole && numbers?.min === 0 && numbers.max === 1) return 'yesNo';
      return isWhole ? 'integer' : 'number';
    case 'words': {
      const lower = words.map((word) => word.toLowerCase()).sort();
      if (YES_NO.some((pair) => pair.every((word, i) => word === lower[i]) && lower.length === 2)) {
        return 'yesNo';
      }
      return distinct > Math.min(MOST_CATEGORIES, (rowCount - missing) / 2) ? 'text' : 'category';
    }
    default:
      return kind satisfies never;
  }
}

/** Bins in which a column is compared with others. */
export const binned = ({ kind, values, words }: LookedColumn): Codes =>
  kind === 'words' ? binnedWords(values, words.length) : binnedNumbers(values);

function relationOf(
  column: LookedColumn,
  target: LookedTarget,
): ColumnProfile['withTarget'] | null {
  if (column.kind === 'empty' || isNaming(column)) return null;
  const bits = mutualBits(binned(column), target.binned);
  const isNumber = column.kind !== 'words' && target.labels === null;
  const r = isNumber ? correlation(column.values, target.column.values) : NaN;
  return { bits, ...(Number.isFinite(r) && { correlation: r }) };
}

/** Of what names rows, every bin is of a few of them: it seems to tell a lot. */
const isNaming = ({ kind, distinct, words, role }: LookedColumn): boolean =>
  role === 'id' ||
  (kind === 'words' && distinct > MOST_CATEGORIES && words.length > MOST_CATEGORIES);

function distributionOf(column: LookedColumn, target: LookedTarget | null): Distribution | null {
  if (column.kind === 'empty' || column.distinct === 0) return null;
  const labels = target?.labels && target.classes.length === 2 ? target.labels : null;
  return column.kind === 'words' ? ofWords(column, labels) : ofNumbers(column, labels);
}

function ofNumbers({ values, isWhole }: LookedColumn, labels: Int32Array | null): Distribution {
  const sorted = present(values).sort();
  const [low, high] = [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
  // Whole numbers in bins narrower than one would leave every other bin empty.
  const bins = isWhole ? Math.min(BINS, Math.max(1, Math.round(high - low) + 1)) : BINS;
  const counts = Array<number>(bins).fill(0);
  const ofTarget = Array<number>(bins).fill(0);
  for (const [row, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const bin = binOf(value, low, high, bins);
    counts[bin] = (counts[bin] ?? 0) + 1;
    if (labels?.[row] === 1) ofTarget[bin] = (ofTarget[bin] ?? 0) + 1;
  }
  return { kind: 'numbers', low, high, counts, ...(labels && { ofTarget }) };
}

function ofWords({ values, words }: LookedColumn, labels: Int32Array | null): Distribution {
  const counts = new Float64Array(words.length);
  const ofTarget = new Float64Array(words.length);
  let filled = 0;
  for (const [row, code] of values.entries()) {
    if (Number.isNaN(code)) continue;
    filled += 1;
    counts[code] = (counts[code] ?? 0) + 1;
    if (labels?.[row] === 1) ofTarget[code] = (ofTarget[code] ?? 0) + 1;
  }
  const order = [...counts.keys()]
    .sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b)
    .slice(0, MOST_WORDS);
  return {
    kind: 'words',
    words: order.map((code) => ({
      ...{ word: (words[code] ?? '').slice(0, 200), count: counts[code] ?? 0 },
      ...(labels && { ofTarget: ofTarget[code] ?? 0 }),
    })),
    others: order.reduce((rest, code) => rest - (counts[code] ?? 0), filled),
  };
}
