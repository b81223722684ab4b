/**
 * Rule: a disk that is full, read-only or damaged stops nothing that does not need it. What can be read is
 * read, what cannot be written is refused with a code, and what was there before stays as it was. The means
 * work for every user, root included: files where folders are needed, and a limit on the size of files.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyDocument } from '#engine/ir/index.ts';
import { asInputError } from '#engine/ir/systemError.ts';
import type { RunDetail } from '#engine/protocol/index.ts';
import { type App, startApp } from '#test/support/app.ts';
import { example, temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
let folder: ReturnType<typeof temporaryFolder>;
const apps: App[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  folder.remove();
});
const open = (path: string): App => {
  const app = startApp({ folder: path });
  apps.push(app);
  return app;
};
const closed = async (app: App): Promise<void> => {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
};
const DOCUMENT = pointsDocument('moons', 2, { epochs: 1 });
/** A run that is over, and the program that trained it too. */
async function recordOneRun(): Promise<RunDetail> {
  const app = open(folder.path);
  const { id: runId } = await app.client.call('training.start', { document: DOCUMENT });
  const get = () => app.client.call('runs.get', { runId });
  await expect.poll(async () => (await get()).progress.state).toBe('finished');
  const run = await get();
  await closed(app);
  return run;
}
const database = (): string => join(folder.path, 'runs.db');
const CODED = /^(file|runs?|system)\.[a-z-]+$/;
/** Every call that writes something of ours. */
async function refusals({ client }: App, runId: string): Promise<unknown[]> {
  const document = DOCUMENT;
  const calls = [
    client.call('training.start', { document }),
    client.call('settings.set', { theme: 'dark' }),
    client.call('projects.saveDraft', { id: 'a', document }),
    client.call('runs.annotate', { runId, name: 'x' }),
    client.call('runs.delete', { runId }),
  ];
  return (await Promise.allSettled(calls)).map((answer) =>
    answer.status === 'rejected' ? (answer.reason as { code?: string }).code : 'accepted',
  );
}

test('a data folder that cannot be made: the app opens, and every refusal has a code', async () => {
  const place = join(folder.path, 'file');
  writeFileSync(place, '');
  const app = open(join(place, 'data'));
  const { client } = app;
  expect(await client.call('app.info', null)).toMatchObject({ activeRunIds: [] });
  expect(await client.call('runs.list', null)).toEqual([]);
  expect(await client.call('settings.get', null)).toMatchObject({ theme: 'system' });
  expect(await client.call('projects.drafts', null)).toEqual([]);
  const opened = await client.call('projects.open', { path: example('moons') });
  expect(opened.problems).toEqual([]);
  expect(await client.call('projects.recent', null)).toHaveLength(1);
  for (const code of await refusals(app, 'none')) expect(code).toMatch(CODED);
  await expect(
    client.call('projects.saveAs', { suggestedName: 'a', document: DOCUMENT }),
  ).rejects.toMatchObject({ code: 'file.no-folder' });
});

describe('a record of runs that can only be read', () => {
  test('is read, refuses what would be written, and is written again when that is possible', async () => {
    const run = await recordOneRun();
    // SQLite needs to make this file, and cannot.
    mkdirSync(`${database()}-wal`);
    const app = open(folder.path);
    const { client } = app;
    expect(await client.call('runs.get', { runId: run.id })).toEqual(run);
    for (const [what, call] of [
      ['start', () => client.call('training.start', { document: DOCUMENT })],
      ['annotate', () => client.call('runs.annotate', { runId: run.id, name: 'x' })],
      ['delete', () => client.call('runs.delete', { runId: run.id })],
    ] as const) {
      await expect(call(), what).rejects.toMatchObject({ code: 'runs.cannot-open' });
    }
    expect(await client.call('runs.get', { runId: run.id })).toEqual(run);
    rmSync(`${database()}-wal`, { recursive: true });
    expect(await client.call('runs.annotate', { runId: run.id, name: 'x' })).toMatchObject({
      name: 'x',
    });
  });

  test('is read with what was written last, which is not in its file yet', async () => {
    const run = await recordOneRun();
    const writer = new DatabaseSync(database());
    writer.exec("PRAGMA wal_autocheckpoint = 0; UPDATE runs SET name = 'late'");
    const log = readFileSync(`${database()}-wal`);
    const before = readFileSync(database());
    writer.close();
    writeFileSync(database(), before);
    writeFileSync(`${database()}-wal`, log);
    rmSync(`${database()}-shm`, { force: true });
    mkdirSync(`${database()}-shm`);
    const { client } = open(folder.path);
    expect(await client.call('runs.list', null)).toMatchObject([{ id: run.id, name: 'late' }]);
  });

  test.each([
    ['damaged', 'no database at all '.repeat(1000), 'runs.damaged'],
    ['of a newer version', null, 'runs.newer'],
  ])('%s: the app opens, and nothing of it is touched', async (_what, content, code) => {
    if (content === null) {
      const newer = new DatabaseSync(database());
      newer.exec('PRAGMA user_version = 1000');
      newer.close();
    } else writeFileSync(database(), content);
    const before = readFileSync(database());
    const { client } = open(folder.path);
    expect(await client.call('runs.list', null)).toEqual([]);
    await expect(client.call('training.start', { document: DOCUMENT })).rejects.toMatchObject({
      code,
    });
    expect(readFileSync(database())).toEqual(before);
  });
});

