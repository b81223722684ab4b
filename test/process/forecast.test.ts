/** Rule: two commands lead from a table of a series to its next values, in the numbers of the table. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');

/** Repeats every 8 months around 500. */
const valueAt = (i: number): number => Math.round(500 + 200 * Math.sin((2 * Math.PI * i) / 8));
const months = (from: number, to: number): string =>
  [
    'month,sold',
    ...Array.from({ length: to - from }, (_, i) => {
      const month = from + i;
      const text = `${2000 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
      return `${text},${valueAt(month)}`;
    }),
  ].join('\n');

test('a series is trained on and forecast', async () => {
  const table = join(folder.path, 'sold.csv');
  writeFileSync(table, months(0, 120));
  const trained = await runCli(
    home,
    ...['train', example('regression'), '--data', `windows:${table}`, '--split', 'byTime'],
    ...['--epochs', '150', '--run-name', 'sold', '--json'],
  );
  expect(trained.stderr).not.toContain('error');
  expect(trained.code).toBe(0);
  for (const [from, to] of [
    [0, 120],
    [33, 57],
  ] as const) {
    writeFileSync(table, months(from, to));
    const { code, stdout } = await askCli(home, 'predict', 'sold', '--input', table);
    expect(code).toBe(0);
    const [names, row = ''] = stdout.trimEnd().split('\n');
    expect(names).toBe('last month,predicted sold +1');
    expect(Math.abs(Number(row.split(',')[1]) - valueAt(to))).toBeLessThan(60);
  }
  writeFileSync(table, months(0, 5));
  const short = await askCli(home, 'predict', 'sold', '--input', table);
  expect(short.code).toBe(1);
  expect(short.stderr).toContain('windows.none');
});
