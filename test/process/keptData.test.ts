/** Rules of data that a page hands over for good: kept once, nowhere but in its folder, read without a question. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { EngineStarter } from '#main/engineProcess/starter.ts';
import { DataReader } from '#main/services/dataReader.ts';
import { KEPT_FOLDER, keepData } from '#main/services/keptFiles.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const folder = temporaryFolder();
const state = join(folder.path, 'state');
const upload = join(folder.path, 'upload');
afterAll(() => folder.remove());
const refusal = (code: string) => ({ problems: [{ code }] });

const keep = (name: string, files: Readonly<Record<string, string>>, isFolder: boolean) => {
  writeFileSync(upload, Object.values(files).join(''));
  return keepData(state, upload, {
    ...{ name, isFolder },
    files: Object.entries(files).map(([path, text]) => ({ path, sizeBytes: text.length })),
  });
};
const pathOf = (source: string): string => source.slice(source.indexOf(':') + 1);

test('a table is kept by its name, once, however often it is handed over', async () => {
  const first = await keep('a.csv', { 'a.csv': 'x,y\n1,2\n' }, false);
  expect(first.source).toMatch(/^csv:.*a\.csv$/);
  expect(readFileSync(pathOf(first.source), 'utf8')).toBe('x,y\n1,2\n');
  expect(await keep('a.csv', { 'a.csv': 'x,y\n1,2\n' }, false)).toEqual(first);
  const other = await keep('a.csv', { 'a.csv': 'x,y\n1,3\n' }, false);
  expect(other.source).not.toBe(first.source);
  expect(readdirSync(join(state, KEPT_FOLDER))).toHaveLength(2);
});

test('a folder keeps its folders; what it is shows in its files', async () => {
  const pictures = await keep('zoo', { 'cat/1.png': 'one', 'dog/2.png': 'two', e: '' }, true);
  expect(pictures.source).toMatch(/^images:/);
  const at = pathOf(pictures.source);
  expect(readFileSync(join(at, 'dog', '2.png'), 'utf8')).toBe('two');
  expect(readFileSync(join(at, 'e'), 'utf8')).toBe('');
  const digits = await keep('mnist', { 'train-images-idx3-ubyte.gz': 'x' }, true);
  expect(digits.source).toMatch(/^idx:/);
});

test('names that lead elsewhere, and files that nothing reads, are refused and leave nothing', async () => {
  const before = readdirSync(join(state, KEPT_FOLDER)).length;
  for (const path of [
    '../x.png',
    '/x.png',
    'a//x.png',
    'a/../x.png',
    'a\\x.png',
    'nul\u0000.png',
  ]) {
    await expect(keep('zoo', { [path]: 'x' }, true), path).rejects.toMatchObject(
      refusal('data.kept-name'),
    );
  }
  await expect(keep('..', { 'a.png': 'x' }, true)).rejects.toMatchObject(refusal('data.kept-name'));
  await expect(keep('a.exe', { 'a.exe': 'x' }, false)).rejects.toMatchObject(
    refusal('data.unknown-file'),
  );
  await expect(keep('notes', { 'a.md': 'x' }, true)).rejects.toMatchObject(
    refusal('data.unknown-file'),
  );
  await expect(keep('a.csv', {}, false)).rejects.toMatchObject(refusal('data.kept-count'));
  expect(readdirSync(join(state, KEPT_FOLDER))).toHaveLength(before);
  expect(existsSync(join(folder.path, 'x.png'))).toBe(false);
});

/** Calls `told` with every call to a process that reads, once it is sent. */
const overheard = (told: () => void): EngineStarter => ({
  start(limits) {
    const child = readerStarter.start(limits);
    const { transport } = child;
    const send: typeof transport.send = (message) => {
      transport.send(message);
      told();
    };
    return { ...child, transport: { ...transport, send } };
  },
});

test('reading is stopped for whoever asked, and the next one is read', async () => {
  let begun = (): void => undefined;
  const started = new Promise<void>((done) => (begun = done));
  const starter = overheard(() => begun());
  const reader = new DataReader({ starter, folder: join(folder.path, 'prepared') });
  const path = join(folder.path, 'long.csv');
  // The process has yet to start when it is stopped: it need not be long.
  const rows = Array.from({ length: 300 }, (_, i) => `${i},${i % 7},word${i % 10}`);
  writeFileSync(path, ['a,b,c', ...rows].join('\n'));
  const access = { folder: folder.path, allowed: [] };
  const request = { source: 'csv:long.csv', options: {}, access, previewCount: 1 };
  const first = reader.describe(request);
  const waiting = reader.describe({ ...request, previewCount: 2 });
  // Once it has begun: that of one that only waits is the other.
  void started.then(() => reader.stop('csv:long.csv'));
  await expect(first).rejects.toMatchObject(refusal('data.stopped'));
  await expect(waiting).rejects.toMatchObject(refusal('data.stopped'));
  await expect(reader.describe(request)).resolves.toMatchObject({ source: 'csv:long.csv' });
  reader.close();
});
