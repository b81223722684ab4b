/** The registry of data sources, how they are named, described, fingerprinted and put into documents. */
import { describe, expect, it } from 'vitest';
import { datasetRegistry } from '#engine/datasets/core/registry.ts';
import type { DatasetDefinition } from '#engine/datasets/define.ts';
import {
  datasets,
  describeData,
  describeTable,
  loadData,
  parseSource,
  sourceOfFile,
  sourceOfFolder,
  resolveData,
} from '#engine/datasets/index.ts';
import { xxHash32 } from '#engine/datasets/shared/fingerprint.ts';
import { dataTable, targetField } from '#engine/datasets/shared/table.ts';
import { elementCount } from '#engine/ir/tensor.ts';
import { defaultAttrs, type RawAttrs } from '#engine/ir/attrs.ts';
import { emptyDocument, type NetworkDocument } from '#engine/ir/document.ts';
import { readAttrs } from '#engine/ir/readAttrs.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { problemOf } from '#test/support/problems.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';

const noFiles = memoryFiles({});
const generators = [...datasets.values()].filter(({ path }) => path === undefined);
const definition = (id: string): DatasetDefinition => {
  const [any] = generators;
  if (!any) throw new Error('no generators');
  return { ...any, id };
};

describe('the registry', () => {
  it('holds what is built in, images first', () => {
    expect([...datasets.keys()]).toEqual(
      expect.arrayContaining(['digits', 'xor', 'moons', 'circles', 'spirals', 'blobs', 'curves']),
    );
    expect([...datasets.keys()][0]).toBe('digits');
  });

  it('refuses two sources of one name, a file of another name, and names that are no words', () => {
    const registry = (entries: Record<string, string>) =>
      datasetRegistry(
        Object.fromEntries(
          Object.entries(entries).map(([path, id]) => [path, { default: definition(id) }]),
        ),
      );
    expect([...registry({ '../fashionMnist.ts': 'fashion-mnist' }).keys()]).toEqual([
      'fashion-mnist',
    ]);
    expect(() => registry({ '../a.ts': 'b' })).toThrow('its file must be b.ts');
    expect(() => registry({ '../a.ts': 'a', '../../a.ts': 'a' })).toThrow('two files');
    expect(() => registry({ '../a b.ts': 'a b' })).toThrow('cannot name');
  });

  it.each([...datasets.values()].map((each) => [each.id, each] as const))(
    '%s explains itself and every option',
    (_, { label, doc, options }) => {
      expect(label).not.toBe('');
      expect(doc).toMatch(/^[A-Z].*\.$/);
      for (const [name, option] of Object.entries(options)) {
        expect(option.help, name).toMatch(/^[A-Z].*\.$/);
      }
      const defaults = defaultAttrs(options);
      // Attributes are plain JSON; only the compiler does not know.
      expect(readAttrs(options, defaults as RawAttrs).problems).toEqual([]);
    },
  );
});

describe('sources by name', () => {
  it('reads names and paths, and takes only the first colon as separator', () => {
    expect(parseSource('moons').definition.id).toBe('moons');
    expect(parseSource('moons').path).toBeUndefined();
    expect(parseSource('idx:/data/mnist').path).toBe('/data/mnist');
    expect(parseSource(String.raw`csv:C:\data\iris.csv`).path).toBe(String.raw`C:\data\iris.csv`);
  });

  it.each([
    ['mooons', 'data.unknown-source', /did you mean moons/],
    ['', 'data.unknown-source', /No data source/],
    ['constructor', 'data.unknown-source', /constructor/],
    ['http://example.org', 'data.unknown-source', /http/],
    ['csv', 'data.path-missing', /needs a file/],
    ['csv: ', 'data.path-missing', /needs a file/],
    ['idx:', 'data.path-missing', /needs a folder/],
    ['moons:file', 'data.path-unexpected', /takes no path/],
    ['moons:', 'data.path-unexpected', /takes no path/],
  ])('refuses %j with %s', async (source, code, message) => {
    const problem = await problemOf(() => parseSource(source));
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(message);
    expect(problem.explanation).toBeTruthy();
  });

  it.each([
    [{ count: 0 }, 'attrs.range'],
    [{ count: 1.5 }, 'attrs.type'],
    [{ count: '12' }, 'attrs.type'],
    [{ noise: -1 }, 'attrs.range'],
    [{ noise: null }, 'attrs.type'],
    [{ seed: -1 }, 'attrs.range'],
    [{ seed: 2 ** 32 }, 'attrs.range'],
    [{ count: 1e12 }, 'attrs.range'],
  ])('refuses the options %j', async (options, code) => {
    const problem = await problemOf(() => loadData('moons', options, noFiles));
    expect(problem).toMatchObject({ code, path: `options.${Object.keys(options)[0]} of moons` });
  });

  it('ignores options it does not know', async () => {
    const table = await loadData('moons', { prefix: 'left over' }, noFiles);
    expect(table.fingerprint).toBe((await loadData('moons', {}, noFiles)).fingerprint);
  });
});

