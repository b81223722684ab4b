/**
 * Rule: files made to harm whoever reads them are refused with a code and a place, in little time and memory: zips
 * that unpack to gigabytes or lie, sheets and pictures that claim giant sizes, links that lead round in circles, and
 * files that go or change while they are read.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataAccess, type FileAccess, loadData } from '#engine/datasets/index.ts';
import { dataFiles } from '#engine/platform/nodeFiles.ts';
import { createDataReading } from '#main/dataProcess/dataReading.ts';
import { createPictureDecoder } from '#main/dataProcess/pictures/sharpDecoder.ts';
import { unzip } from '#main/dataProcess/unzip.ts';
import { packZip } from '#main/zip/packZip.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { problemOf } from '#test/support/problems.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';
import { workbook } from '#test/support/workbook.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const access: DataAccess = { folder: folder.path, allowed: [] };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** How much more is in use at its worst than before. */
async function grownBy(action: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  // oxlint-disable-next-line netloom/fixed-wait -- It samples, and nothing waits for it.
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  await action().finally(() => clearInterval(watch));
  return Math.max(most, process.memoryUsage().rss) - before;
}

describe('a zip of arrays', () => {
  const load = (bytes: Uint8Array) =>
    problemOf(() =>
      loadData('npz:x.npz', {}, memoryFiles({ 'x.npz': bytes }), undefined, { unzip }),
    );
  /** Where its directory says how large the only part is, unpacked. */
  const sizeAt = (zip: Uint8Array): number =>
    Buffer.from(zip.buffer, zip.byteOffset, zip.length).indexOf('PK\u0001\u0002', 0, 'latin1') + 24;
  const claiming = (zip: Uint8Array, sizeBytes: number): Uint8Array => {
    const changed = Uint8Array.from(zip);
    new DataView(changed.buffer).setUint32(sizeAt(zip), sizeBytes, true);
    return changed;
  };

  test('that says it unpacks to gigabytes is refused before it does', async () => {
    const zip = await packZip([{ path: 'x.npy', bytes: new Uint8Array(100) }]);
    const grown = await grownBy(async () => {
      expect(await load(claiming(zip, 2 ** 32 - 2))).toMatchObject({
        code: 'file.too-large',
        path: 'x.npz: x.npy',
      });
    });
    expect(grown).toBeLessThan(2 ** 26);
  });

  test('that unpacks to more or less than it says is refused at that', async () => {
    const zip = await packZip([{ path: 'x.npy', bytes: new Uint8Array(2 ** 26) }]);
    for (const sizeBytes of [1000, 2 ** 27]) {
      expect(await load(claiming(zip, sizeBytes))).toMatchObject({
        code: 'zip.damaged',
        path: 'x.npz: x.npy',
      });
    }
  });

  test('of thousands of parts is refused', async () => {
    const parts = Array.from({ length: 1001 }, (_, i) => ({ path: `${i}`, bytes: utf8('') }));
    expect((await load(await packZip(parts)))?.code).toBe('zip.too-many');
  });
});

