/**
 * Rule: `predict` reads a table as the run read its own: the same columns by name, the same words, the same
 * means for empty cells, in the classes of the table; and writes its answers beside the rows.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNpy, writeNpy } from '#engine/export/npy.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';
import { data, features, LABEL, network, type NodeText, target } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';

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
  const printed = await askCli(home, 'predict', 'feels', '--input', table);
  const told = printed.stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const right = told.filter((cells) => cells[3] === cells[4]).length;
  expect(right / told.length).toBeGreaterThan(0.9);

  const missing = await askCli(
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
  expect((await askCli(home, 'train', project, '--epochs', '2', '--save', weights)).code).toBe(0);
  const input = file('one.csv', 'colour,weight\nred,3\n');
  const { code, stdout } = await askCli(
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

describe('several fields and several heads', () => {
  /** From weight and feel: whether it is warm, and how heavy it is. */
  const wires = [
    ...['data.features > join.a', 'data.target > join.b', 'join.y > fc1.x', 'join.y > fc2.x'],
    ...['fc1.y > heat.prediction', 'data.target > heat.target'],
    ...['fc2.y > rebuilt.prediction', 'data.features > rebuilt.target'],
  ];
  const heat = ['a,b,heat', ...Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${i % 3}`)];
  const fields = [features(2), target(1)];
  let args: readonly string[];
  beforeAll(async () => {
    const document = network(
      [
        ...[data(fields), ['join', 'Concat'], ['fc1', 'Linear', { outFeatures: 1 }]],
        ...[
          ['heat', 'MSELoss'],
          ['fc2', 'Linear', { outFeatures: 2 }],
          ['rebuilt', 'MSELoss'],
        ],
      ] as NodeText[],
      wires,
      { epochs: 1 },
    );
    file('heat.csv', heat.join('\n'));
    const options = { target: 'heat', targetKind: 'regression', targetScale: 2 };
    const project = file(
      'heads.netloom.json',
      JSON.stringify(fed(document, 'csv:heat.csv', options)),
    );
    const weights = join(folder.path, 'heads.safetensors');
    const { code, stderr } = await askCli(home, 'train', project, '--save', weights);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    args = ['predict', project, '--weights', weights];
  });

  test('columns fill the fields, and each head answers in columns of its own', async () => {
    const input = file('both.csv', 'heat,b,a\n2,1,3\n,1,3\n1,0,0\n');
    const { code, stdout, stderr } = await askCli(home, ...args, '--input', input);
    expect(code).toBe(0);
    const [names, ...rows] = stdout.trimEnd().split('\n');
    expect(names).toBe('heat,b,a,predicted heat,predicted rebuilt,predicted rebuilt 2');
    expect(rows.map((row) => row.split(',').filter((cell) => cell !== '').length)).toEqual([
      6, 2, 6,
    ]);
    expect(stderr).toContain('1 of 3 rows get no prediction');
    // The same samples by field: heat is told as the network has it, half of the table's.
    const json = file('both.json', '{"features": [[3, 1], [0, 0]], "target": [[1], [0.5]]}');
    const answered = await askCli(home, ...args, '--input', json, '--json');
    const { outputs } = JSON.parse(answered.stdout) as {
      readonly outputs: readonly { readonly name: string; readonly data: readonly number[] }[];
    };
    expect(outputs.map(({ name }) => name)).toEqual(['heat.prediction', 'rebuilt.prediction']);
    const [first] = rows.map((row) => row.split(',').slice(3).map(Number));
    expect(outputs[0]!.data[0]! * 2).toBeCloseTo(first![0]!, 4);
    expect(outputs[1]!.data[0]).toBeCloseTo(first![1]!, 4);
  });

  test('arrays by field in, an array for each head out', async () => {
    const npy = (name: string, width: number) => {
      const path = join(folder.path, name);
      writeFileSync(path, writeNpy({ shape: [2, width], data: new Float32Array(2 * width) }));
      return path;
    };
    const inputs = [`target=${npy('t.npy', 1)}`, `features=${npy('f.npy', 2)}`];
    const given = inputs.flatMap((each) => ['--input', each]);
    const output = join(folder.path, 'y.npy');
    const { code } = await askCli(home, ...args, ...given, '--output', output);
    expect(code).toBe(0);
    const shapes = ['heat', 'rebuilt'].map((loss) => {
      const path = join(folder.path, `y.${loss}.npy`);
      return readNpy(readFileSync(path), path).shape;
    });
    expect(shapes).toEqual([
      [2, 1],
      [2, 2],
    ]);
    const printed = await askCli(home, ...args, ...given);
    expect(printed.stdout).toMatch(/^heat\.prediction\n.+\n.+\n\nrebuilt\.prediction\n/);
  });

  test.each([
    ['half of it', ['{"features": [[1, 2]]}'], /predict\.missing-field at data\.target/],
    ['lists of two lengths', ['{"features": [[1, 2], [3]], "target": [[1]]}'], /features\[1\]/],
    ['a word', ['[{"features": [1, "x"], "target": [1]}]'], /predict\.json.*features\[0\]\[1\]/],
    [
      'samples of other fields',
      ['[{"features": [1, 2]}, {"target": [1]}]'],
      /predict\.json.*\[1\]/,
    ],
  ])('%s is refused with its place', async (_what, [text = ''], said) => {
    const { code, stderr } = await askCli(home, ...args, '--input', file('bad.json', text));
    expect(code).toBe(1);
    expect(stderr).toMatch(said);
  });
});

test('a network that answers something else than the target does not answer in its classes', async () => {
  const document = network(
    [
      data([features(2), { ...LABEL, classes: 2 }]),
      ['fc1', 'Linear', { outFeatures: 2 }],
      ['loss', 'MSELoss'],
    ],
    ['data.features > fc1.x', 'fc1.y > loss.prediction', 'data.features > loss.target'],
    { epochs: 1 },
  );
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${i % 2 ? 'x' : 'y'}`);
  file('xy.csv', ['a,b,kind', ...rows].join('\n'));
  const project = file('rebuild.netloom.json', JSON.stringify(fed(document, 'csv:xy.csv')));
  const weights = join(folder.path, 'rebuild.safetensors');
  await askCli(home, 'train', project, '--save', weights);
  const input = file('ab.csv', 'a,b\n1,2\n');
  const { stdout } = await askCli(home, 'predict', project, '--weights', weights, '--input', input);
  expect(stdout).toMatch(/^a,b,predicted,predicted 2\n1,2,-?[\d.]+,-?[\d.]+\n$/);
});