test('weights that cannot be kept do not end a run, which says so', async () => {
  const { client, services } = open(folder.path);
  const document = pointsDocument('moons', 2, { epochs: 3 });
  const { id: runId } = await client.call('training.start', { document, paused: true });
  const get = () => client.call('runs.get', { runId });
  await expect.poll(async () => (await get()).hasCheckpoint).toBe(true);
  const checkpoints = services.runs.checkpointDir(runId);
  rmSync(checkpoints, { recursive: true });
  writeFileSync(checkpoints, 'a file where the folder was');
  await client.call('training.resume', { runId });
  await expect.poll(async () => (await get()).progress.state).toBe('finished');
  const { progress, log, curves } = await get();
  expect(progress.reason).toMatch(/could not be kept/);
  expect(log.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(curves.test?.step).toHaveLength(1);
});

/** As a full disk does, a limit on the size of files lets the first bytes through and then no more. */
function withSmallDisk(kilobytes: number, args: readonly string[], home: string) {
  const script = `trap '' XFSZ; ulimit -f ${kilobytes * 2}; exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', script, process.execPath, ...args], {
    env: {
      ...process.env,
      NETLOOM_HOME: home,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise<{ code: number | null; output: string }>((done) =>
    child.on('close', (code) => done({ code, output })),
  );
}
const CLI = join(ROOT, 'out', 'main', 'cli.js');
const isUnix = process.platform !== 'win32';

describe.runIf(isUnix)('a disk that is full', () => {
  test('training ends with code 1 and a sentence, not with a stack', async () => {
    const args = [CLI, 'train', example('moons'), '--epochs', '1'];
    const { code, output } = await withSmallDisk(8, args, folder.path);
    expect(output).toMatch(/^error (file|runs)\.[a-z-]+ at .*runs\.db/m);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  test('a file that does not fit leaves the old one whole', async () => {
    const file = join(folder.path, 'p.json');
    writeFileSync(file, 'old');
    const program = join(folder.path, 'write.ts');
    writeFileSync(
      program,
      `import { writeAtomic } from ${JSON.stringify(join(ROOT, 'src-engine', 'platform', 'nodeWriting.ts'))};
       await writeAtomic(${JSON.stringify(file)}, 'y'.repeat(100_000)).catch((e) => console.log(e.code));`,
    );
    const { output } = await withSmallDisk(64, [program], folder.path);
    expect(output.trim()).toBe('file.too-large');
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

test('what SQLite says of a full disk is said in words', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (a); PRAGMA max_page_count = 3');
  let thrown: unknown;
  try {
    for (let row = 0; row < 100; row++) db.exec('INSERT INTO t VALUES (zeroblob(1000))');
  } catch (error) {
    thrown = asInputError(error, 'runs.db', 'writing');
  }
  expect(thrown).toMatchObject({ code: 'file.disk-full' });
});

test('a project that was opened is saved although it cannot be remembered', async () => {
  const place = join(folder.path, 'file');
  writeFileSync(place, '');
  const { client } = open(join(place, 'data'));
  const path = join(folder.path, 'a.netloom.json');
  writeFileSync(path, readFileSync(example('moons')));
  await client.call('projects.open', { path });
  const document = emptyDocument('saved');
  expect((await client.call('projects.save', { path, document })).path).toBe(path);
  expect(readFileSync(path, 'utf8')).toContain('saved');
  expect(existsSync(place) && statSync(place).size).toBe(0);
});
