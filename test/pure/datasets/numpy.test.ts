/** Rule: NumPy's arrays are read as NumPy wrote them, by what they are called; what is no plain array is refused. */
import { describe, expect, it, test } from 'vitest';
import { loadData, type SourceOptions } from '#engine/datasets/index.ts';
import { parseNpy } from '#engine/datasets/shared/npy.ts';
import { unzip } from '#main/dataProcess/unzip.ts';
import { packZip } from '#main/zip/packZip.ts';
import { memoryFiles } from '#test/support/memoryFiles.ts';
import { problemOf } from '#test/support/problems.ts';

type Typed = Uint8Array | Int32Array | Float32Array | Float64Array | BigInt64Array | Uint16Array;

/** As numpy.save writes it, version 1. */
function npy(descr: string, shape: readonly number[], data: Typed, order = 'False'): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${dims}), }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.from(`\x93NUMPY\x01\x00  ${header}`, 'latin1');
  head.writeUInt16LE(header.length, 8);
  return new Uint8Array(Buffer.concat([head, new Uint8Array(data.buffer)]));
}
const counting = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i);
const valuesOf = (bytes: Uint8Array): readonly number[] => [...parseNpy(bytes, 'x.npy').data];

describe('an array', () => {
  test.each([
    ['|u1', Uint8Array.of(0, 255)],
    ['|b1', Uint8Array.of(0, 1)],
    ['<i4', Int32Array.of(-5, 7)],
    ['<u2', Uint16Array.of(1, 65535)],
    ['<f4', Float32Array.of(0.5, -2)],
    ['<f8', Float64Array.of(0.25, 1e3)],
  ])('of %s has its numbers', (descr, data) => {
    expect(valuesOf(npy(descr, [2], data))).toEqual([...data]);
  });

  it('of 64 bits, halves and the other order of bytes has them as well', () => {
    expect(valuesOf(npy('<i8', [2], BigInt64Array.of(-3n, 2n ** 31n - 1n)))).toEqual([
      -3,
      2 ** 31 - 1,
    ]);
    expect(valuesOf(npy('<f2', [4], Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00)))).toEqual([
      ...[1, -2, 2 ** -24, Infinity],
    ]);
    expect(valuesOf(npy('>u2', [2], Uint8Array.of(1, 0, 0, 2)))).toEqual([256, 2]);
  });

  it('with its first index running fastest is turned', () => {
    // np.asfortranarray(np.arange(6).reshape(2, 3)) lies as 0 3 1 4 2 5.
    const bytes = npy('|u1', [2, 3], Uint8Array.of(0, 3, 1, 4, 2, 5), 'True');
    expect(valuesOf(bytes)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  const whole = npy('|u1', [4], counting(4));
  const changed = (from: string, to: string): Uint8Array =>
    new Uint8Array(Buffer.from(Buffer.from(whole).toString('latin1').replace(from, to), 'latin1'));
  test.each([
    ['other bytes', Uint8Array.of(1, 2, 3), 'npy.magic', 0],
    ['a newer version', changed('\x01\x00', '\x09\x00'), 'npy.version', 6],
    ['Python objects', changed("'|u1'", "'|O8'"), 'npy.type', 10],
    ['text', changed("'|u1'", "'<U1'"), 'npy.type', 10],
    ['records', changed("'|u1'", "[('a')]"), 'npy.type', 10],
    ['another header', changed("'shape'", "'shade'"), 'npy.header', 10],
    ['code in its header', changed('(4,)', 'f(4)'), 'npy.header', 10],
    ['too few elements', whole.slice(0, -1), 'npy.truncated', whole.length - 1],
    ['too many elements', Uint8Array.from([...whole, 1]), 'npy.trailing-bytes', whole.length],
    ['a giant shape', changed('(4,), }         ', '(9999999999,), }'), 'npy.too-large', 10],
    ['half a header', whole.slice(0, 30), 'npy.truncated', 30],
  ])('with %s is refused', async (_what, bytes, code, at) => {
    const problem = await problemOf(() => Promise.resolve().then(() => parseNpy(bytes, 'x.npy')));
    expect(problem).toMatchObject({ code, path: `x.npy, byte ${at}` });
  });

  it('beyond 32 bits is refused at its element', async () => {
    const bytes = npy('<i8', [2], BigInt64Array.of(1n, 2n ** 40n));
    const problem = await problemOf(() => Promise.resolve().then(() => parseNpy(bytes, 'x')));
    expect(problem?.code).toBe('npy.range');
  });
});

const npz = (arrays: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> =>
  packZip(Object.entries(arrays).map(([path, bytes]) => ({ path, bytes })));
const load = async (arrays: Readonly<Record<string, Uint8Array>>, options: SourceOptions = {}) =>
  loadData('npz:d.npz', options, memoryFiles({ 'd.npz': await npz(arrays) }), undefined, { unzip });

describe('arrays in one file', () => {
  it('are told by their names, with a test split', async () => {
    const table = await load({
      'x_train.npy': npy('|u1', [3, 2, 2], counting(12)),
      'y_train.npy': npy('<i8', [3], BigInt64Array.of(1n, 0n, 2n)),
      'x_test.npy': npy('|u1', [1, 2, 2], counting(4)),
      'y_test.npy': npy('<i8', [1], BigInt64Array.of(2n)),
      'val_images.npy': npy('|u1', [1, 2, 2], counting(4)),
    });
    expect(table).toMatchObject({ count: 4, testStart: 3 });
    const [image, label] = table.columns;
    expect(image?.field.shape).toEqual([1, 2, 2]);
    expect(image?.stored).toEqual(Uint8Array.of(...counting(12), ...counting(4)));
    expect(label).toMatchObject({ field: { classes: 3 }, stored: Int32Array.of(1, 0, 2, 2) });
    expect(table.notes).toEqual(['Arrays that are not used: val_images.']);
  });

  it('have channels first or last', async () => {
    const last = await load({ 'images.npy': npy('|u1', [1, 2, 2, 3], counting(12)) });
    expect(last.columns[0]?.field.shape).toEqual([3, 2, 2]);
    expect([...(last.columns[0]?.stored ?? [])]).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
    const first = await load({ 'images.npy': npy('|u1', [1, 3, 2, 2], counting(12)) });
    expect([...(first.columns[0]?.stored ?? [])]).toEqual([...counting(12)]);
    const problem = await problemOf(() =>
      load({ 'x.npy': npy('|u1', [1, 2, 2, 5], counting(20)) }),
    );
    expect(problem?.code).toBe('arrays.shape');
  });

  it('are features and a target where they are numbers', async () => {
    const table = await load({
      'data.npy': npy('<f8', [2, 2], Float64Array.of(1, 2, 3, 4)),
      'target.npy': npy('<f4', [2], Float32Array.of(0.5, 1.5)),
    });
    expect(table.columns.map(({ field }) => field.name)).toEqual(['features', 'target']);
    expect(table.columns[1]?.stored).toEqual(Float32Array.of(0.5, 1.5));
  });

  it('are told by the options, and without a usual name refused', async () => {
    const arrays = { 'p.npy': npy('|u1', [2], counting(2)), 'q.npy': npy('|u1', [2], counting(2)) };
    expect((await problemOf(() => load(arrays)))?.code).toBe('npz.no-inputs');
    expect(await load(arrays, { inputs: 'p', labels: 'q' })).toMatchObject({ count: 2 });
    expect((await problemOf(() => load(arrays, { inputs: 'r' })))?.code).toBe('npz.no-array');
  });

  it('must be as many labels as samples, all of them classes, all numbers finite', async () => {
    const x = npy('<f4', [2, 1], Float32Array.of(1, 2));
    const of = async (labels: Uint8Array) =>
      (await problemOf(() => load({ 'x.npy': x, 'y.npy': labels })))?.code;
    expect(await of(npy('|u1', [3], counting(3)))).toBe('arrays.count');
    expect(await of(npy('<i4', [2], Int32Array.of(0, -1)))).toBe('arrays.label');
    expect(await of(npy('<f4', [2], Float32Array.of(0, NaN)))).toBe('arrays.not-finite');
  });

  it('are no zip, or a damaged one: refused', async () => {
    const load_ = (bytes: Uint8Array) =>
      problemOf(() =>
        loadData('npz:d.npz', {}, memoryFiles({ 'd.npz': bytes }), undefined, { unzip }),
      );
    expect((await load_(counting(100)))?.code).toBe('zip.damaged');
    const bytes = await npz({ 'x.npy': npy('|u1', [200], counting(200)) });
    bytes[120] = (bytes[120] ?? 0) ^ 0xff;
    expect((await load_(bytes))?.code).toMatch(/^(zip|npy)\./);
  });
});

describe('one array', () => {
  it('has its labels from another file beside it', async () => {
    const files = memoryFiles({
      'd/a.npy': npy('|u1', [2, 3, 3], counting(18)),
      'd/b.npy': npy('|u1', [2], Uint8Array.of(1, 0)),
    });
    const table = await loadData('npy:d/a.npy', { labels: 'b.npy', classNames: 'n, y' }, files);
    expect(table.columns[1]).toMatchObject({
      field: { classNames: ['n', 'y'] },
      stored: Int32Array.of(1, 0),
    });
    expect((await loadData('npy:d/a.npy', {}, files)).columns).toHaveLength(1);
  });
});
