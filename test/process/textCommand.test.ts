/** Rule: two commands lead from texts to what they are about: trained on a table or folders, asked of lines or a file. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const file = (name: string, content: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};
const [GOOD, BAD] = [
  ['lovely', 'great', 'fine'],
  ['awful', 'bad', 'poor'],
];
const THINGS = ['phone', 'film', 'soup', 'walk', 'book'];
const reviews = Array.from({ length: 120 }, (_, i) => {
  const words = (i % 2 === 0 ? GOOD : BAD) ?? [];
  return [`A ${words[i % 3]} ${THINGS[i % 5]}, number ${i}.`, i % 2 === 0 ? 'up' : 'down'];
});
const cellsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

test('of a column, asked by lines and by rows', async () => {
  const table = file('t.csv', ['said,feel', ...reviews.map(([a, b]) => `"${a}",${b}`)].join('\n'));
  const trained = await runCli(
    home,
    ...['train', example('moons'), '--data', `text:${table}`, '--epochs', '40'],
    ...['--run-name', 'feels', '--split', 'stratified'],
  );
  expect(trained.code).toBe(0);
  const lines = file('new.txt', 'A great film\n\nWhat a poor soup\n');
  const asked = await askCli(home, 'predict', 'feels', '--input', lines);
  expect(asked.stdout.split('\n')[0]).toBe('text,predicted feel,p(down),p(up)');
  expect(cellsOf(asked.stdout).map((cells) => cells.slice(0, 2))).toEqual([
    ['A great film', 'up'],
    ['What a poor soup', 'down'],
  ]);
  const rows = file('new.csv', 'no,said\n1,A lovely walk\n2,An awful book\n');
  const answered = await askCli(home, 'predict', 'feels', '--input', rows);
  expect(cellsOf(answered.stdout).map((cells) => cells[2])).toEqual(['up', 'down']);
  const other = await askCli(home, 'predict', 'feels', '--input', file('no.csv', 'a,b\n1,2\n'));
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('csv.missing-column');

  const project = join(folder.path, 'project');
  const exported = await askCli(home, 'export', 'feels', '--to', 'pytorch', '-o', project);
  expect(exported.code).toBe(0);
  expect(readFileSync(join(project, 'text.py'), 'utf8')).toContain('def encode(texts):');
  expect(readFileSync(join(project, 'README.md'), 'utf8')).toContain('text.py');
  const onnx = await askCli(
    home,
    ...['export', 'feels', '--to', 'onnx', '-o', join(folder.path, 'm.onnx')],
  );
  expect(onnx.code).toBe(0);
  expect(onnx.stdout + onnx.stderr).toContain('cutting texts into tokens has no operators');
});

test('of folders, asked by a file', async () => {
  const texts = join(folder.path, 'texts');
  reviews.forEach(([text = '', feel = ''], i) => {
    mkdirSync(join(texts, feel), { recursive: true });
    writeFileSync(join(texts, feel, `${i}.txt`), text);
  });
  const trained = await askCli(
    home,
    ...['train', example('moons'), '--data', `text:${texts}`, '--epochs', '40'],
    ...['--run-name', 'folders'],
  );
  expect(trained.code).toBe(0);
  const asked = await askCli(
    home,
    ...['predict', 'folders', '--input', file('one.txt', 'An awful\nlong walk.\n'), '--json'],
  );
  const { answers } = JSON.parse(asked.stdout) as {
    answers: { rows: readonly (readonly string[])[] };
  };
  expect(answers.rows.map((cells) => cells.slice(0, 2))).toEqual([['An awful long walk.', 'down']]);
});
