/** Rule: runs on record are listed, found, shown, tagged and deleted from the command line. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRow } from '#engine/protocol/index.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
const cli = (...args: readonly string[]) => askCli(folder.path, ...args);
beforeAll(async () => {
  folder = temporaryFolder();
  for (const [name, lr] of [
    ['slow one', '0.0001'],
    ['fast one', '0.05'],
  ] as const) {
    const args = ['--steps', '30', '--lr', lr, '--run-name', name, '--json'];
    const { code, stderr } = await runCli(folder.path, 'train', example('moons'), ...args);
    if (code !== 0) throw new Error(stderr);
  }
});
afterAll(() => folder.remove());

interface Listed {
  readonly runs: readonly (Pick<RunRow, 'id' | 'name' | 'settings' | 'parameters'> & {
    readonly metrics: { readonly last: { readonly train: { readonly loss: number } } };
  })[];
}

async function listed(...args: readonly string[]): Promise<Listed['runs']> {
  const { code, stdout, stderr } = await cli('runs', ...args, '--json');
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as Listed).runs;
}

test('newest first, with settings by path, metrics and size', async () => {
  const [fast, slow] = await listed();
  expect(fast).toMatchObject({ name: 'fast one', settings: { 'training.optimizer.lr': 0.05 } });
  expect(slow).toMatchObject({ name: 'slow one', settings: { 'training.optimizer.lr': 0.0001 } });
  expect(fast?.parameters).toBeGreaterThan(0);
  expect(fast?.metrics.last.train.loss).toBeLessThan(slow?.metrics.last.train.loss ?? NaN);
  const { stdout } = await runCli(folder.path, 'runs');
  expect(stdout).toMatch(/^Id .*Name .*\n.*fast one.*\n.*slow one/);
});

test('a filter finds some; one that cannot be read, or asks for what no run has, is said', async () => {
  expect((await listed('--filter', 'lr > 1e-3')).map(({ name }) => name)).toEqual(['fast one']);
  const broken = await cli('runs', '--filter', 'lr >');
  expect(broken).toMatchObject({ code: 1, stdout: '' });
  expect(broken.stderr).toContain('filter.invalid');
  const unknown = await cli('runs', '--filter', 'acuracy > 1');
  expect(unknown.stderr).toMatch(/filter.unknown-name.*mean accuracy/);
});

test('one is shown whole, tagged, deleted and had back', async () => {
  const shown = await cli('runs', 'show', 'slow one');
  expect(shown.stdout).toMatch(/train\.loss[\s\S]*lr = 0\.0001/);
  const [run] = await listed('--filter', 'name = "slow one"');
  const id = run?.id ?? '';
  const asJson = await cli('runs', 'show', id.slice(0, 8), '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ id, status: 'finished' });

  await cli('runs', 'tag', id, '--add', 'baseline', '--add', 'old');
  await cli('runs', 'tag', 'slow one', '--remove', 'old');
  expect(await listed('--filter', 'tag = baseline')).toMatchObject([{ id, tags: ['baseline'] }]);

  expect((await cli('runs', 'delete', 'slow one', 'nobody')).code).toBe(1);
  expect(await listed()).toHaveLength(2);
  expect((await cli('runs', 'delete', 'slow one')).stderr).toContain(`restore ${id}`);
  expect(await listed()).toHaveLength(1);
  await cli('runs', 'restore', id);
  expect(await listed()).toHaveLength(2);
  expect((await cli('runs', 'show', 'nobody')).stderr).toContain('run.unknown');
});

test('one is trained on, branched from, put away and made smaller', async () => {
  const before = await listed('--filter', 'name = "slow one"');
  const id = before[0]?.id ?? '';
  const more = await cli(
    'train',
    '--from',
    'slow one',
    '--epochs',
    '1',
    '--run-name',
    'on',
    '--json',
  );
  expect(more.stderr).not.toContain('Error');
  expect(JSON.parse(more.stdout)).toMatchObject({
    state: 'finished',
    parent: { run: id, step: 30, trainedOn: true },
  });
  const branch = await cli(
    ...['train', example('moons'), '--from', `${id}@30`, '--steps', '2', '--run-name', 'branch'],
    '--json',
  );
  expect(JSON.parse(branch.stdout)).toMatchObject({ parent: { run: id, step: 30 }, steps: 2 });
  expect((await cli('train')).stderr).toContain('name a project');
  expect((await cli('train', '--from', `${id}@31`)).stderr).toContain('run.no-checkpoint');
  const other = await cli('train', '--from', id, '--data', 'spirals');
  expect(other.stderr).toContain('cli.data-of-run');

  await cli('runs', 'archive', 'on', 'branch');
  expect((await listed()).map(({ name }) => name)).toEqual(['fast one', 'slow one']);
  expect(await listed('--archived')).toHaveLength(4);
  expect(await listed('--filter', 'archived = true')).toHaveLength(2);
  await cli('runs', 'unarchive', 'on');
  expect(await listed()).toHaveLength(3);

  const thinned = await cli('runs', 'thin', id, '--checkpoints', 'all', '--json');
  const { runs } = JSON.parse(thinned.stdout) as { runs: { sizeBytes: number }[] };
  expect(runs[0]?.sizeBytes).toBeGreaterThan(0);
  expect((await cli('train', '--from', id)).stderr).toContain('run.no-checkpoint');
  expect((await cli('runs', 'thin', id)).stderr).toContain('run.nothing-to-thin');
});

test('one is taken to another record as a file, and back as another run', async () => {
  const file = join(folder.path, 'fast.zip');
  const written = await runCli(folder.path, 'runs', 'export', 'fast one', '-o', file, '--json');
  expect(JSON.parse(written.stdout)).toMatchObject({ path: file });
  const elsewhere = temporaryFolder();
  const taken = await runCli(elsewhere.path, 'runs', 'import', file, '--json');
  expect(JSON.parse(taken.stdout)).toMatchObject({
    runs: [{ name: 'fast one', outcome: 'imported' }],
  });
  const shown = await runCli(elsewhere.path, 'runs', 'show', 'fast one', '--json');
  const before = await cli('runs', 'show', 'fast one', '--json');
  const plain = (text: string) => ({ ...(JSON.parse(text) as object), sizeBytes: 0 });
  expect(plain(shown.stdout)).toEqual(plain(before.stdout));
  const again = await cli('runs', 'import', file);
  expect(again.stderr).toContain('is here already');
  await cli('runs', 'import', file, '--as-new');
  expect(await listed('--filter', 'name = "fast one"')).toHaveLength(2);
  const missing = await cli('runs', 'import', join(folder.path, 'none.zip'));
  expect(missing).toMatchObject({ code: 1 });
  expect(missing.stderr).toContain('file.not-found');
  elsewhere.remove();
});