describe('a workbook', () => {
  const load = (bytes: Uint8Array) =>
    loadTables('excel:t.xlsx', {}, tableFiles({ 't.xlsx': bytes }));
  const small = () => workbook({ name: 'S', rows: [['a', 'b'], ...rows(['1', 'x'], 8)] });
  const rows = (cells: readonly string[], count: number) =>
    Array.from({ length: count }, () => cells);
  /** Its one sheet with other text. */
  async function changed(change: (xml: string) => string): Promise<Uint8Array> {
    const parts = [...(await unzip(await small(), 'x'))];
    const entries = parts.map(async ([path, part]) => {
      const bytes = await part.read(2 ** 20);
      const isSheet = path.endsWith('sheet1.xml');
      return { path, bytes: isSheet ? utf8(change(new TextDecoder().decode(bytes))) : bytes };
    });
    return packZip(await Promise.all(entries));
  }

  test('with a lone cell far out is refused for all the empty ones before it', async () => {
    const bytes = await changed((xml) =>
      xml.replace(
        '</sheetData>',
        '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row></sheetData>',
      ),
    );
    expect(await problemOf(() => load(bytes))).toMatchObject({
      code: 'excel.too-large',
      message: expect.stringContaining('row 1048576 and column 16384') as string,
      path: 't.xlsx, xl/worksheets/sheet1.xml',
    });
  });

  test.each(['B9000000', 'A9e999', 'ZZZ2', 'B', '2'])(
    'with a cell at %s, where none can be, is refused as that',
    async (place) => {
      const bytes = await changed((xml) => xml.replace('r="B3"', `r="${place}"`));
      expect((await problemOf(() => load(bytes))).code).toBe('excel.unreadable');
    },
  );

  test('with a cell some thousand rows below the rest is read as ever', async () => {
    const bytes = await changed((xml) =>
      xml.replace('</sheetData>', '<row r="5000"><c r="B5000"><v>7</v></c></row></sheetData>'),
    );
    expect((await load(bytes)).report?.rows.total).toBe(9);
  });

  const cellOf = (letters: number): string =>
    `<c r="A2" t="inlineStr"><is><t>${'x'.repeat(letters)}</t></is></c>`;

  test('with a text of millions of letters is refused before it is parsed', async () => {
    const bytes = await changed((xml) => xml.replace(/<c r="A2".*?<\/c>/, cellOf(17 * 2 ** 20)));
    const problem = await problemOf(() => load(bytes));
    expect(problem.code).toBe('excel.too-large');
    expect(problem.path).toMatch(/^t\.xlsx, xl\/worksheets\/sheet1\.xml, byte \d+$/);
  });

  test('with many long texts in a row is refused at that row', async () => {
    const cells = ['A', 'B', 'C', 'D', 'E', 'F'].map((column) =>
      cellOf(3 * 2 ** 20).replace('A2', `${column}2`),
    );
    const bytes = await changed((xml) =>
      xml.replace(/<row r="2">.*?<\/row>/, `<row r="2">${cells.join('')}</row>`),
    );
    expect(await problemOf(() => load(bytes))).toMatchObject({
      code: 'excel.too-large',
      path: 't.xlsx, sheet S, row 2',
    });
  });

  test('whose last bytes stand there twice is read or refused, but answered', async () => {
    const whole = await small();
    const twice = Uint8Array.from([...whole, ...whole.subarray(-120)]);
    const answer = await load(twice).then(
      () => 'read',
      (error: { code?: string }) => error.code,
    );
    expect(['read', 'zip.damaged', 'excel.unreadable']).toContain(answer);
  });
});

describe('a picture that claims to be giant', () => {
  const decoder = createPictureDecoder();
  const TARGET = { channels: 3, height: 8, width: 8, fit: 'crop' } as const;
  const square = () =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 255, g: 0, b: 0 } } });
  /** Of one strip of grey, little-endian; its numbers are the few that there are. */
  function tiff(width: number, height: number): Uint8Array {
    const tags = [
      ...[
        [256, width],
        [257, height],
        [258, 8],
        [259, 1],
        [262, 1],
        [273, 110],
      ],
      ...[
        [278, height],
        [279, 16],
      ],
    ] as const;
    const bytes = Buffer.alloc(126);
    bytes.write('II*\0', 'latin1');
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(tags.length, 8);
    for (const [i, [tag = 0, value = 0]] of tags.entries()) {
      const at = 10 + 12 * i;
      bytes.writeUInt16LE(tag, at);
      bytes.writeUInt16LE(4, at + 2);
      bytes.writeUInt32LE(1, at + 4);
      bytes.writeUInt32LE(value, at + 8);
    }
    return bytes;
  }
  /** GIF names its screen, JPEG its frame. */
  async function gif(width: number, height: number): Promise<Uint8Array> {
    const bytes = await square().gif().toBuffer();
    bytes.writeUInt16LE(width, 6);
    bytes.writeUInt16LE(height, 8);
    const frame = bytes.indexOf(0x2c, 13);
    bytes.writeUInt16LE(width, frame + 5);
    bytes.writeUInt16LE(height, frame + 7);
    return bytes;
  }
  async function jpeg(width: number, height: number): Promise<Uint8Array> {
    const bytes = await square().jpeg().toBuffer();
    const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
    bytes.writeUInt16BE(height, frame + 5);
    bytes.writeUInt16BE(width, frame + 7);
    return bytes;
  }

  test.each([
    ['TIFF', () => tiff(100_000, 100_000)],
    ['GIF', () => gif(65_000, 65_000)],
    ['JPEG', () => jpeg(65_000, 65_000)],
  ])('%s', async (_format, make) => {
    const bytes = await make();
    const grown = await grownBy(async () => {
      expect((await problemOf(() => decoder.header(bytes))).code).toBe('picture.too-large');
      expect((await problemOf(() => decoder.decode(bytes, TARGET))).code).toBe('picture.too-large');
    });
    expect(grown).toBeLessThan(2 ** 27);
  });

  test('is left out of its folder and named', async () => {
    const content = {
      'd/a.tif': tiff(100_000, 100_000),
      'd/b.png': await square().png().toBuffer(),
    };
    const files = memoryFiles(content);
    const table = await loadData('images:d', {}, files, undefined, { pictures: decoder });
    expect(table.count).toBe(1);
    expect(table.notes?.join(' ')).toMatch(/at most 64 Mi[^.]*: a\.tif/);
  });
});

