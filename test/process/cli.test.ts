/**
 * Rule: the command line answers 0 for success, 1 with code and place for a problem in its input, 2 for
 * wrong usage; `--json` prints one object on stdout and nothing else.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatInteger } from '#engine/ir/numberText.ts';
import { readSafetensors } from '#engine/export/safetensors.ts';
import { writeNpy, readNpy } from '#engine/export/npy.ts';
import { readFile, writeFile } from 'node:fs/promises';
import { askCli, example, runCli, startCli, temporaryFolder } from '#test/support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const file = (name: string, content: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};

test('check prints shapes and cost as one object', async () => {
  const { code, stdout } = await runCli(home, 'check', example('digits-mlp'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, parameters: 109_386, problems: [] });
});

test('check tells the planned memory, and refuses what does not fit', async () => {
  const { code, stdout } = await askCli(home, 'check', example('digits-mlp'), '--json');
  expect(code).toBe(0);
  const { memory } = JSON.parse(stdout) as { memory: Record<string, number> };
  expect(memory['optimizerBytes']).toBe(2 * (memory['parameterBytes'] ?? 0));
  expect(memory['activationBytes']).toBeGreaterThan(0);

  const project = JSON.parse(await readFile(example('digits-cnn-batchnorm'), 'utf8')) as {
    training: Record<string, unknown>;
  };
  project.training['batchSize'] = 60_000;
  const on = (device: string): string => {
    const training = { ...project.training, device };
    return file(`large-${device}.netloom.json`, JSON.stringify({ ...project, training }));
  };
  const large = on('cpu');
  for (const command of ['check', 'train']) {
    const refused = await askCli(home, command, large);
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('memory.too-large');
    expect(refused.stdout + refused.stderr).toMatch(/GiB/);
  }
  const warned = await askCli(home, 'check', on('auto'));
  expect(warned.code).toBe(0);
  expect(warned.stdout + warned.stderr).toMatch(/memory\.too-large.*takes a GPU/);
});

test('a last batch that batch norm cannot learn from is refused, or dropped', async () => {
  const rows = Array.from(
    { length: 129 },
    (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${'xy'[i % 2] ?? ''}`,
  );
  const table = file('rows.csv', ['a,b,kind', ...rows].join('\n'));
  const wire = (from: string, to: string) => {
    const end = (text: string) => ({ node: text.split('.')[0], port: text.split('.')[1] });
    return { from: end(from), to: end(to) };
  };
  const project = file(
    'norm.netloom.json',
    JSON.stringify({
      format: 'netloom',
      version: 1,
      name: 'norm',
      nodes: [
        { id: 'data', type: 'Data', attrs: { source: `csv:${table}` } },
        { id: 'bn1', type: 'BatchNorm1d' },
        { id: 'fc1', type: 'Linear', attrs: { outFeatures: 2 } },
        { id: 'loss', type: 'CrossEntropyLoss' },
      ],
      wires: [
        wire('data.features', 'bn1.x'),
        wire('bn1.y', 'fc1.x'),
        wire('fc1.y', 'loss.prediction'),
        wire('data.label', 'loss.target'),
      ],
      training: { batchSize: 128, epochs: 2, device: 'cpu', split: { validation: 0, test: 0 } },
    }),
  );
  for (const command of ['check', 'train']) {
    const refused = await askCli(home, command, project);
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('training.batch-norm-batch-one');
    expect(refused.stdout + refused.stderr).toContain('129 training samples');
  }
  const trained = await askCli(home, 'train', project, '--drop-last', '--json');
  expect(trained.code).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ steps: 2, epochs: 2 });
  // The other fix.
  expect((await askCli(home, 'train', project, '--batch', '127', '--json')).code).toBe(0);
});

test('datasets tells what a source holds, and what its reader left out', async () => {
  const table = file('t.csv', 'a,b,kind\n1,2,x\n3,4,y\n5,,x\n7,8,y\n');
  const { code, stdout } = await runCli(home, 'datasets', `csv:${table}`);
  expect(code).toBe(0);
  expect(stdout).toContain('3 samples');
  expect(stdout).toMatch(/^features: a, b$/m);
  const asJson = await askCli(home, 'datasets', `csv:${table}`, '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ counts: { total: 3 } });
  expect((await askCli(home, 'datasets', 'csv:nowhere.csv')).code).toBe(1);
});

/** Looks like a table of machines that fail: a row number, an id, the target amid others. */
const MACHINES = [
  'UDI,Product ID,Type,Torque,Machine failure,RNF',
  ...Array.from({ length: 80 }, (_, i) =>
    [i + 1, `M${i}`, 'LMH'[i % 3], i % 11 === 0 ? '' : i * 0.5, i % 2, i % 40 === 0 ? 1 : 0].join(
      ',',
    ),
  ),
].join('\n');

