/** Rule: runs are compared from the command line: what differs, what came of it, and as files that open anywhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
const cli = (...args: readonly string[]) => askCli(folder.path, ...args);
/** Four seeds each: the fewest of which anything can be said. */
beforeAll(async () => {
  folder = temporaryFolder();
  for (const [name, lr] of [
    ['slow', '0.00001'],
    ['fast', '0.05'],
  ] as const) {
    for (const seed of ['1', '2', '3', '4']) {
      const args = ['--steps', '40', '--lr', lr, '--seed', seed, '--run-name', `${name} ${seed}`];
      const { code, stderr } = await cli('train', example('moons'), ...args, '--json');
      if (code !== 0) throw new Error(stderr);
    }
  }
});
afterAll(() => folder.remove());

interface Compared {
  readonly runs: readonly { readonly name: string; readonly id: string }[];
  readonly differences: readonly {
    readonly name: string;
    readonly path: string;
    readonly values: readonly unknown[];
  }[];
  readonly statements: readonly { readonly kind: string; readonly text: string }[];
}

test('two runs, by name and by the first characters of an id: what differs, and no claim', async () => {
  const first = await runCli(folder.path, 'compare', 'slow 1', 'fast 1', '--json');
  expect(first.stderr).toBe('');
  const { runs, differences, statements } = JSON.parse(first.stdout) as Compared;
  expect(runs.map(({ name }) => name)).toEqual(['slow 1', 'fast 1']);
  expect(differences).toEqual([
    { name: 'lr', path: 'training.optimizer.lr', values: [1e-5, 0.05] },
  ]);
  expect(statements).toMatchObject([{ kind: 'too few' }]);
  expect(statements[0]?.text).toContain('1 and 1 run');
  const [slow] = runs;
  const text = await cli('compare', slow?.id.slice(0, 8) ?? '', 'fast 1');
  expect(text.stdout).toMatch(/^ +slow 1 +fast 1\nlr +1e-5 +0\.05\n/);
  expect(text.stdout).toContain('Too few runs to tell');
});

test('groups of seeds: said with how many runs it is of; files that open without a network', async () => {
  const [html, csv, curves] = ['report.html', 'runs.csv', 'curves.csv'].map((name) =>
    join(folder.path, name),
  ) as [string, string, string];
  const files = ['--html', html, '--csv', csv, '--curves', curves];
  const args = ['--filter', 'steps > 0', '--metric', 'loss', ...files, '--json'];
  const { stdout, stderr } = await cli('compare', ...args);
  expect(stderr).toBe('');
  const { statements } = JSON.parse(stdout) as Compared;
  expect(statements).toHaveLength(1);
  expect(statements[0]).toMatchObject({ kind: 'difference' });
  expect(statements[0]?.text).toMatch(/^lr 0\.05 is better by .*4 and 4 runs, p = 0\.029/);
  const page = readFileSync(html, 'utf8');
  expect(page).toContain('lr 0.05 is better by');
  expect(page).not.toMatch(/<script|<link|<img|https?:/i);
  expect(readFileSync(csv, 'utf8').trimEnd().split('\r\n')).toHaveLength(9);
  expect(readFileSync(curves, 'utf8').split('\r\n')[0]).toMatch(
    /^run,name,split,step,epoch,seconds,/,
  );
});

test('what cannot be compared is said with its code', async () => {
  for (const [args, code] of [
    [['slow 1'], 'compare.too-few'],
    [['slow 1', 'slow 1'], 'compare.too-few'],
    [['slow 1', 'nobody'], 'run.unknown'],
    [['slow 1', 'fast 1', '--metric', 'acuracy'], 'compare.unknown-metric'],
    [['slow 1', 'fast 1', '--by', 'batchsize'], 'compare.unknown-setting'],
  ] as const) {
    const answer = await cli('compare', ...args);
    expect(answer).toMatchObject({ code: 1, stdout: '' });
    expect(answer.stderr).toContain(code);
  }
});
