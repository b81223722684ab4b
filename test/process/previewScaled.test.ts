/** Rule: the preview says what the Data node does to each number, measured on the rows that train. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDataReading } from '#main/dataProcess/dataReading.ts';
import { temporaryFolder } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('numbers that are normalised have the mean and the deviation of what trains', async () => {
  const path = join(folder.path, 't.csv');
  const rows = Array.from({ length: 40 }, (_, i) => `${(i * 17) % 40},${i % 2 === 0 ? 'a' : 'b'}`);
  writeFileSync(path, ['x,kind', ...rows, ''].join('\n'));
  const request = {
    ...{ source: `csv:${path}`, options: {}, access: { folder: null, allowed: [path] } },
    ...{ split: { validation: 0.25, test: 0 }, seed: 3, rows: 40 },
  };
  const reading = createDataReading();
  const found = await reading.previewTable({ ...request, normalise: 'auto' });
  const train = found.rows.flatMap(({ part, values }) =>
    part === 'train' ? [values?.[0] ?? NaN] : [],
  );
  const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
  const variance = train.reduce((sum, value) => sum + (value - mean) ** 2, 0) / train.length;
  expect(train).toHaveLength(30);
  expect(found.normalisation?.shift[0]).toBeCloseTo(mean, 10);
  expect(found.normalisation?.scale[0]).toBeCloseTo(1 / Math.sqrt(variance), 10);
  expect((await reading.previewTable({ ...request, normalise: 'none' })).normalisation).toBeNull();
  expect((await reading.previewTable(request)).normalisation).toBeUndefined();
});
