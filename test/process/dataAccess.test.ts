/**
 * Rule: a project reads what lies in its folder; anything else takes the user's word, once for each file,
 * and a page cannot give it unasked. Reading runs in a process of its own, with an end.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createNodeStarter } from '#main/engineProcess/nodeStarter.ts';
import { DataReader } from '#main/services/dataReader.ts';
import { createServices } from '#main/services/index.ts';
import { type AppCalls, type AppEvents, connect } from '#engine/protocol/index.ts';
import { askCli, example, runCli, temporaryFolder } from '#test/support/cli.ts';
import { memoryPair } from '#test/support/memoryPair.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const starter = createNodeStarter({
  entry: join(ROOT, 'out', 'main', 'engine.js'),
  onLog: () => undefined,
});
const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const projects = join(folder.path, 'projects');
const elsewhere = join(folder.path, 'elsewhere');
for (const each of [projects, elsewhere]) mkdirSync(each, { recursive: true });

const rows = Array.from(
  { length: 60 },
  (_, i) => `${i % 7},${(i * 3) % 5},${i % 2 ? 'on' : 'off'}`,
);
const table = join(elsewhere, 'table.csv');
for (const path of [table, join(projects, 'beside.csv')]) {
  writeFileSync(path, ['a,b,state', ...rows].join('\n'));
}
const pipe = join(elsewhere, 'pipe.csv');
execFileSync('mkfifo', [pipe]);

/** The moons' network on another source, whose fields are to be found. */
function project(name: string, source: string): string {
  const document = JSON.parse(readFileSync(example('moons'), 'utf8')) as {
    nodes: { type: string; attrs: Record<string, unknown> }[];
  };
  for (const node of document.nodes) if (node.type === 'Data') node.attrs = { source };
  const path = join(projects, `${name}.netloom.json`);
  writeFileSync(path, JSON.stringify(document));
  return path;
}