describe.each(generators.map((each) => [each.id, each] as const))('%s', (id, { fields }) => {
  const options = { count: 60, seed: 7 };

  it('has as many rows as asked for, in the fields it promised', async () => {
    const table = await loadData(id, options, noFiles);
    expect(table.count).toBe(60);
    expect(table.testStart).toBeUndefined();
    expect(table.columns.map(({ field }) => field)).toEqual(
      fields?.(readAttrs(datasets.get(id)?.options ?? {}, options).attrs),
    );
    for (const { field, stored } of table.columns) {
      expect(stored.length).toBe(60 * elementCount(field.shape));
      expect(stored.every(Number.isFinite)).toBe(true);
    }
  });

  it('makes the same samples for the same seed, and others for another', async () => {
    const definition = parseSource(id).definition;
    const load = async (seed: number) => {
      const { attrs } = readAttrs(definition.options, { ...options, seed });
      return definition.load({ options: attrs, files: noFiles, abilities: {} });
    };
    const [first, again, other] = [await load(7), await load(7), await load(8)];
    expect(again).toEqual(first);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(other.columns[0]?.stored).not.toEqual(first.columns[0]?.stored);
  });

  it('begins alike however many samples there are', async () => {
    const [few, many] = [
      await loadData(id, options, noFiles),
      await loadData(id, { ...options, count: 100 }, noFiles),
    ];
    for (const [i, { stored }] of few.columns.entries()) {
      expect(many.columns[i]?.stored.slice(0, stored.length)).toEqual(stored);
    }
  });
});

