/**
 * Rule: data is read from regular files of a known, bounded size, and only where the project lies or where
 * the user allowed it; links are followed before that is decided, and nothing waits for a pipe.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { loadData, type DataAccess } from '#engine/datasets/index.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { problemOf } from '#test/support/problems.ts';
import { dataFiles } from '#engine/platform/nodeFiles.ts';
import { loadTables } from '#test/support/tableFiles.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());
const project = join(temporary.path, 'project');
const elsewhere = join(temporary.path, 'elsewhere');
mkdirSync(join(project, 'data'), { recursive: true });
mkdirSync(elsewhere);
const TABLE = 'a,b\n1,x\n2,y\n3,x\n4,y\n';
writeFileSync(join(project, 'table.csv'), TABLE);
writeFileSync(join(elsewhere, 'table.csv'), TABLE);
symlinkSync(join(elsewhere, 'table.csv'), join(project, 'link.csv'));
symlinkSync(elsewhere, join(project, 'linked'));

const inProject: DataAccess = { folder: project, allowed: [] };
const read = (path: string, access = inProject) => loadTables(`csv:${path}`, {}, dataFiles(access));
const codeOf = async (path: string, access = inProject) =>
  (await problemOf(() => read(path, access))).code;

describe('where', () => {
  test('a relative path begins beside the project', async () => {
    expect((await read('table.csv')).count).toBe(4);
    expect((await read('data/../table.csv')).count).toBe(4);
    expect(await codeOf('nowhere.csv')).toBe('file.not-found');
  });

  test.each(['../elsewhere/table.csv', 'link.csv', 'linked/table.csv', '/etc/hostname'])(
    '%s leads outside: refused until it is allowed',
    async (path) => {
      const problem = await problemOf(() => read(path));
      expect(problem.code).toBe('data.needs-consent');
      expect(problem.explanation).toContain(`--allow "${problem.path}"`);
      if (path === '/etc/hostname') return;
      const allowed = [problem.path ?? ''];
      expect((await read(path, { ...inProject, allowed })).count).toBe(4);
    },
  );

  test('a folder that is allowed allows what is in it, and nothing beside it', async () => {
    const access = { folder: project, allowed: [elsewhere] };
    expect((await read('linked/table.csv', access)).count).toBe(4);
    expect(await codeOf(`${elsewhere}2/table.csv`, access)).toBe('data.needs-consent');
  });

  test('without a folder only whole paths mean something', async () => {
    const access = { folder: null, allowed: [join(project, 'table.csv')] };
    expect(await codeOf('table.csv', access)).toBe('data.relative-path');
    expect((await read(join(project, 'table.csv'), access)).count).toBe(4);
  });

  test('a file that a folder of images links to needs consent of its own', async () => {
    const folder = join(project, 'images');
    mkdirSync(folder);
    symlinkSync('/dev/zero', join(folder, 'train-images-idx3-ubyte'));
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), '');
    const load = (access: DataAccess) => loadData('idx:images', {}, dataFiles(access));
    expect(await problemOf(() => load(inProject))).toMatchObject({
      code: 'data.needs-consent',
      path: '/dev/zero',
    });
    expect((await problemOf(() => load({ folder: project, allowed: ['/dev/zero'] }))).code).toBe(
      'file.not-regular',
    );
  });

  test.each([
    '\\\\server\\share\\t.csv',
    '//server/share/t.csv',
    '\\\\?\\C:\\t.csv',
    '/\\server/t',
  ])('%s is not read unasked', async (path) => {
    expect(await codeOf(path)).toBe('data.network-path');
    expect(await codeOf(path, { folder: null, allowed: [] })).toMatch(/^data\./);
  });
});

describe('what', () => {
  const make = (name: string): string => join(project, name);
  const pipe = make('pipe.csv');
  execFileSync('mkfifo', [pipe]);
  mkdirSync(make('folder.csv'));
  const sparse = make('sparse.csv');
  writeFileSync(sparse, '');
  truncateSync(sparse, 2 ** 36);

  test.each([
    ['a pipe', pipe, 'file.not-regular'],
    ['a folder', make('folder.csv'), 'file.is-a-folder'],
    ['a file of 64 GiB of zeros', sparse, 'csv.not-text'],
  ])('%s is refused at once', async (_what, path, code) => {
    expect(await codeOf(path)).toBe(code);
  });

  test.each(['/dev/zero', '/dev/stdin', '/dev/tty'])(
    '%s is refused, allowed or not',
    async (path) => {
      expect(await codeOf(path)).toMatch(/^(data\.needs-consent|file\.)/);
      expect(await codeOf(path, { folder: null, allowed: [path] })).toMatch(/^file\./);
    },
  );

  test('a socket is refused', async () => {
    const path = make('socket.csv');
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    expect(await codeOf(path)).toBe('file.not-regular');
    server.close();
  });

  test('many pipes at once leave the rest readable', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(pipe)));
    expect(new Set(codes)).toEqual(new Set(['file.not-regular']));
    expect((await read('table.csv')).count).toBe(4);
  });

  test('what unpacks to one endless line is refused, within bounded memory', async () => {
    // 96 MiB of one letter: three times the longest line there may be. A file of gzip may be of several parts.
    const part = gzipSync(Buffer.alloc(2 ** 20, 'a'));
    writeFileSync(make('bomb.csv.gz'), Buffer.concat(Array.from({ length: 96 }, () => part)));
    const peak = (): number => process.resourceUsage().maxRSS * 1024;
    const [before, peakBefore] = [process.memoryUsage.rss(), peak()];
    expect(await problemOf(() => read('bomb.csv.gz'))).toMatchObject({
      code: 'csv.unreadable',
      path: 'bomb.csv.gz, line 1',
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 30);
    // Nor on the way there.
    expect(peak() - peakBefore).toBeLessThan(2 ** 30);
  });
});
