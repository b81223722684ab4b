/** Rule: a set that comes in an archive is there once it is unpacked, and holds only what belongs to it. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, expect, test } from 'vitest';
import { formatInteger } from '#engine/ir/numberText.ts';
import { CATALOG, type DatasetEntry } from '#main/services/datasets/catalog.ts';
import { DatasetsService } from '#main/services/datasets/datasets.ts';
import { temporaryFolder } from '../support/cli.ts';
import { problemOf } from '../support/problems.ts';

const SMALL = Buffer.from('label\n1\n2\n');
const BIG = Buffer.alloc(5000, 'x');

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

/** A server that has this and nothing else. */
async function serving(content: Buffer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-length', content.length);
    response.end(content);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const inTar = (files: Readonly<Record<string, Buffer>>): Promise<Buffer> => {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return buffer(tar as unknown as Readable).then((bytes) => gzipSync(bytes));
};
const archived = async (files: Readonly<Record<string, Buffer>>) => {
  const packed = await inTar(files);
  const server = await serving(packed);
  const folder = temporaryFolder();
  cleanups.push(() => folder.remove());
  const set: DatasetEntry = {
    ...{ id: 'made-up', label: 'Made up', doc: 'For tests.', home: 'https://example.org' },
    licence: { name: 'MIT', url: 'https://example.org/licence' },
    servers: [server.address],
    archive: {
      ...{ name: 'all.tar.gz', folder: 'all', sizeBytes: packed.length },
      sha256: createHash('sha256').update(packed).digest('hex'),
    },
    files: [{ name: 'small.csv', sizeBytes: SMALL.length }],
    reads: { scheme: 'csv', file: 'small.csv' },
  };
  const sets = new DatasetsService({
    ...{ stateFolder: folder.path, shippedFolder: folder.path },
    mirror: () => Promise.resolve(''),
    catalog: new Map([['made-up', set]]),
    waits: { retryMs: 1, idleMs: 400 },
  });
  cleanups.push(() => sets.close());
  const place = join(folder.path, 'datasets', 'made-up');
  return { sets, place, server, sizeBytes: packed.length };
};

test('is unpacked, and only what belongs to it is kept', async () => {
  const evil = Buffer.from('out');
  const { sets, place, server, sizeBytes } = await archived({
    'all/readme.html': BIG,
    '../small.csv': evil,
    'all/small.csv': SMALL,
  });
  const offered = await sets.get('made-up');
  expect(offered).toMatchObject({ state: 'ready', sizeBytes, haveBytes: sizeBytes });
  expect(readdirSync(place).filter((name) => name !== '.lock')).toEqual(['small.csv']);
  expect(readFileSync(join(place, 'small.csv')).equals(SMALL)).toBe(true);
  await sets.get('made-up');
  expect(server.asked).toHaveLength(1);
});

test.each([
  ['lacks a file', { 'all/other.csv': SMALL }, 'small.csv is not in it'],
  [
    'has another file of the name',
    { 'all/small.csv': BIG },
    `${formatInteger(BIG.length)} bytes instead of`,
  ],
])('that %s is refused, and nothing of it is taken for the set', async (_, files, why) => {
  const { sets, place } = await archived(files);
  const problem = await problemOf(() => sets.get('made-up'));
  expect(problem).toMatchObject({ code: 'download.damaged' });
  expect(problem.explanation).toContain(why);
  expect(readdirSync(place)).not.toContain('small.csv');
  expect((await sets.list())[0]?.state).toBe('absent');
});

test('the files of CIFAR-10 are those that its reader looks for', () => {
  const { files, reads } = CATALOG.get('cifar10') ?? { files: [], reads: { scheme: '' } };
  expect(reads.scheme).toBe('cifar');
  expect(files.map(({ name }) => name)).toEqual([
    ...[1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
    'test_batch.bin',
  ]);
  for (const { sizeBytes } of files) expect(sizeBytes).toBe(30_730_000);
});
