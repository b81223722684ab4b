/**
 * Rule: the steps of a recipe are what scikit-learn calls so, to fifteen digits; expectations by
 * test/parity/sklearn_recipe.py.
 */
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import type { ColumnPasses, StepColumn } from '#engine/datasets/recipe/define.ts';
import { sortedValues } from '#engine/datasets/recipe/numbers.ts';
import { normalQuantile } from '#engine/ops/normalQuantile.ts';
import { recipeSteps } from '#engine/datasets/recipe/registry.ts';
import wanted from '#test/parity/sklearn_recipe.json' with { type: 'json' };

interface Case {
  readonly attrs: Readonly<Record<string, JsonValue>>;
  readonly wanted: readonly unknown[];
}

const number = (values: readonly (number | null)[]): StepColumn => ({
  kind: 'number',
  values: Float64Array.from(values, (value) => value ?? NaN),
});
const words = (texts: readonly string[]): StepColumn => ({
  kind: 'words',
  words: [...new Set(texts)],
  values: Float64Array.from(texts, (text) => [...new Set(texts)].indexOf(text)),
});

function passesOver(column: StepColumn): ColumnPasses {
  const { values, kind } = column;
  return {
    ...{ kind, rows: values.length },
    train(visit) {
      // Chunks of uneven sizes: no step may ask for all rows at once.
      for (let from = 0, size = 1; from < values.length; from += size, size = (size % 4) + 1) {
        visit({ ...column, values: values.slice(from, from + size) });
      }
      return Promise.resolve();
    },
    words() {
      const counts = new Map<string, number>();
      for (const value of values) {
        const word = column.kind === 'words' ? (column.words[value] ?? '') : String(value);
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      return Promise.resolve(counts);
    },
  };
}

async function made(
  step: string,
  attrs: Case['attrs'],
  train: StepColumn,
  others: StepColumn,
): Promise<readonly StepColumn[]> {
  const definition = recipeSteps.get(step);
  if (definition?.of !== 'column') throw new Error(`no step ${step}`);
  const read = readAttrs(definition.attrs, attrs).attrs;
  return definition.apply(others, read, await definition.fit(passesOver(train), read, 'x'));
}

function expectNear(found: Float64Array | undefined, values: readonly (number | null)[]): void {
  expect(found).toHaveLength(values.length);
  values.forEach((value, i) => {
    if (value === null) expect(found?.[i]).toBeNaN();
    // A bell ends at the share 1e-7 here, a rounding below it in scikit-learn.
    else expect(found?.[i]).toBeCloseTo(value, Math.abs(value) > 5 && Math.abs(value) < 6 ? 8 : 12);
  });
}

const NUMBERS = ['impute', 'standardise', 'minMax', 'robust', 'quantile'] as const;
const WORDS = ['oneHot', 'ordinal'] as const;

describe.each(NUMBERS)('%s of numbers', (step) => {
  test.each(wanted[step] as readonly Case[])('$attrs', async ({ attrs, wanted: values }) => {
    const [found] = await made(step, attrs, number(wanted.train), number(wanted.others));
    expectNear(found?.values, values as readonly (number | null)[]);
  });
});

describe.each(WORDS)('%s of words', (step) => {
  test.each(wanted[step] as readonly Case[])('$attrs', async ({ attrs, wanted: columns }) => {
    const found = await made(step, attrs, words(wanted.words), words(wanted.new));
    expect(found).toHaveLength(columns.length);
    columns.forEach((values, i) => expectNear(found[i]?.values, values as readonly number[]));
  });
});

test.each(wanted.hashing as readonly Case[])(
  'hashing $attrs',
  async ({ attrs, wanted: columns }) => {
    const found = await made('hashing', attrs, words(wanted.words), words(wanted.words));
    columns.forEach((values, i) => expectNear(found[i]?.values, values as readonly number[]));
  },
);

test('of very many rows a sample is sorted, the same every time, near the whole', async () => {
  const column = number(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_000));
  const whole = await sortedValues(passesOver(column));
  const sample = await sortedValues(passesOver(column), 2000);
  expect(whole.sampled).toBeNull();
  expect(sample.sampled).toBe(sample.values.length);
  expect(Math.abs(sample.values.length - 2000)).toBeLessThan(200);
  expect(sample.values[Math.floor(sample.values.length / 2)]).toBeCloseTo(10_000, -3);
  expect((await sortedValues(passesOver(column), 2000)).values).toEqual(sample.values);
});

test('quantiles of the normal distribution are those of its published table', () => {
  // Python: statistics.NormalDist().inv_cdf
  const table = [
    [0.5, 0],
    [0.975, 1.9599639845400536],
    [0.1, -1.2815515655446008],
    [1e-3, -3.090232306167813],
    [1e-7, -5.199337582192817],
    [1e-15, -7.941345326170995],
  ] as const;
  for (const [share, value] of table) expect(normalQuantile(share)).toBeCloseTo(value, 12);
});

test('an index to embed by is of a word that training knows often enough; all others share 0', async () => {
  const known = words(['b', 'a', 'c', 'b', 'rare', 'c', 'a', 'b']);
  const [found] = await made('embeddingIndex', { minCount: 2 }, known, {
    ...{ kind: 'words', words: ['never', 'rare', 'c', 'b', 'a'] },
    values: Float64Array.of(0, 1, 2, 3, 4, NaN),
  });
  expect([...(found?.values ?? [])]).toEqual([0, 0, 3, 2, 1, 0]);
  // Of too many the most frequent ones, of equally frequent ones the first.
  const [few] = await made('embeddingIndex', { maxCategories: 2 }, known, words(['a', 'b', 'c']));
  expect([...(few?.values ?? [])]).toEqual([1, 2, 0]);
});
