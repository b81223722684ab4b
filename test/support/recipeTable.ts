/** A made-up table of passengers with gaps, words, dates and a skewed number, and a recipe that uses every step. */
import { RandomStream, below as wordBelow } from '#engine/ops/philox.ts';
import type { Step } from '#engine/ir/attrs.ts';

const PORTS = ['Cherbourg', 'Queenstown', 'Southampton', 'Kiel', 'Åbo', 'Cork'];
export const RECIPE_COLUMNS = ['Age', 'Fare', 'Sex', 'Port', 'Cabin', 'Booked', 'Class'] as const;

/** Rows of text, the target `Survived` last. */
export function passengers(count: number, seed = 7): readonly (readonly string[])[] {
  const random = new RandomStream(seed, 'data');
  const below = (bound: number): number => wordBelow(random.word(), bound);
  const pick = (all: readonly string[]): string => all[below(all.length)] ?? '';
  return Array.from({ length: count }, () => {
    const isFemale = below(2) === 1;
    const age = below(5) === 0 ? '' : String(below(280) / 4);
    const fare = String(Math.round(Math.exp(1 + 1.2 * random.normal()) * 8) / 8);
    const day = String(1 + below(28)).padStart(2, '0');
    const month = String(1 + below(12)).padStart(2, '0');
    const booked = below(9) === 0 ? '' : `${1910 + below(3)}-${month}-${day} ${10 + below(12)}:30`;
    return [
      ...[age, fare, isFemale ? 'female' : 'male', below(12) === 0 ? '' : pick(PORTS)],
      ...[`${pick(['A', 'B', 'C'])}${below(400)}`, booked, String(1 + below(3))],
      String(Number(isFemale !== (below(6) === 0))),
    ];
  });
}

export const csvOf = (rows: readonly (readonly string[])[]): string =>
  [[...RECIPE_COLUMNS, 'Survived'], ...rows].map((row) => row.join(',')).join('\n');

/** Without what ONNX has no operators for. */
export const PLAIN_RECIPE: readonly Step[] = [
  { step: 'drop', columns: ['Booked', 'Cabin'] },
  { step: 'impute', columns: ['Age'], strategy: 'median', indicator: true },
  {
    step: 'derive',
    name: 'share',
    expression: 'where(Age < 16 or Sex == "female", Fare / Age, -sqrt(Fare))',
  },
  { step: 'impute', columns: ['Port', 'share'], strategy: 'mostFrequent' },
  { step: 'clip', columns: ['Fare'], low: 2, high: 98 },
  { step: 'log', columns: ['Fare'] },
  { step: 'robust', columns: ['share'] },
  { step: 'oneHot', columns: ['Port', 'Class'], maxCategories: 4 },
  { step: 'ordinal', columns: ['Sex'], order: ['male', 'female'] },
  { step: 'quantile', columns: ['Age'], quantiles: 9 },
  { step: 'minMax', columns: ['share'] },
  { step: 'standardise' },
];

export const WHOLE_RECIPE: readonly Step[] = [
  { step: 'filter', expression: 'not missing(Fare) and Fare < 100' },
  {
    step: 'dateParts',
    columns: ['Booked'],
    year: true,
    month: true,
    weekday: true,
    hour: true,
    cyclic: true,
  },
  {
    step: 'impute',
    columns: ['Booked_year', 'Booked_month_sin', 'Booked_month_cos'],
    strategy: 'mean',
  },
  {
    step: 'impute',
    columns: ['Booked_weekday_sin', 'Booked_weekday_cos', 'Booked_hour_sin', 'Booked_hour_cos'],
    strategy: 'constant',
  },
  { step: 'hashing', columns: ['Cabin'], buckets: 5 },
  ...PLAIN_RECIPE.slice(1).map((step) =>
    step.step === 'quantile' ? { ...step, output: 'normal' } : step,
  ),
];
