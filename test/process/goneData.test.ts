/**
 * Rule: what becomes of a source, or of what was prepared from it, while a run trains, harms no run: it goes on, or
 * ends with an error that says which file, and what it recorded is kept.
 */
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askCli, type CliResult, example, startCli, temporaryFolder } from '#test/support/cli.ts';

let folder: ReturnType<typeof temporaryFolder>;
const folders: ReturnType<typeof temporaryFolder>[] = [];
beforeEach(() => folders.push((folder = temporaryFolder())));
afterAll(() => {
  for (const each of folders) each.remove();
  delete process.env['NETLOOM_RESIDENT_MB'];
});

const table = (rows: number): string =>
  `a,b,c,kind\n${Array.from({ length: rows }, (_, i) => `${(i * 37) % 1013},${i % 11},${(i * 7) % 13},${i % 2 ? 'x' : 'y'}\n`).join('')}`;

/** As `runs --json` tells of each. */
interface Trained extends CliResult {
  readonly runs: readonly { readonly status: string; readonly steps: number }[];
}

/** Trains on a table; `meanwhile`, once it says that it does, with the table and what was prepared of it. */
async function train(
  rows: number,
  epochs: number,
  meanwhile: (table: string, prepared: string) => void,
): Promise<Trained> {
  const [home, path] = [join(folder.path, 'home'), join(folder.path, 't.csv')];
  writeFileSync(path, table(rows));
  const source = ['--data', `csv:${path}`, '--target', 'kind', '--epochs', String(epochs)];
  const child = startCli(home, ['train', example('moons'), ...source]);
  let [stdout, stderr, isDone] = ['', '', false];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (isDone || !/epoch [1-9]\d*\//.test(stderr)) return;
    isDone = true;
    const [name = ''] = readdirSync(join(home, 'data'));
    meanwhile(path, join(home, 'data', name));
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  expect(isDone, stderr).toBe(true);
  const listed = await askCli(home, 'runs', '--json');
  const { runs } = JSON.parse(listed.stdout) as Pick<Trained, 'runs'>;
  return { code, stdout, stderr, runs };
}

test('held in memory, it goes on without either', async () => {
  const { code, runs } = await train(2000, 150, (path, prepared) => {
    rmSync(path);
    rmSync(prepared);
  });
  expect(code).toBe(0);
  expect(runs).toMatchObject([{ status: 'finished' }]);
});

describe('streamed', () => {
  // More than is held at most, as a hundred thousand are of a megabyte: they come in several pieces.
  const ROWS = 30_000;
  beforeAll(() => (process.env['NETLOOM_RESIDENT_MB'] = '0.3'));

  test('it goes on when both are removed', async () => {
    const { code, runs } = await train(ROWS, 20, (path, prepared) => {
      rmSync(path);
      rmSync(prepared);
    });
    expect(code).toBe(0);
    expect(runs).toMatchObject([{ status: 'finished' }]);
  });

  test('it ends in words when its rows are cut off, and its run is kept', async () => {
    // It would train for long if nothing came between.
    const { code, stderr, runs } = await train(ROWS, 10_000, (_path, prepared) => {
      truncateSync(prepared, Math.floor(statSync(prepared).size / 2));
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/data\.prepared-short at .*\.data/);
    expect(runs).toMatchObject([{ status: 'failed' }]);
    expect(runs[0]?.steps).toBeGreaterThan(0);
  });
});
