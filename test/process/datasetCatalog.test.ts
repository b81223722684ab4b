/** Rule: every set of the catalogue says what it is and must be; those that come with the product need no network. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { CATALOG, fetchedFiles } from '#main/services/datasets/catalog.ts';
import { DatasetsService, namedDataset } from '#main/services/datasets/datasets.ts';
import { temporaryFolder } from '../support/cli.ts';
import { problemOf } from '../support/problems.ts';

const SHIPPED = resolve(import.meta.dirname, '..', '..', 'resources', 'data');

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

function stateFolder(): string {
  const folder = temporaryFolder();
  cleanups.push(() => folder.remove());
  return folder.path;
}

describe('the sets there are', () => {
  test.each([...CATALOG.values()].map((each) => [each.id, each] as const))(
    '%s says what it is, its licence, and what every file must be',
    (_, set) => {
      const { doc, home, licence, servers, files, reads } = set;
      expect(doc).toMatch(/\.$/);
      expect(licence.name).not.toBe('');
      expect(URL.canParse(licence.url)).toBe(true);
      for (const server of servers) expect(server).toMatch(/^https:.*\/$/);
      if (set.isShipped) expect(existsSync(resolve(SHIPPED, '..', '..', home))).toBe(true);
      else expect(URL.canParse(home) && servers.length > 0).toBe(true);
      for (const { name, sizeBytes, sha256 } of fetchedFiles(set)) {
        expect(name).toMatch(/^[\w.-]+$/);
        expect(sizeBytes).toBeGreaterThan(0);
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      }
      expect(reads.file === undefined || files.some(({ name }) => name === reads.file)).toBe(true);
    },
  );

  test('go by their names once they are there, and say how to get them before', async () => {
    const folder = stateFolder();
    const folders = { stateFolder: folder, shippedFolder: SHIPPED };
    const absent = await problemOf(() => namedDataset('iris', folders));
    expect(absent.code).toBe('datasets.absent');
    expect(absent.explanation).toContain('netloom datasets get iris');
    expect(namedDataset('moons', folders)).toBeNull();
    mkdirSync(join(folder, 'datasets', 'iris'), { recursive: true });
    writeFileSync(join(folder, 'datasets', 'iris', 'iris.data'), Buffer.alloc(4551));
    const source = `csv:${join(folder, 'datasets', 'iris', 'iris.data')}`;
    expect(namedDataset('iris', folders)).toMatchObject({ source });
  });
});

describe('a set that comes with the product', () => {
  test('is there without a network, by its id or at once', async () => {
    const folder = stateFolder();
    const options = { stateFolder: folder, shippedFolder: SHIPPED };
    const sets = new DatasetsService({ ...options, mirror: () => Promise.resolve('') });
    const find = async () => (await sets.list()).find(({ isShipped }) => isShipped);
    expect(await find()).toMatchObject({ id: 'machines', state: 'absent' });
    const { source } = namedDataset('machines', options)!;
    expect(readFileSync(source.replace('csv:', ''))).toEqual(
      readFileSync(join(SHIPPED, 'machines.csv')),
    );
    expect(await find()).toMatchObject({ state: 'ready', source });
  });
  test('is refused where the product is damaged, and nothing is left', async () => {
    const shipped = temporaryFolder();
    cleanups.push(() => shipped.remove());
    writeFileSync(join(shipped.path, 'machines.csv'), 'id\n1\n');
    const folder = stateFolder();
    const sets = new DatasetsService({
      ...{ stateFolder: folder, shippedFolder: shipped.path },
      mirror: () => Promise.resolve(''),
    });
    await expect(sets.get('machines')).rejects.toMatchObject({ code: 'datasets.shipped-damaged' });
    expect(readdirSync(join(folder, 'datasets', 'machines'))).not.toContain('machines.csv');
  });
});