describe('fingerprints', () => {
  it('are xxHash32 of the reference', () => {
    const hash = (text: string, seed = 0) => xxHash32(new TextEncoder().encode(text), seed);
    expect(hash('')).toBe(0x02cc5d05);
    expect(hash('', 0x9e3779b1)).toBe(0x36b78ae7);
    expect(hash('a')).toBe(0x550d7456);
    expect(hash('abc')).toBe(0x32d153ff);
    expect(hash('Nobody inspects the spammish repetition')).toBe(0xe2293b2f);
  });

  it('do not depend on what is only told of the data', () => {
    const stored = Float32Array.of(1, 2, 3);
    const [plain, told] = [targetField(1), targetField(1, [1, 3])].map(
      (field) => dataTable([{ field, stored }]).fingerprint,
    );
    expect(told).toBe(plain);
  });

  it('differ for every single byte changed, and for the fields', async () => {
    const csv = (text: string) => loadTables('csv:a.csv', {}, tableFiles({ 'a.csv': text }));
    const base = await csv('a,b,c\n1,2,x\n3,4,y\n5,6,x\n7,8,y\n');
    const same = await csv('c1,c2,c3\r\n1.0,2.0,x\r\n3,4,y\r\n5,6,x\r\n7,8,y');
    expect(same.fingerprint).toBe(base.fingerprint);
    expect(base.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    const others = [
      'a,b,c\n1,2,x\n3,4,y\n5,6,x\n7,9,y\n',
      'a,b,c\n1,2,x\n3,4,x\n5,6,x\n7,8,y\n',
      'a,b,c\n1,2,x\n3,4,z\n5,6,x\n7,8,z\n',
      'a,b,c\n3,4,y\n1,2,x\n5,6,x\n7,8,y\n',
    ];
    const prints = await Promise.all(others.map(async (text) => (await csv(text)).fingerprint));
    expect(new Set([base.fingerprint, ...prints]).size).toBe(others.length + 1);
  });
});

describe('describing a source', () => {
  it('tells fields, counts and the first samples', async () => {
    const description = await describeData('digits', { count: 30 }, noFiles, 4);
    expect(description).toMatchObject({
      source: 'digits',
      label: 'Digits (generated)',
      counts: { total: 30, test: null },
    });
    expect(description.fields.map(({ name }) => name)).toEqual(['image', 'label']);
    const [images, labels] = description.preview;
    expect(images?.rows.map((row) => row.length)).toEqual([784, 784, 784, 784]);
    expect(images?.rows[0]).toBeInstanceOf(Uint8Array);
    expect(labels?.rows.map((row) => row.length)).toEqual([1, 1, 1, 1]);
    // Sent to another process: the whole table must not hang on it.
    expect(images?.rows[0]?.buffer.byteLength).toBe(784);
  });

  it('shows rows from all over a table, since tables are often sorted', async () => {
    const sorted = ['a', 'b', 'c', 'd'].flatMap((kind, i) => [`${i},${kind}`, `${i},${kind}`]);
    const files = tableFiles({ 't.csv': sorted.join('\n') });
    const { preview } = await describeTable(
      'csv:t.csv',
      await loadTables('csv:t.csv', {}, files),
      4,
    );
    expect(preview[1]?.rows.map(([label]) => label)).toEqual([0, 1, 2, 3]);
  });

  it('shows at most the samples there are, and none where none are wanted', async () => {
    const rows = async (count: number) =>
      (await describeData('xor', { count: 4 }, noFiles, count)).preview.map(
        (each) => each.rows.length,
      );
    expect(await rows(10)).toEqual([4, 4]);
    expect(await rows(0)).toEqual([0, 0]);
  });
});

describe('fields of Data nodes', () => {
  const withData = (attrs: NetworkDocument['nodes'][number]['attrs']): NetworkDocument => ({
    ...emptyDocument('test'),
    nodes: [
      { id: 'data', type: 'Data', attrs, position: { x: 0, y: 0 } },
      { id: 'fc', type: 'Linear', attrs: {}, position: { x: 0, y: 0 } },
    ],
  });
  const resolve = (document: NetworkDocument) =>
    resolveData(document, (source, options) => describeData(source, options, noFiles, 0));

  it('are filled in from the source and its options', async () => {
    const document = withData({ source: 'blobs', options: { classes: 4 } });
    const resolved = await resolve(document);
    expect(resolved.nodes[0]?.attrs['fields']).toEqual([
      { name: 'features', role: 'input', dtype: 'f32', shape: [2] },
      { name: 'label', role: 'label', dtype: 'i32', shape: [], classes: 4 },
    ]);
    expect(resolved.nodes[1]).toBe(document.nodes[1]);
  });

  it('leave a document alone that has them, whatever the order of their keys', async () => {
    const resolved = await resolve(withData({ source: 'moons' }));
    expect(await resolve(resolved)).toBe(resolved);
    const fields = resolved.nodes[0]?.attrs['fields'];
    const turned = (fields as Record<string, never>[]).map((field) =>
      Object.fromEntries(Object.entries(field).toReversed()),
    );
    const reordered = withData({ source: 'moons', fields: turned });
    expect(await resolve(reordered)).toBe(reordered);
  });

  it('are read anew where the source changed, and taken from digits where none is named', async () => {
    const resolved = await resolve(withData({ source: 'moons' }));
    const changed = await resolve(withData({ ...resolved.nodes[0]?.attrs, source: 'curves' }));
    expect(changed.nodes[0]?.attrs['fields']).toMatchObject([{ shape: [1] }, { name: 'target' }]);
    const unnamed = await resolve(withData({}));
    expect(unnamed.nodes[0]?.attrs['fields']).toMatchObject([{ name: 'image' }, { name: 'label' }]);
  });

  it('name the node when the source cannot be read', async () => {
    const problem = await problemOf(() => resolve(withData({ source: 'idx:none' })));
    expect(problem).toMatchObject({ code: 'file.not-found', node: 'data', path: 'none' });
  });
});

it.each([
  ['C:\\data\\Sales.XLSX', 'excel'],
  ['/d/iris.csv.gz', 'csv'],
  ['a.tsv', 'csv'],
  ['a.parquet', 'parquet'],
  ['a.ndjson', 'jsonl'],
  ['x.npz', 'npz'],
])('a file called %s is read as %s', (path, id) => {
  expect(sourceOfFile(path)).toBe(`${id}:${path}`);
});

it('what no source reads is read as nothing, and no two sources take one ending', () => {
  expect(sourceOfFile('notes.docx')).toBeNull();
  const endings = [...datasets.values()].flatMap((each) => each.endings ?? []);
  expect(new Set(endings).size).toBe(endings.length);
});

it.each([
  [['t10k-images-idx3-ubyte.gz', 'LICENSE'], 'idx:F'],
  [['cifar-10-batches-bin/data_batch_1.bin', 'readme.txt'], 'cifar:F'],
  [['train/cat/1.png', 'labels.csv'], 'images:F'],
  [['good/1.txt', 'bad/1.txt'], 'text:F'],
  [['iris.names', 'iris.csv'], 'csv:F/iris.csv'],
  [['one.csv', 'two.csv'], null],
  [['notes.docx'], null],
  [[], null],
])('a folder with %j is %s', (paths, source) => {
  expect(sourceOfFolder('F', paths)).toBe(source);
});
