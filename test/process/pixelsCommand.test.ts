/** Rule: a table with a column for each pixel trains a network of convolutions, as pictures in files do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadData } from '#engine/datasets/index.ts';
import { example, runCli, temporaryFolder } from '#test/support/cli.ts';
import { realFiles } from '#test/support/memoryFiles.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const path = join(folder.path, 'train.csv');
const PIXELS = 28 * 28;

test('from file to result in one command, and its accuracy is that of the same pictures', async () => {
  const options = { count: 600 };
  const { columns, count } = await loadData('digits', options, realFiles);
  const [image, label] = columns;
  const rows = Array.from({ length: count }, (_, row) => {
    const pixels = image?.stored.slice(row * PIXELS, (row + 1) * PIXELS) ?? [];
    return [label?.stored[row], ...pixels].join(',');
  });
  const names = Array.from({ length: PIXELS }, (_, i) => `pixel${i}`);
  writeFileSync(path, [['label', ...names].join(','), ...rows].join('\n'));

  const train = async (...data: readonly string[]) => {
    const args = ['train', example('digits-lenet'), '--epochs', '2', '--device', 'cpu', '--json'];
    const { code, stdout, stderr } = await runCli(home, ...args, ...data);
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as { validation: { loss: number } }).validation;
  };
  const ofPixels = await train('--data', `pixels:${path}`);
  const ofDigits = await train('--data', 'digits', '--data-option', 'count=600');
  expect(ofPixels.loss).toBeGreaterThan(0);
  expect(ofPixels).toEqual(ofDigits);
});
