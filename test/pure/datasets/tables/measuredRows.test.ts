/** Rule: what is measured of columns in a file is what is measured of them in memory, to the last bit. */
import { expect, test } from 'vitest';
import {
  columnFileParts,
  copiesInFile,
  type DataColumn,
  fillMissing,
  measuredRows,
  openStreamed,
  splitReport,
  statisticsOf,
} from '#engine/datasets/index.ts';
import { RandomStream } from '#engine/ops/index.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';

const ROWS = 9_000;
const WIDTH = 620;
const yields = (): Promise<void> => Promise.resolve();
const random = new RandomStream(5, 'data');

/** More than one part of it is read at once; one number in fifty is empty, of a feature all. */
const numbers: DataColumn = (() => {
  const stored = new Float32Array(ROWS * WIDTH).map(() => 1000 + random.uniform());
  const missing = Int32Array.from({ length: stored.length }, (_, at) => at).filter(
    (at) => at % 53 === 0 || at % WIDTH === 7,
  );
  // As a reader leaves it: something else than what the training rows say.
  for (const at of missing) stored[at] = -5;
  return { field: { name: 'x', role: 'input', dtype: 'f32', shape: [WIDTH] }, stored, missing };
})();
/** Of which the last hundred are copies of the first. */
const pictures: DataColumn = (() => {
  const stored = new Uint8Array(ROWS * 3 * 13 * 13).map(() => random.word() & 255);
  stored.copyWithin(stored.length - 100 * 507, 0, 100 * 507);
  return { field: { name: 'p', role: 'input', dtype: 'f32', shape: [3, 13, 13] }, stored };
})();
const train = Int32Array.from({ length: ROWS }, (_, row) => row).filter((row) => row % 3 !== 1);

async function inFile(column: DataColumn) {
  const table = { count: ROWS, columns: [column], fingerprint: 'f' };
  const bytes = new Uint8Array(Buffer.concat(columnFileParts(table, '')));
  const opened = await openStreamed(await memoryFiles({ p: bytes }).open('p'), 'p', true);
  if (!opened?.filed) throw new Error('nothing was left in the file');
  expect(opened.columns).toEqual([]);
  return { table, opened, filed: opened.filed };
}

test('gaps hold the means of the training rows, whichever rows are read', async () => {
  const { table, filed } = await inFile(numbers);
  const measured = await measuredRows(filed, train, 'auto', yields);
  const [held] = fillMissing(table, train).columns;
  expect(measured.columns[0]?.statistics).toEqual(statisticsOf(held!, train));
  const { stored } = held!;
  for (const [first, count] of [
    [0, 5],
    [4_321, 17],
    [ROWS - 1, 1],
  ] as const) {
    const read = await measured.read('x', first, count);
    expect(read).toEqual(stored.subarray(first * WIDTH, (first + count) * WIDTH));
  }
});

test('pictures have a mean and a deviation for each channel, where they are asked for', async () => {
  const { filed } = await inFile(pictures);
  const { columns } = await measuredRows(filed, train, 'standardise', yields);
  expect(columns[0]?.statistics).toEqual(statisticsOf(pictures, train));
  const [plain] = (await measuredRows(filed, train, 'auto', yields)).columns;
  expect(plain?.statistics.mean).toEqual([]);
});

test('copies are found in the file as they are in memory', async () => {
  const { table, opened, filed } = await inFile(pictures);
  const splits = {
    train: Int32Array.from({ length: 200 }, (_, row) => row),
    validation: Int32Array.from({ length: 300 }, (_, row) => ROWS - 150 + (row % 150)),
    test: Int32Array.of(500, 600),
  };
  const found = await copiesInFile(opened, filed, splits);
  expect(found).toEqual({ validation: 200, test: 0 });
  expect(splitReport(table, splits).copies).toEqual(found);
});
