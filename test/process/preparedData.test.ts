/** Rule: data of files is read by a process of its own, once, and again when a file is another. */
import { readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readColumnFile } from '#engine/datasets/index.ts';
import { readRegularFile } from '#engine/platform/node.ts';
import { DataReader } from '#main/services/dataReader.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { chain, features, LABEL } from '#test/support/network.ts';
import { readerStarter } from '#test/support/readerStarter.ts';

const folder = temporaryFolder();
const prepared = join(folder.path, 'prepared');
const reader = new DataReader({ starter: readerStarter, folder: prepared });
afterAll(() => {
  reader.close();
  folder.remove();
});
const path = join(folder.path, 'table.csv');
const access = { folder: folder.path, allowed: [] };
const more = Array.from({ length: 8 }, (_, i) => `${i},${i * i},${i % 2 ? 'y' : 'x'}`);
const rows = (last: string): string => ['a,b,kind', ...more, `9,81,${last}`].join('\n');
const document = withSource('csv:table.csv');

function withSource(source: string) {
  const plain = chain(
    [
      ['fc1', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      target: 'label',
      fields: [features(2), { ...LABEL, classes: 2, classNames: ['x', 'y'] }],
    },
  );
  const nodes = plain.nodes.map((node) =>
    node.type === 'Data' ? { ...node, attrs: { ...node.attrs, source } } : node,
  );
  return { ...plain, nodes };
}

async function prepare() {
  const origin = await reader.prepare(document, access);
  if (origin.kind !== 'prepared') throw new Error(origin.kind);
  const { table } = readColumnFile(await readRegularFile(origin.path), origin.path);
  return { path: origin.path, table, madeAt: statSync(origin.path).ino };
}

test('once, then found again; anew when the file is another, or what was made is damaged', async () => {
  writeFileSync(path, rows('y'));
  const first = await prepare();
  expect(first.table.columns[1]?.stored).toEqual(Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 1));
  expect((await prepare()).madeAt).toBe(first.madeAt);

  writeFileSync(path, rows('x'));
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  const second = await prepare();
  expect(second.path).toBe(first.path);
  expect(second.table.columns[1]?.stored).toEqual(Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0));

  writeFileSync(second.path, 'not what it was');
  expect((await prepare()).table).toEqual(second.table);
  truncateSync(second.path, statSync(second.path).size - 4);
  expect((await prepare()).table).toEqual(second.table);
  expect(readdirSync(prepared)).toHaveLength(1);
});

test('what may not be read any more, or is gone, is an error though it was prepared', async () => {
  await prepare();
  const nowhere = { folder: prepared, allowed: [] };
  await expect(reader.prepare(withSource(`csv:${path}`), nowhere)).rejects.toMatchObject({
    code: 'data.needs-consent',
  });
  rmSync(path);
  await expect(prepare()).rejects.toMatchObject({ code: 'file.not-found' });
});

test('what makes its data needs no process and no file', async () => {
  const none = { start: () => Promise.reject(new Error('started')) } as never;
  const idle = new DataReader({ starter: none, folder: prepared });
  expect(await idle.prepare(withSource('moons'), access)).toEqual({ kind: 'generated' });
});
