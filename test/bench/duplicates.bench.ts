/** How long it takes to look for duplicates in real data, and how many are found. Skips where the data is not. */
import { it } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import { findDuplicates } from '#engine/datasets/images/duplicates.ts';
import { realFiles } from '../support/memoryFiles.ts';
import { realDataset } from '../support/realDatasets.ts';

it.each([
  ['idx', 'mnist', ''],
  ['idx', 'fashion-mnist', ''],
  ['cifar', 'cifar10', '/cifar10-first4000.bin.gz'],
])('%s:%s', async (source, name, file) => {
  const folder = realDataset(name);
  if (folder === null) return console.log(`${name}: not here`);
  const { columns, testStart, count } = await loadData(`${source}:${folder}${file}`, {}, realFiles);
  const [images] = columns;
  if (!images) throw new Error('no images');
  const from = performance.now();
  const { pairs, testRows, isComplete } = await findDuplicates(images, testStart);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  const [first] = pairs;
  console.log(
    `${name}: ${count} pictures in ${seconds} s, ${pairs.length} pairs, ${testRows.length} test rows in training, complete ${isComplete}; first ${JSON.stringify(first)}`,
  );
});
