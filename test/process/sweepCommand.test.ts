/** Rule: a sweep from the command line trains what it says, prints the best first, and goes on after a kill. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askCli, example, runCli, startCli, temporaryFolder } from '#test/support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
const cli = (...args: readonly string[]) => askCli(folder.path, ...args);
beforeAll(() => void (folder = temporaryFolder()));
afterAll(() => folder.remove());

interface Trial {
  readonly trial: number;
  readonly run: string;
  readonly values: Readonly<Record<string, number | string>>;
  readonly state: string;
  readonly value: number;
  readonly epochs: number;
  readonly seed: number;
}
interface Summary {
  readonly sweep: string;
  readonly state: string;
  readonly best: Trial;
  readonly results: readonly { readonly values: Trial['values']; readonly value: number }[];
}

function readLines(stdout: string): { readonly trials: readonly Trial[]; readonly end: Summary } {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Trial & Summary);
  const end = lines.at(-1);
  if (!end) throw new Error('nothing was printed');
  return { trials: lines.slice(0, -1), end };
}

test('each trial is a run, the best stands first, and linked settings go together', async () => {
  const { code, stdout, stderr } = await runCli(
    ...[folder.path, 'sweep', example('moons'), '--epochs', '2', '--name', 'widths', '--json'],
    ...['--set', 'fc1.outFeatures+fc2.outFeatures=2,16', '--set', 'lr=0.001,0.05'],
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { trials, end } = readLines(stdout);
  expect(trials).toHaveLength(4);
  expect(end).toMatchObject({ state: 'finished', metric: 'loss' });
  const values = end.results.map(({ value }) => value);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(end.best.value).toBe(values[0]);

  const listed = await cli('runs', '--filter', 'tag = widths', '--json');
  const { runs } = JSON.parse(listed.stdout) as {
    readonly runs: readonly { readonly id: string; readonly settings: Record<string, unknown> }[];
  };
  expect(new Set(runs.map(({ id }) => id))).toEqual(new Set(trials.map(({ run }) => run)));
  const best = runs.find(({ id }) => id === end.best.run);
  const width = end.best.values['fc1.outFeatures+fc2.outFeatures'];
  expect(best?.settings).toMatchObject({ 'fc1.outFeatures': width, 'fc2.outFeatures': width });
});

test('ASHA trains little of what comes to nothing; a table is printed', async () => {
  // One after the other: of two that begin together either may come to a rung first, and passes it.
  writeFileSync(join(folder.path, 'settings.json'), JSON.stringify({ trainAtOnce: 1 }));
  const { code, stdout } = await cli(
    ...['sweep', example('moons'), '--epochs', '1000', '--set', 'lr=0.05,1e-6,2e-6,3e-6'],
    ...['--stop', 'asha'],
  );
  expect(code).toBe(0);
  const [table = '', answer] = stdout.trim().split('\n\n');
  expect(answer).toMatch(/\b0\.05\b/);
  const [title = '', first = '', ...others] = table.split('\n');
  expect(title).toMatch(/^Loss +lr +State +Epochs +Run/);
  expect(first).toMatch(/ 0\.05 +finished +1000 /);
  expect(others).toHaveLength(3);
  // How far they come until they are stopped is for the clock to say.
  for (const line of others) expect(Number(/ stopped +(\d+) /.exec(line)?.[1])).toBeLessThan(900);
});

test('a setting that is not there is said before anything trains', async () => {
  const { code, stderr } = await cli('sweep', example('moons'), '--set', 'fc1.outFeature=1,2');
  expect(code).toBe(1);
  expect(stderr).toMatch(/search.unknown-setting.*mean fc1.outFeatures/);
  const nothing = await cli('sweep', example('moons'));
  expect(nothing.stderr).toContain('sweep.nothing');
});

test('killed, it goes on where it was: no trial twice, none lost', async () => {
  const args = ['sweep', example('moons'), '--epochs', '60', '--seeds', '4', '--name', 'killed'];
  const child = startCli(folder.path, [...args, '--json']);
  await once(child.stdout ?? child, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');

  const { code, stdout, stderr } = await runCli(
    folder.path,
    'sweep',
    '--resume',
    'killed',
    '--json',
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { end } = readLines(stdout);
  expect(end.state).toBe('finished');
  const listed = await cli('runs', '--filter', 'tag = killed', '--json');
  const { runs } = JSON.parse(listed.stdout) as {
    readonly runs: readonly {
      readonly status: string;
      readonly settings: Record<string, unknown>;
    }[];
  };
  expect(runs.map(({ status }) => status)).toEqual(Array(4).fill('finished'));
  expect(new Set(runs.map(({ settings }) => settings['training.seed'])).size).toBe(4);
});