test('train says what became of a table, and that its target is a guess', async () => {
  const table = `csv:${file('machines.csv', MACHINES)}`;
  const train = ['train', example('moons'), '--steps', '2', '--data', table];
  const guessed = await askCli(home, ...train);
  expect(guessed.code).toBe(0);
  expect(guessed.stderr).toMatch(/^warning data\.target-guessed: .*Machine failure.*by its name/m);
  expect(guessed.stderr).toMatch(/^target: Machine failure, 2 classes \(0, 1\)$/m);
  expect(guessed.stderr).toMatch(/^features: Type \(3 categories\), Torque, RNF$/m);
  expect(guessed.stderr).toMatch(/^empty cells: Torque 8$/m);
  expect(guessed.stderr).toMatch(/^left out: UDI \(it names the rows\), Product ID/m);

  const asJson = await askCli(
    home,
    ...train,
    '--json',
    '--target',
    'RNF',
    '--ignore',
    'Torque,Type',
  );
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    data: {
      target: 'RNF',
      guessed: false,
      task: 'classification',
      features: [{ name: 'Machine failure' }],
      rows: { total: 80, used: 80 },
    },
  });
  expect(asJson.stderr).not.toContain('guessed');
  const wrong = await askCli(home, ...train, '--target', 'Torqe');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('did you mean "Torque"');
});

test('other kinds of data take over the wires of the old ones, and that is said', async () => {
  const table = `csv:${file('plain.csv', MACHINES)}`;
  const asked = ['check', example('digits-mlp'), '--data', table, '--task', 'classification'];
  const { code, stdout } = await askCli(home, ...asked);
  expect(stdout).toContain('data has no image now. Connected features in its place.');
  expect(code).toBe(0);
});

test('a last layer too narrow for the classes of other data becomes as wide, and that is said', async () => {
  const { stdout } = await askCli(home, 'check', example('moons'), '--data', 'digits');
  expect(stdout).toContain('10 classes need 10 scores but 2 come. Set out features of fc3 to 10.');
});
test('options of a source can be given; unknown ones are refused with those there are', async () => {
  const source = `csv:${file('skip.csv', `made by hand\n${MACHINES}`)}`;
  const { stdout } = await askCli(home, 'datasets', source, '--data-option', 'skipRows=1');
  expect(stdout).toContain('target: Machine failure');
  const refused = await askCli(home, 'datasets', 'moons', '--data-option', 'skipRows=1');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/data\.unknown-option.*skipRows[^]*count, noise, seed/);
});

test('what is not known is answered with what there is', async () => {
  const source = await askCli(home, 'train', example('xor'), '--data', 'moonz');
  expect(source.code).toBe(1);
  expect(source.stderr).toMatch(/did you mean moons\?[^]*Known sources: .*csv:FILE/);
  const project = (await readFile(example('xor'), 'utf8')).replace('"Tanh"', '"Tahn"');
  for (const command of ['check', 'train']) {
    const layer = await askCli(home, command, file('unknown.netloom.json', project));
    expect(layer.code).toBe(1);
    expect(layer.stdout + layer.stderr).toContain('document.unknown-layer');
    expect(layer.stdout + layer.stderr).toMatch(/Layers there are: .*Conv2d.*Linear/);
  }
});

