/** Rule: CIFAR's binary files are read with their test split and their names; what cannot be one is refused. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import { memoryFiles, realFiles } from '#test/support/memoryFiles.ts';
import { problemOf } from '#test/support/problems.ts';
import { realDataset } from '#test/support/realDatasets.ts';

/** Red, green and blue are value, value + 1, value + 2. */
function record(labels: readonly number[], value: number): readonly number[] {
  return [...labels, ...Array.from({ length: 3072 }, (_, i) => value + Math.floor(i / 1024))];
}
const ten = (...labels: readonly number[]) =>
  Uint8Array.from(labels.flatMap((label, i) => record([label], 10 * i)));
const hundred = (...labels: readonly (readonly [number, number])[]) =>
  Uint8Array.from(labels.flatMap((pair, i) => record(pair, 10 * i)));

type Content = Readonly<Record<string, Uint8Array | string>>;
const load = (content: Content, options = {}, path = 'd') =>
  loadData(`cifar:${path}`, options, memoryFiles(content));

describe('CIFAR', () => {
  it('is read in the order of its batches, with its test split', async () => {
    const table = await load({
      'd/data_batch_1.bin': ten(3, 9),
      'd/data_batch_2.bin.gz': gzipSync(ten(1)),
      'd/test_batch.bin': ten(0),
      'd/readme.html': 'x',
    });
    expect(table).toMatchObject({ count: 4, testStart: 3 });
    const [image, label] = table.columns;
    expect(image?.field.shape).toEqual([3, 32, 32]);
    const starts = [0, 1024, 2048, 3072, 4096].map((at) => image?.stored[at]);
    expect(starts).toEqual([0, 1, 2, 10, 11]);
    expect(label?.stored).toEqual(Int32Array.of(3, 9, 1, 0));
    expect(label?.field.classNames?.slice(0, 2)).toEqual(['airplane', 'automobile']);
  });

  it('has the names that lie beside it', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
    const content = {
      'd/data_batch_1.bin': ten(3),
      'd/batches.meta.txt': `${names.join('\n')}\n\n`,
    };
    expect((await load(content)).columns[1]?.field.classNames).toEqual(names);
  });

  it('of a hundred classes has them fine and coarse', async () => {
    const content = { 'd/train.bin': hundred([19, 99], [2, 5]), 'd/test.bin': hundred([1, 7]) };
    const fine = await load(content);
    expect(fine).toMatchObject({ count: 3, testStart: 2 });
    expect(fine.columns[1]).toMatchObject({
      field: { classes: 100 },
      stored: Int32Array.of(99, 5, 7),
    });
    const coarse = await load(content, { labels: 'coarse' });
    expect(coarse.columns[1]).toMatchObject({
      field: { classes: 20 },
      stored: Int32Array.of(19, 2, 1),
    });
  });

  it.each([
    ['cut off', ten(1, 2).slice(0, 6000), 'cifar.length', 'd/data_batch_1.bin, byte 3073'],
    ['empty', new Uint8Array(0), 'cifar.length', 'd/data_batch_1.bin, byte 0'],
    ['of other labels', ten(1, 10), 'cifar.label', 'd/data_batch_1.bin, byte 3073'],
  ])('is refused %s', async (_what, bytes, code, path) => {
    expect(await problemOf(() => load({ 'd/data_batch_1.bin': bytes }))).toMatchObject({
      code,
      path,
    });
  });

  it('is not in a folder without it', async () => {
    const problem = await problemOf(() => load({ 'd/test_batch.bin': ten(1) }));
    expect(problem).toMatchObject({ code: 'cifar.no-files', path: 'd' });
    expect(await problemOf(() => load({ 'x/y': '' }))).toMatchObject({ code: 'file.not-found' });
  });

  const folder = realDataset('cifar10');
  it.skipIf(folder === null)('is read from a real file, packed', async () => {
    const path = `${folder}/cifar10-first4000.bin.gz`;
    const table = await loadData(`cifar:${path}`, {}, realFiles);
    expect(table.count).toBe(4000);
    const labels = [...(table.columns[1]?.stored ?? [])];
    // As the first training batch is known to begin: frog, truck, truck, deer, automobile.
    expect(labels.slice(0, 5)).toEqual([6, 9, 9, 4, 1]);
  });
});
