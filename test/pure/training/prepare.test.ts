/** Rule: nothing of validation or test samples reaches what training is prepared from. */
import { expect, test } from 'vitest';
import { prepare } from '#engine/training/prepare.ts';
import { preparedData } from '#test/support/preparedData.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { chain, features, target } from '#test/support/network.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

const ROWS = 40;
/** Column a counts up, with an empty cell in every fourth row. */
const csv = [
  'a,b,y',
  ...Array.from({ length: ROWS }, (_, i) => `${i % 4 === 1 ? '' : i},${i},${i / 10}`),
].join('\n');

const document = chain(
  [
    ['fc1', 'Linear', { outFeatures: 1 }],
    ['loss', 'MSELoss'],
  ],
  { input: 'features', target: 'target', fields: [features(2), target(1)] },
);
const [data, ...others] = document.nodes;
const withCsv = {
  ...document,
  nodes: [
    { ...data!, attrs: { ...data!.attrs, source: 'csv:t.csv', options: { missing: 'mean' } } },
    ...others,
  ],
};

test('empty cells hold the mean of the training rows, and inputs are scaled by these', async () => {
  const { bytes, data: origin } = await preparedData(
    't.data',
    'csv:t.csv',
    { missing: 'mean' },
    tableFiles({ 't.csv': csv }),
  );
  const { table, splits, binding } = await prepare(withCsv, {
    files: memoryFiles({ 't.data': bytes }),
    data: origin,
    yieldToEventLoop: () => Promise.resolve(),
  });
  const column = table.columns.find(({ field }) => field.name === 'features');
  const known = [...splits.train].filter((row) => row % 4 !== 1);
  const mean = known.reduce((sum, row) => sum + row, 0) / known.length;
  const all = Array.from({ length: ROWS }, (_, i) => i).filter((row) => row % 4 !== 1);
  expect(mean).not.toBeCloseTo(all.reduce((sum, row) => sum + row, 0) / all.length, 3);
  for (let row = 1; row < ROWS; row += 4) expect(column?.stored[2 * row]).toBeCloseTo(mean, 4);
  expect(binding.get('features')?.normalisation?.shift[0]).toBeCloseTo(mean, 4);
});