test('a reader that has seen enough is no fault', async () => {
  const child = startCli(home, ['datasets']);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout?.destroy();
  const code = await new Promise<number | null>((done) => child.on('close', done));
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('train learns, reports, saves; predict answers from what was saved', async () => {
  const weights = join(folder.path, 'moons.safetensors');
  const args = ['train', example('moons'), '--epochs', '60', '--save', weights, '--json'];
  const { code, stdout } = await runCli(home, ...args);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as {
    readonly epochs: number;
    readonly test: { readonly accuracy: number };
  };
  expect(report).toMatchObject({ state: 'finished', epochs: 60 });
  expect(report.test.accuracy).toBeGreaterThan(0.9);
  const saved = readSafetensors(await readFile(weights), weights);
  expect([...saved.tensors.keys()]).toContain('fc1.weight');

  const input = join(folder.path, 'points.npy');
  const output = join(folder.path, 'answers.npy');
  const points = Float32Array.of(-0.5, 0.9, 0.5, -0.9);
  await writeFile(input, writeNpy({ shape: [2, 2], data: points }));
  const predicted = await runCli(
    home,
    ...['predict', example('moons'), '--weights', weights, '--input', input, '--output', output],
  );
  expect(predicted.code).toBe(0);
  const answers = readNpy(await readFile(output), output);
  expect(answers.shape).toEqual([2, 2]);
  // Far out on the two sides: each point is sure of its own class.
  expect((answers.data[0] ?? 0) > 0.5).toBe((answers.data[2] ?? 0) < 0.5);
});

test('train measures the training rows as it does the others, and tells the running mean apart', async () => {
  const args = ['train', example('digits-mlp'), '--steps', '8', '--device', 'cpu'];
  const { code, stdout } = await askCli(home, ...args, '--json');
  expect(code).toBe(0);
  type Score = { readonly loss: number; readonly accuracy: number };
  const { train, test } = JSON.parse(stdout) as {
    readonly train: Score & { readonly samples: number; readonly running: Score };
    readonly test: Score;
  };
  const { samples, running, ...scores } = train;
  expect(Object.keys(scores)).toEqual(Object.keys(test));
  expect(Object.keys(scores)).toEqual(expect.arrayContaining(['loss', 'accuracy', 'f1']));
  expect(Object.keys(running)).toEqual(['loss', 'accuracy']);
  expect(samples).toBeGreaterThan(1000);
  expect(running.loss).toBeGreaterThan(0);
  expect(running.loss).not.toBe(train.loss);
  expect(Math.abs(train.loss - test.loss)).toBeLessThan(0.1);
  const text = await askCli(home, ...args);
  expect(text.stdout).toContain(`train loss ${train.loss.toFixed(4)}`);
  expect(text.stdout).toContain(`(${formatInteger(samples)} samples)`);
});

const valid = '{"format":"netloom","version":1,"name":"x","nodes":[],"wires":[]}';

describe.each([
  ['a file that is not there', () => 'nowhere.netloom.json', 'project.cannot-read'],
  ['text that is not JSON', () => file('a.json', '{'), 'document.json'],
  ['an empty file', () => file('b.json', ''), 'document.empty'],
  ['a list', () => file('c.json', '[]'), 'document.not-object'],
  ['another format', () => file('d.json', '{"format":"keras"}'), 'document.format'],
  ['a newer version', () => file('e.json', valid.replace(':1', ':9')), 'document.newer'],
  ['no nodes', () => file('f.json', valid.replace('"nodes":[],', '')), 'document.missing'],
])('%s', (_what, path, codeName) => {
  test('is refused with its code', async () => {
    const { code, stderr } = await askCli(home, 'train', path());
    expect(code).toBe(1);
    expect(stderr).toContain(codeName);
  });
});

test('bench times a network and its kernels, and knows what it was asked', async () => {
  const { code, stdout } = await runCli(
    home,
    ...['bench', '--workload', 'W1', '--batch', '8', '--seconds', '0.05', '--profile', '--json'],
  );
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as {
    readonly steps: readonly Record<string, number>[];
    readonly products: readonly unknown[];
    readonly kernels: Readonly<Record<string, readonly unknown[]>>;
  };
  expect(report.steps).toMatchObject([{ workload: 'W1', batch: 8 }]);
  // Forward and backward of 109,184 weights, two for a multiply-add.
  expect(report.steps[0]?.['flopsPerStep']).toBeGreaterThan(8 * 4 * 109_184);
  expect(report.steps[0]?.['stepMs']).toBeGreaterThan(0);
  expect(report.products).toEqual([]);
  expect(report.kernels['W1']?.length).toBeGreaterThan(5);
  const project = example('xor');
  const given = await askCli(home, 'bench', project, '--seconds', '0.05', '--json');
  expect(JSON.parse(given.stdout)).toMatchObject({ steps: [{ workload: project }], products: [] });
  const refused = await askCli(home, 'bench', '--workload', 'W1,W0');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('bench.unknown-workload');
});

test.each([
  [['train']],
  [['sweep']],
  [['train', example('xor'), '--epochs', 'many']],
  [['train', example('xor'), '--lr', '-1']],
  [['train', example('xor'), '--device', 'tpu']],
  [['juggle']],
  [['check', example('xor'), '--colour']],
])('wrong usage: %j', async (args) => {
  // One of them as a process, whose exit code it is.
  const ask = args[0] === 'juggle' ? runCli : askCli;
  const { code, stderr } = await ask(home, ...args);
  expect(code).toBe(2);
  expect(stderr).not.toBe('');
});

test.each([
  ['--data', 'nonsense', 'data.unknown-source'],
  ['--data', 'moons:somewhere', 'data.path-unexpected'],
  ['--init', 'nowhere.safetensors', 'nowhere.safetensors'],
])('train %s %s is refused', async (flag, value, said) => {
  const { code, stderr } = await askCli(home, 'train', example('xor'), flag, value);
  expect(code).not.toBe(0);
  expect(stderr).toContain(said);
});

test('train that ends in NaN says where, and what to do', async () => {
  const text = await readFile(example('regression'), 'utf8');
  const project = JSON.parse(text) as { training: Record<string, unknown> };
  project.training['objectives'] = [{ optimizer: { type: 'SGD', attrs: { lr: 50 } } }];
  const path = file('diverges.netloom.json', JSON.stringify(project));
  const { code, stderr } = await runCli(home, 'train', path, '--device', 'cpu');
  expect(code).toBe(1);
  expect(stderr).toMatch(/error training\.non-finite at \w+: .*learning rate 50\./);
  expect(stderr).toContain('(fix: Set learning rate to 5)');
  expect(stderr).toContain('Try a tenth of the learning rate, or clip gradients.');
  const asJson = await askCli(home, 'train', path, '--device', 'cpu', '--json');
  expect(asJson.code).toBe(1);
  const report: unknown = JSON.parse(asJson.stdout);
  expect(report).toMatchObject({
    state: 'failed',
    train: { loss: null, samples: 0 },
    problem: {
      code: 'training.non-finite',
      node: expect.any(String) as string,
      message: expect.stringContaining('learning rate 50.') as string,
      explanation: expect.stringContaining('Try a tenth of the learning rate') as string,
    },
  });
});