describe('on the command line', () => {
  test('a path of the project begins beside it, wherever the command runs', async () => {
    const { code, stderr } = await runCli(home, 'check', project('beside', 'csv:beside.csv'));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('a file elsewhere is refused with its code and the way to allow it', async () => {
    const path = project('out', `csv:${table}`);
    for (const args of [
      ['check', path],
      ['train', path, '--steps', '1'],
    ]) {
      const refused = await askCli(home, ...args);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('data.needs-consent');
      expect(refused.stderr).toContain(`--allow "${table}"`);
      expect((await askCli(home, ...args, '--allow', elsewhere)).code).toBe(0);
    }
  });

  test.each([
    ['/dev/zero', 'file.not-regular'],
    [pipe, 'file.not-regular'],
    [elsewhere, 'file.is-a-folder'],
  ])('--data csv:%s is refused at once', async (path, code) => {
    for (const args of [
      ['train', example('moons'), '--data', `csv:${path}`],
      ['datasets', `csv:${path}`],
    ]) {
      const refused = await askCli(home, ...args);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(code);
    }
  });
});

describe('in the app', () => {
  const stateFolder = join(folder.path, 'state');
  const open = () => {
    const services = createServices({
      info: { version: 'test', host: 'server', platform: 'test', cores: 1 },
      starter,
      readerStarter,
      stateFolder,
      projectFolder: projects,
      examplesFolder: join(ROOT, 'resources', 'examples'),
    });
    const [near, far] = memoryPair();
    services.attach(far);
    return { services, client: connect<AppCalls, AppEvents>(near) };
  };

  test('a file elsewhere is asked about once, for this project, and trained on', async () => {
    const path = project('asks', `csv:${table}`);
    const { services, client } = open();
    const request = { source: `csv:${table}`, options: {}, previewCount: 2, project: path };
    // Named by nobody: a path that was never opened is no project whose folder counts.
    await expect(
      client.call('datasets.describe', { ...request, source: 'csv:beside.csv' }),
    ).rejects.toMatchObject({ code: 'data.relative-path' });
    const { document } = await client.call('projects.open', { path });
    await expect(
      client.call('datasets.allow', { project: path, path: table }),
    ).rejects.toMatchObject({ code: 'data.not-asked' });
    await expect(client.call('datasets.describe', request)).rejects.toMatchObject({
      code: 'data.needs-consent',
      problems: [{ path: table }],
    });
    await expect(
      client.call('datasets.allow', { project: path, path: '/etc/passwd' }),
    ).rejects.toMatchObject({ code: 'data.not-asked' });
    await client.call('datasets.allow', { project: path, path: table });
    const { fields } = await client.call('datasets.describe', request);
    expect(fields.map(({ name }) => name)).toEqual(['features', 'label']);
    const split = { validation: 0.2, test: 0.2 };
    const { previewCount: _count, ...asked } = request;
    const rows = { ...asked, split, seed: 1, rows: 5 };
    const preview = await client.call('datasets.previewTable', rows);
    expect(preview.rows.map(({ values }) => values?.length)).toEqual([2, 2, 2, 2, 2]);
    await expect(
      client.call('datasets.previewTable', { ...rows, rows: 100_000 }),
    ).rejects.toMatchObject({ name: 'InputError' });
    // Another project has to ask for itself.
    await expect(
      client.call('datasets.describe', { ...request, project: 'untitled:1' }),
    ).rejects.toMatchObject({ code: 'data.needs-consent' });

    const known = {
      ...document,
      nodes: document.nodes.map((node) =>
        node.type === 'Data'
          ? {
              ...node,
              attrs: { ...node.attrs, fields: JSON.parse(JSON.stringify(fields)) as never },
            }
          : node,
      ),
      training: { ...document.training, epochs: 1 },
    };
    await expect(
      client.call('training.start', { document: known, project: 'untitled:1' }),
    ).rejects.toMatchObject({ code: 'data.needs-consent' });
    const run = await client.call('training.start', { document: known, project: path });
    expect(run.dataFingerprint).not.toBe('');
    await services.close();

    const again = open();
    expect((await again.client.call('datasets.describe', request)).counts.total).toBe(60);
    await again.services.close();
  });

  test('pipes and devices block neither the lists nor the end', async () => {
    const pipes = Array.from({ length: 8 }, (_, i) => join(projects, `pipe${i}.netloom.json`));
    for (const each of pipes) execFileSync('mkfifo', [each]);
    const { services, client } = open();
    const opened = await Promise.all(
      pipes.map((path) =>
        client.call('projects.open', { path }).then(
          () => 'opened',
          (error: { code?: string }) => error.code,
        ),
      ),
    );
    expect(new Set(opened)).toEqual(new Set(['project.cannot-read']));
    await expect(client.call('projects.open', { path: '/dev/zero' })).rejects.toMatchObject({
      code: 'project.cannot-read',
    });
    const list = await client.call('projects.list', null);
    expect(list.some(({ path }) => pipes.includes(path))).toBe(false);
    await client.call('projects.recent', null);
    await services.close();
  });
});

describe('the process that reads', () => {
  const access = { folder: elsewhere, allowed: [] };
  const reading = { starter: readerStarter, folder: join(folder.path, 'prepared') };
  test('ends when it takes too long, and the next source is read by another', async () => {
    // Less than any process takes to begin.
    const reader = new DataReader({ ...reading, timeLimitMs: 10 });
    const slow = { source: 'digits', options: { count: 200_000 }, previewCount: 0 };
    await expect(reader.describe(slow)).rejects.toMatchObject({ code: 'data.too-slow' });
    reader.close();
    const next = new DataReader(reading);
    const quick = { source: 'csv:table.csv', options: {}, previewCount: 0, access };
    const [one, two] = await Promise.all([next.describe(quick), next.describe(quick)]);
    expect(one).toEqual(two);
    next.close();
  });
  test('ends when it takes too much memory', async () => {
    // Numbers lie outside of the heap, words within.
    const words = Array.from({ length: 500_000 }, (_, i) => `w${i}`);
    writeFileSync(join(elsewhere, 'long.txt'), words.join(' '));
    const reader = new DataReader({ ...reading, heapMiB: 32 });
    await expect(
      reader.describe({ source: 'text:long.txt', options: {}, previewCount: 0, access }),
    ).rejects.toMatchObject({ code: 'data.too-much' });
    reader.close();
  });
});
