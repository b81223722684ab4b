/**
 * Rule: a row becomes the same numbers wherever a run goes: `train --recipe` fits it, `predict` and the ONNX file of the
 * run answer the same to a row of the table; a recipe that cannot be is said with its place.
 */
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';
import { csvOf, passengers, PLAIN_RECIPE, RECIPE_COLUMNS } from '#test/support/recipeTable.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const file = (name: string, content: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};

test('trained, predicted and exported, a row is the same', async () => {
  const table = file('t.csv', csvOf(passengers(200)));
  const recipe = file('recipe.json', JSON.stringify(PLAIN_RECIPE));
  const trained = await runCli(
    home,
    ...['train', example('moons'), '--data', `csv:${table}`, '--target', 'Survived'],
    ...['--recipe', recipe, '--epochs', '3', '--run-name', 'ship', '--json'],
  );
  expect(trained.code).toBe(0);

  const rows = passengers(40, 12);
  const input = file('new.csv', csvOf(rows));
  const predicted = await askCli(home, 'predict', 'ship', '--input', input);
  expect(predicted.code).toBe(0);
  const [names = '', ...lines] = predicted.stdout.trimEnd().split('\n');
  const at = names.split(',').indexOf('p(1)');
  const wanted = lines.map((line) => Number(line.split(',')[at]));

  const out = join(folder.path, 'ship.onnx');
  const exported = await askCli(
    home,
    ...['export', 'ship', '--to', 'onnx', '--out', out, '--columns', '--activate'],
  );
  expect(exported.code).toBe(0);
  const session = await InferenceSession.create(readFileSync(out));
  const feeds = session.inputNames.map((name): [string, Tensor] => {
    const index = (RECIPE_COLUMNS as readonly string[]).indexOf(name);
    const cells = rows.map((row) => row[index] ?? '');
    const isText = name === 'Sex' || name === 'Port';
    const dims = [rows.length, 1];
    return [
      name,
      isText
        ? new Tensor('string', cells, dims)
        : new Tensor(
            'float32',
            Float32Array.from(cells, (cell) => (cell === '' ? NaN : Number(cell))),
            dims,
          ),
    ];
  });
  // The columns that it leaves out are not asked for.
  expect([...session.inputNames].sort()).toEqual(['Age', 'Class', 'Fare', 'Port', 'Sex']);
  const answers = await session.run(Object.fromEntries(feeds));
  const data = answers[session.outputNames[0] ?? '']?.data as Float32Array;
  await session.release();
  expect(wanted.every(Number.isFinite)).toBe(true);
  // `predict` writes six digits.
  wanted.forEach((chance, row) => expect(data[row * 2 + 1]).toBeCloseTo(chance, 5));
});

test('what is wrong with a recipe is said with its place', async () => {
  const table = file('w.csv', csvOf(passengers(30)));
  const train = (recipe: string) =>
    askCli(
      home,
      ...['train', example('moons'), '--data', `csv:${table}`, '--target', 'Survived'],
      ...['--recipe', recipe, '--epochs', '1'],
    );
  const cases = [
    ['no.json', null, /cli\.recipe/],
    ['text.json', '[{ "step": ', /cli\.recipe.*no JSON/],
    ['step.json', '[{ "step": "standardize" }]', /recipe\[0\]\.step.*did you mean standardise/s],
    [
      'column.json',
      '[{ "step": "log", "columns": ["Fares"] }]',
      /recipe\[0\] \(log\)\.columns.*did you mean "Fare"/s,
    ],
  ] as const;
  for (const [name, content, message] of cases) {
    const path = content === null ? join(folder.path, name) : file(name, content);
    const { code, stderr } = await train(path);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  }
});
