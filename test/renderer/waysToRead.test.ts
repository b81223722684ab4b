/** Rule: a table can be read by whatever makes samples of its rows; what was set stays set where it means the same. */
import { expect, test } from 'vitest';
import { datasets } from '#engine/datasets/index.ts';
import { keptOptions, waysToRead } from '#renderer/data/waysToRead.ts';

const sets = [...datasets.values()].map(({ id, label, doc, group, endings, rowsAs, options }) => ({
  ...{ id, label, doc, group, options, ...(endings && { endings }) },
  ...(rowsAs !== undefined && { rowsAs }),
}));
const ways = (source: string) => waysToRead(source, sets).map(({ source: way }) => way);

test.each([
  ['csv:/data/sales.csv', 'csv'],
  ['windows:/data/sales.CSV.gz', 'csv'],
  ['text:reviews.tsv', 'csv'],
  ['excel:book.xlsx', 'excel'],
  ['pixels:C:\\digits.parquet', 'parquet'],
  ['jsonl:rows.jsonl', 'jsonl'],
])('the rows of %s may be samples, steps of series, texts or pictures', (source, plainest) => {
  const file = source.slice(source.indexOf(':'));
  const [first, ...others] = ways(source);
  expect(first).toBe(`${plainest}${file}`);
  expect(new Set(others)).toEqual(new Set([`windows${file}`, `text${file}`, `pixels${file}`]));
  const labels = waysToRead(source, sets).map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
});

test.each([
  'moons',
  'images:/data/cats',
  'idx:/data/mnist',
  'text:/data/tales',
  'npy:a.npy',
  'csv:',
])('%s is no table that could be read in another way', (source) => {
  expect(ways(source)).toEqual([]);
});

test('options that the other source knows are kept', () => {
  const options = { target: 'sold', header: 'yes', delimiter: 'semicolon', recipe: [] };
  const kept = keptOptions({ options }, 'windows:sales.csv', sets);
  expect(kept).toEqual({ target: 'sold', header: 'yes' });
});
