/**
 * Rule: `predict` reads a table as the run read its own: the same columns by name, the same words, the same
 * means for empty cells, in the classes of the table; and writes its answers beside the rows.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { example, runCli, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const file = (name: string, content: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};
const COLOURS = ['red', 'green', 'blue'];
/** Warm where it is red or heavy. */
const TABLE = [
  'id,colour,weight,feel',
  ...Array.from({ length: 120 }, (_, i) => {
    const weight = (i * 7) % 20;
    const warm = i % 3 === 0 || weight > 14;
    return [i + 1, COLOURS[i % 3], weight, warm ? 'warm' : 'cold'].join(',');
  }),
].join('\n');

test('rows in, rows with classes out, whatever the order of the columns', async () => {
  const table = file('t.csv', TABLE);
  const weights = join(folder.path, 'w.safetensors');
  const trained = await runCli(
    home,
    ...['train', example('moons'), '--data', `csv:${table}`, '--target', 'feel', '--save', weights],
    ...['--epochs', '150', '--run-name', 'feels', '--data-option', 'missing=mean'],
  );
  expect(trained.code).toBe(0);

  // No target, another order, a gap, a word that never came.
  const rows = ['weight,colour', '19,blue', '1,green', '2,red', ',red', '3,violet'];
  const input = file('new.csv', rows.join('\n'));
  const output = join(folder.path, 'out.csv');
  for (const who of [['feels'], [example('moons'), '--weights', weights]]) {
    const { code, stderr } = await runCli(
      home,
      ...['predict', ...who, '--input', input, '--output', output],
    );
    expect(stderr).toContain('a word in colour that did not occur in training');
    expect(code).toBe(0);
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('weight,colour,predicted feel,p(cold),p(warm)');
    const classes = lines.slice(1).map((line) => line.split(',')[2]);
    expect(classes.slice(0, 4)).toEqual(['warm', 'cold', 'warm', 'warm']);
    const [, cold = 0, warm = 0] = (lines[1] ?? '').split(',').slice(2).map(Number);
    expect(cold + warm).toBeCloseTo(1, 4);
  }
  const printed = await runCli(home, 'predict', 'feels', '--input', table);
  const told = printed.stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const right = told.filter((cells) => cells[3] === cells[4]).length;
  expect(right / told.length).toBeGreaterThan(0.9);

  const missing = await runCli(
    home,
    'predict',
    'feels',
    '--input',
    file('no.csv', 'weight\n3\n4\n'),
  );
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/csv\.missing-column.*"colour"/);
});

test('a project whose fields are not known yet predicts as it trains', async () => {
  file('beside.csv', TABLE.replace('feel', 'class'));
  const document = JSON.parse(readFileSync(example('moons'), 'utf8')) as {
    nodes: { type: string; attrs: Record<string, unknown> }[];
  };
  for (const node of document.nodes) {
    if (node.type === 'Data') node.attrs = { source: 'csv:beside.csv' };
  }
  const project = file('p.netloom.json', JSON.stringify(document));
  const weights = join(folder.path, 'p.safetensors');
  expect((await runCli(home, 'train', project, '--epochs', '2', '--save', weights)).code).toBe(0);
  const input = file('one.csv', 'colour,weight\nred,3\n');
  const { code, stdout } = await runCli(
    home,
    'predict',
    project,
    '--weights',
    weights,
    '--input',
    input,
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^colour,weight,predicted class,p\(cold\),p\(warm\)\nred,3,(warm|cold),/);
});
