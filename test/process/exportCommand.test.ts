/** Rule: from the command line a run leaves as a file that answers elsewhere as it does here, and says so. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlayer } from '#engine/export/player/executor.ts';
import { readPlayerHtml } from '#engine/export/player/html.ts';
import type { ExportReport } from '#engine/protocol/index.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';
import { onnxAnswers } from '#test/support/onnxRun.ts';
import { tensor } from '#test/support/random.ts';

let folder: ReturnType<typeof temporaryFolder>;
const cli = (...args: readonly string[]) => askCli(folder.path, ...args);
const at = (name: string): string => join(folder.path, name);
beforeAll(async () => {
  folder = temporaryFolder();
  const args = ['--steps', '60', '--run-name', 'bow', '--json'];
  const { code, stderr } = await cli('train', example('moons'), ...args);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => folder.remove());

type Printed = ExportReport & {
  readonly path: string | null;
  readonly weights: { readonly which: string; readonly step: number } | null;
};

test('a run leaves as ONNX with its best weights; the file answers as predict does', async () => {
  const file = at('bow.onnx');
  const args = ['export', 'bow', '--to', 'onnx', '-o', file, '--json'];
  const { code, stdout, stderr } = await runCli(folder.path, ...args);
  expect([code, stderr]).toEqual([0, `written to ${file}\n`]);
  const printed = JSON.parse(stdout) as Printed;
  expect(printed).toMatchObject({
    path: file,
    weights: { which: 'best' },
    verification: { isSame: true, from: 'validation' },
  });
  const rows = [0.5, -0.25, 1.5, 0.75];
  const [got] = [
    ...(await onnxAnswers(readFileSync(file), { features: tensor([2, 2], rows) })).values(),
  ];
  const input = at('rows.json');
  writeFileSync(input, JSON.stringify([rows.slice(0, 2), rows.slice(2)]));
  const predicted = await cli('predict', 'bow', '--input', input, '--json');
  const { outputs } = JSON.parse(predicted.stdout) as {
    outputs: { name: string; data: number[] }[];
  };
  const wanted = outputs.find(({ name }) => name === 'prediction')?.data ?? [];
  expect(wanted).toHaveLength(4);
  wanted.forEach((value, i) => expect(got?.data[i]).toBeCloseTo(value, 4));
});

test('a checkpoint is named; one that is not there is refused, and nothing is written', async () => {
  const last = await cli('export', 'bow@last', '--to', 'onnx', '-o', at('last.onnx'), '--json');
  expect(JSON.parse(last.stdout)).toMatchObject({ weights: { which: 'last', step: 60 } });
  const none = await cli('export', 'bow@59', '--to', 'onnx', '-o', at('none.onnx'));
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toMatch(/export\.no-checkpoint.*\n.*last \(60\)/);
  expect(existsSync(at('none.onnx'))).toBe(false);
});

test('a project that was never trained leaves with its initial weights, and says so', async () => {
  const file = at('xor.onnx');
  const { code, stdout } = await cli('export', example('xor'), '--to', 'onnx', '-o', file);
  expect(code).toBe(0);
  expect(stdout).toContain('initial weights: it was never trained');
  expect(stdout).toMatch(/same answers/);
});

test('weights leave alone as safetensors', async () => {
  const file = at('bow.safetensors');
  const { code, stdout } = await cli('export', 'bow', '--to', 'safetensors', '-o', file, '--json');
  expect([code, (JSON.parse(stdout) as Printed).verification]).toEqual([0, null]);
  const again = await cli(
    'export',
    example('moons'),
    '--weights',
    file,
    '--to',
    'onnx',
    '-o',
    at('again.onnx'),
  );
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('weights of a file');
});

test('a model leaves as JSON and comes back with the same answers, bit for bit', async () => {
  const input = at('some.json');
  writeFileSync(
    input,
    JSON.stringify([
      [0.5, -0.25],
      [1.5, 0.75],
    ]),
  );
  const asked = ['--input', input, '--json'];
  const before = await cli('predict', 'bow', ...asked);
  for (const numbers of ['base64', 'decimal']) {
    const file = at(`${numbers}.model.json`);
    const left = await cli('export', 'bow', '--to', 'json', '--numbers', numbers, '-o', file);
    expect(left.code).toBe(0);
    const project = at(`${numbers}.netloom.json`);
    const back = await cli('import', file, '-o', project, '--json');
    const { weights } = JSON.parse(back.stdout) as { readonly weights: string };
    const after = await cli('predict', project, '--weights', weights, ...asked);
    expect(after.stdout).toBe(before.stdout);
  }
  const cut = at('cut.model.json');
  writeFileSync(cut, readFileSync(at('base64.model.json')).subarray(0, 900));
  const refused = await cli('import', cut, '-o', at('cut.netloom.json'));
  expect([refused.code, existsSync(at('cut.netloom.json'))]).toEqual([1, false]);
  expect(refused.stderr).toContain('model.not-json');
});

test('a page answers as predict does, allows its own script alone, and says what it is', async () => {
  const file = at('bow.html');
  const { code, stdout } = await cli('export', 'bow', '--to', 'html', '-o', file, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    format: 'html',
    verification: { runtime: "the page's own executor", isSame: true, from: 'validation' },
  });
  const html = readFileSync(file, 'utf8');
  // Far below what the page may weigh beside its weights.
  expect(html.length).toBeLessThan(100_000);
  const [, script = ''] = /<script>([^]*)<\/script><\/body>/.exec(html) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  expect(html).toContain(`script-src 'sha256-${hash}' 'wasm-unsafe-eval'`);
  const model = readPlayerHtml(html);
  expect(Object.fromEntries(model.facts)).toMatchObject({
    Data: 'moons',
    Measured: expect.stringMatching(/^(test|validation) Accuracy \d/) as string,
    Run: expect.stringContaining('bow, best weights') as string,
  });
  const rows = [0.5, -0.25, 1.5, 0.75];
  const player = await openPlayer(model);
  const [part] = model.parts;
  if (!part) throw new Error('the page has a part');
  const got = player.answer(part, new Map([['features', rows]]), 2).get('probabilities');
  const input = at('page.json');
  writeFileSync(input, JSON.stringify([rows.slice(0, 2), rows.slice(2)]));
  const predicted = await cli('predict', 'bow', '--input', input, '--json');
  const { outputs } = JSON.parse(predicted.stdout) as {
    outputs: { name: string; data: number[] }[];
  };
  const wanted = outputs.find(({ name }) => name === 'probabilities')?.data ?? [];
  expect(wanted).toHaveLength(4);
  wanted.forEach((value, i) => expect(got?.[i]).toBeCloseTo(value, 5));
});

test('a PyTorch project is a folder, or one file; what is in a folder is not written over', async () => {
  const project = at('project');
  const asked = ['export', 'bow', '--to', 'pytorch', '-o', project] as const;
  const { code, stdout } = await cli(...asked, '--json');
  const { files, verification } = JSON.parse(stdout) as Printed;
  expect([code, verification]).toEqual([0, null]);
  const paths = readdirSync(project, { recursive: true, encoding: 'utf8' });
  expect(paths.filter((path) => path.includes('.')).toSorted()).toEqual(
    [...files.map(({ path }) => path), 'MODEL_CARD.md'].toSorted(),
  );
  expect(paths).toContain('weights/trained.safetensors');
  for (const { path, sizeBytes } of files) {
    expect(statSync(join(project, path)).size, path).toBe(sizeBytes);
  }
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  rmSync(join(project, 'train.py'));
  const again = await cli(...asked);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('export.folder-not-empty');
  expect(existsSync(join(project, 'train.py'))).toBe(false);
  writeFileSync(join(project, 'mine.txt'), 'kept');
  expect((await cli(...asked, '--force')).code).toBe(0);
  expect(existsSync(join(project, 'train.py'))).toBe(true);
  expect(readFileSync(join(project, 'mine.txt'), 'utf8')).toBe('kept');
  const zip = at('project.zip');
  const packed = await cli('export', 'bow', '--to', 'pytorch', '--no-training', '-o', zip);
  expect(packed.code).toBe(0);
  expect(readFileSync(zip).subarray(0, 2).toString()).toBe('PK');
});

test('what cannot be is refused by name', async () => {
  const format = await cli('export', 'bow', '--to', 'coreml');
  expect(format.code).toBe(2);
  const nobody = await cli('export', 'nobody', '--to', 'onnx');
  expect(nobody.code).toBe(1);
  const node = await cli('export', 'bow', '--to', 'onnx', '--node', 'fc9', '-o', at('x.onnx'));
  expect(node).toMatchObject({ code: 1 });
  expect(node.stderr).toContain('export.unknown-output');
});
