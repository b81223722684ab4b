/** Rule: a table with a column for each pixel is pictures; which column is the label is told, and said. */
import { describe, expect, test } from 'vitest';
import type { SourceOptions } from '#engine/datasets/index.ts';
import { problemOf } from '#test/support/problems.ts';
import { loadTables, tableFiles } from '#test/support/tableFiles.ts';

/** Rows of `label,pixel0,pixel1...`; pixel p of picture n is `of(n, p)`. */
function csv(
  { count = 4, pixels = 16, label = true, names = (p: number) => `pixel${p}`, header = true },
  of: (row: number, pixel: number) => number = (row, pixel) => (row * 50 + pixel) % 256,
): string {
  const cells = Array.from({ length: pixels }, (_, p) => p);
  const lines = Array.from({ length: count }, (_, row) =>
    [...(label ? [row % 2 ? 7 : 3] : []), ...cells.map((p) => of(row, p))].join(','),
  );
  const head = [...(label ? ['label'] : []), ...cells.map(names)].join(',');
  return [...(header ? [head] : []), ...lines].join('\n');
}
const load = (text: string, options: SourceOptions = {}, name = 't.csv') =>
  loadTables(`pixels:${name}`, options, tableFiles({ [name]: text }));

describe('pictures in a table', () => {
  test('are square and grey, with the classes of the one column that is no pixel', async () => {
    const { columns, count } = await load(csv({}));
    expect(count).toBe(4);
    expect(columns.map(({ field: { name, shape } }) => [name, shape])).toEqual([
      ['image', [1, 4, 4]],
      ['label', []],
    ]);
    expect(columns[0]?.stored).toEqual(
      Uint8Array.from({ length: 64 }, (_, i) => Math.floor(i / 16) * 50 + (i % 16)),
    );
    expect(columns[1]?.field.classNames).toEqual(['3', '7']);
    expect(columns[1]?.stored).toEqual(Int32Array.of(0, 1, 0, 1));
  });

  test.each([
    ['1x1', (p: number) => `${Math.floor(p / 4) + 1}x${(p % 4) + 1}`],
    ['px_0', (p: number) => `px_${p}`],
    ['0', (p: number) => String(p)],
  ])('may call their pixels %s', async (_first, names) => {
    expect((await load(csv({ names }))).columns).toHaveLength(2);
  });

  test('without a label are pictures alone', async () => {
    expect((await load(csv({ label: false }))).columns).toHaveLength(1);
    expect((await load(csv({}), { targetKind: 'none' })).columns).toHaveLength(1);
  });

  test('without names have their label first, or last where the first says nothing', async () => {
    const first = await load(csv({ header: false }));
    expect(first.columns[1]?.field.classNames).toEqual(['3', '7']);
    expect(first.notes?.join(' ')).toContain('The label is taken to be column 1');
    const last = Array.from({ length: 4 }, (_, row) =>
      [...Array.from({ length: 16 }, (_, p) => (p === 0 ? 0 : row + p)), row % 2].join(','),
    ).join('\n');
    const table = await load(last, { header: 'no' });
    expect(table.notes?.join(' ')).toContain('The label is taken to be column 17');
    expect(table.columns[1]?.stored).toEqual(Int32Array.of(0, 1, 0, 1));
  });

  test('in colours are pixel by pixel, or colour by colour', async () => {
    const text = csv({ count: 2, pixels: 48 }, (_row, pixel) => pixel);
    const last = await load(text);
    expect(last.columns[0]?.field.shape).toEqual([3, 4, 4]);
    expect([...(last.columns[0]?.stored.slice(0, 4) ?? [])]).toEqual([0, 3, 6, 9]);
    const first = await load(text, { layout: 'channelsFirst' });
    expect([...(first.columns[0]?.stored.slice(0, 4) ?? [])]).toEqual([0, 1, 2, 3]);
  });

  test('are as high and wide as one says', async () => {
    const shape = async (options: SourceOptions) =>
      (await load(csv({ pixels: 24 }), options)).columns[0]?.field.shape;
    expect(await shape({ height: 4 })).toEqual([1, 4, 6]);
    expect(await shape({ width: 4 })).toEqual([1, 6, 4]);
    expect(await shape({ height: 2, width: 4 })).toEqual([3, 2, 4]);
  });

  test('of fractions, and of 0 and 1, are kept as they are', async () => {
    const halves = await load(csv({}, (_row, pixel) => pixel / 16));
    expect(halves.columns[0]?.stored).toBeInstanceOf(Float32Array);
    const binary = await load(csv({}, (row, pixel) => (row + pixel) % 2));
    expect(binary.columns[0]?.stored).toBeInstanceOf(Float32Array);
  });

  test('without a label are left out, and parts are those of a column', async () => {
    const rows = csv({}).split('\n');
    const text = rows
      .map(
        (row, i) =>
          `${i === 2 ? row.replace('7,', ',') : row},${i === 0 ? 'usage' : i > 2 ? 'test' : 'train'}`,
      )
      .join('\n');
    const table = await load(text, { part: 'usage' });
    expect(table.count).toBe(3);
    expect(table.rowFacts?.part).toEqual(Uint8Array.of(0, 2, 2));
    expect(table.notes?.join(' ')).toContain('1 of 4 rows are left out');
  });

  test.each<[string, string, SourceOptions, string, string]>([
    ['no picture', csv({ pixels: 18 }), {}, 'pixels.shape', 't.csv'],
    ['of another size', csv({}), { height: 5 }, 'pixels.shape', 't.csv'],
    [
      'with an empty pixel',
      csv({}).replace(',51,', ',,'),
      {},
      'pixels.empty',
      't.csv, line 3, column 3 (pixel1)',
    ],
    [
      'with words',
      csv({}).replaceAll(/,(0|50|100|150)(?=,)/g, ',x'),
      {},
      'pixels.not-a-number',
      't.csv, line 2, column 2 (pixel0)',
    ],
    [
      'with two labels',
      csv({}).replaceAll(/^/gm, 'a,'),
      {},
      'pixels.which-label',
      't.csv, option target',
    ],
  ])('are refused where they are %s', async (_what, text, options, code, path) => {
    expect(await problemOf(() => load(text, options))).toMatchObject({ code, path });
  });

  test('are refused of files that are no table', async () => {
    expect((await problemOf(() => load(csv({}), {}, 't.png'))).code).toBe('pixels.no-table');
  });
});