describe('links and pipes in a folder', () => {
  const here = join(folder.path, 'round');
  beforeAll(async () => {
    mkdirSync(join(here, 'a'), { recursive: true });
    symlinkSync(here, join(here, 'a', 'again'));
    symlinkSync(join(here, 'loop'), join(here, 'loop'));
    symlinkSync(join(here, 'loop'), join(here, 'a', 'loop.png'));
    execFileSync('mkfifo', [join(here, 'a', 'pipe.txt')]);
    writeFileSync(join(here, 'a', 'one.txt'), 'some text of a few words');
    const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
    writeFileSync(join(here, 'a', 'one.png'), await picture.png().toBuffer());
  });

  test('that lead round in circles end, the rest is read', async () => {
    const pictures = createPictureDecoder();
    const images = await loadData('images:round', {}, dataFiles(access), undefined, { pictures });
    expect(images.count).toBe(1);
    expect(images.notes?.join(' ')).toContain('a/loop.png');
    const texts = await loadData('text:round', { output: 'bag' }, dataFiles(access));
    expect(texts.notes?.join(' ')).toContain('a/pipe.txt');
  });

  test('are named where they are all there is', async () => {
    const read = (path: string) =>
      problemOf(() => loadTables(`csv:${path}`, {}, dataFiles(access)));
    expect(await read('round/loop')).toMatchObject({ code: 'file.link-loop' });
    expect(await read('round/a/again')).toMatchObject({ code: 'file.is-a-folder' });
    expect(await read('round/a/pipe.txt')).toMatchObject({ code: 'file.not-regular' });
  });
});

describe('a table', () => {
  const lines = (count: number): string =>
    `a,b,kind\n${Array.from({ length: count }, (_, i) => `${i},${i % 7},${i % 2 ? 'x' : 'y'}\n`).join('')}`;
  const describeNow = () =>
    createDataReading().describe({
      source: 'csv:changing.csv',
      options: {},
      previewCount: 0,
      access,
    });

  test.each([
    ['grows', (path: string) => appendFileSync(path, '1,2,x\n')],
    ['shrinks', (path: string) => truncateSync(path, 2 ** 15)],
    ['goes', (path: string) => rmSync(path, { force: true })],
  ])('that %s while it is read is refused', async (_what, change) => {
    const path = join(folder.path, 'changing.csv');
    writeFileSync(path, lines(200_000));
    const answer = describeNow();
    const timer = setInterval(() => change(path));
    try {
      const problem = await problemOf(() => answer);
      expect(problem.code).toMatch(/^(data\.changed|file\.not-found|csv\.[a-z-]+)$/);
      expect(problem.path).toContain('changing.csv');
    } finally {
      clearInterval(timer);
    }
  });

  test.each(['csv', 'jsonl', 'parquet', 'excel'])(
    'of %s that went, or was closed to us, after it was found is refused as such',
    async (id) => {
      // Found where it is not any more.
      const gone: FileAccess = {
        ...dataFiles(access),
        stamp: () =>
          Promise.resolve({ path: join(folder.path, 'gone'), sizeBytes: 9, modifiedMs: 0 }),
      };
      expect(await problemOf(() => loadTables(`${id}:t.x`, {}, gone))).toMatchObject({
        code: 'file.not-found',
      });
    },
  );

  test.skipIf(process.getuid?.() === 0)('that may not be read is refused as that', async () => {
    const path = join(folder.path, 'closed.csv');
    writeFileSync(path, lines(9), { mode: 0o000 });
    expect(await problemOf(() => loadTables(`csv:${path}`, {}, dataFiles(access)))).toMatchObject({
      code: 'file.no-permission',
    });
  });
});
