/** IDX folders: which files belong together, what they hold, and everything that can be wrong with them. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findPairs } from '#engine/datasets/idx/pairs.ts';
import { type FileAccess, loadData } from '#engine/datasets/index.ts';
import { memoryFiles, realFiles } from '#test/support/memoryFiles.ts';
import { problemOf } from '#test/support/problems.ts';
import { realDataset } from '#test/support/realDatasets.ts';

/** An IDX file: header as given, then `data`. */
function idx(shape: readonly number[], data: Iterable<number>, type = 0x08): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, type);
  header.setUint8(3, shape.length);
  shape.forEach((size, axis) => header.setUint32(4 + 4 * axis, size));
  return Uint8Array.from([...new Uint8Array(header.buffer), ...data]);
}
const counting = (length: number): readonly number[] => Array.from({ length }, (_, i) => i % 256);
const images = (count: number, height = 2, width = 3): Uint8Array =>
  idx([count, height, width], counting(count * height * width));
const labels = (...values: readonly number[]): Uint8Array => idx([values.length], values);

const TRAIN_IMAGES = 'd/train-images-idx3-ubyte';
const TRAIN_LABELS = 'd/train-labels-idx1-ubyte';
const TEST_IMAGES = 'd/t10k-images-idx3-ubyte';
const TEST_LABELS = 'd/t10k-labels-idx1-ubyte';
const train = { [TRAIN_IMAGES]: images(4), [TRAIN_LABELS]: labels(0, 1, 2, 1) };
const test = { [TEST_IMAGES]: images(2), [TEST_LABELS]: labels(2, 0) };

const load = (files: Readonly<Record<string, Uint8Array | string>> | FileAccess, options = {}) =>
  loadData('idx:d', options, 'read' in files ? (files as FileAccess) : memoryFiles(files));

describe('an IDX folder', () => {
  it('is read with its test split', async () => {
    const table = await load({ ...train, ...test });
    expect(table).toMatchObject({ count: 6, testStart: 4 });
    const [image, label] = table.columns;
    expect(image?.field).toEqual({ name: 'image', role: 'input', dtype: 'f32', shape: [1, 2, 3] });
    expect([...(image?.stored ?? [])]).toEqual([...counting(24), ...counting(12)]);
    expect(label?.field).toMatchObject({ classes: 3, classNames: ['0', '1', '2'], shape: [] });
    expect(label?.stored).toEqual(Int32Array.of(0, 1, 2, 1, 2, 0));
  });

  it('may have no test split, and names that end in .gz', async () => {
    const plain = await load(train);
    expect(plain.testStart).toBeUndefined();
    const packed = await load({
      [`${TRAIN_IMAGES}.gz`]: gzipSync(images(4)),
      [`${TRAIN_LABELS}.gz`]: gzipSync(labels(0, 1, 2, 1)),
    });
    expect(packed.fingerprint).toBe(plain.fingerprint);
    // Packed whatever the name says.
    const misnamed = await load({ ...train, [TRAIN_IMAGES]: gzipSync(images(4)) });
    expect(misnamed.fingerprint).toBe(plain.fingerprint);
  });

  it('has colours first, also where the file has them last', async () => {
    const first = await load({
      'd/train-images-idx4-ubyte': idx([2, 3, 2, 2], counting(24)),
      [TRAIN_LABELS]: labels(0, 1),
    });
    expect(first.columns[0]?.field.shape).toEqual([3, 2, 2]);
    expect([...(first.columns[0]?.stored ?? [])]).toEqual(counting(24));
    const last = await load({
      'd/train-images-idx4-ubyte': idx([1, 2, 2, 3], counting(12)),
      [TRAIN_LABELS]: labels(0),
    });
    expect(last.columns[0]?.field.shape).toEqual([3, 2, 2]);
    expect([...(last.columns[0]?.stored ?? [])]).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
  });

  it('takes names for its classes', async () => {
    const { columns } = await load(train, { classNames: 'Shirt, Bag ,Boot, Coat' });
    expect(columns[1]?.field).toMatchObject({
      classes: 4,
      classNames: ['Shirt', 'Bag', 'Boot', 'Coat'],
    });
  });
});

describe('files that belong together', () => {
  const pairs = (names: readonly string[], prefix = '') => findPairs(names, 'd', prefix);

  it('are found by their names, in any usual spelling', () => {
    expect(pairs(['Train-Images.idx3-ubyte', 'Train-Labels.idx1-ubyte'])).toEqual({
      train: { images: 'Train-Images.idx3-ubyte', labels: 'Train-Labels.idx1-ubyte' },
    });
    expect(pairs(['my-images-idx4-ubyte.gz', 'my-labels-idx1-ubyte', 'readme.txt'])).toEqual({
      train: { images: 'my-images-idx4-ubyte.gz', labels: 'my-labels-idx1-ubyte' },
    });
  });

  it('are taken unpacked where both are there', () => {
    const both = [TRAIN_IMAGES, TRAIN_LABELS].map((path) => path.slice(2));
    const { train: found } = pairs([...both, ...both.map((name) => `${name}.gz`)]);
    expect(found).toEqual({ images: both[0], labels: both[1] });
  });

  it('can be chosen by how they begin', () => {
    const emnist = ['letters', 'digits'].flatMap((set) =>
      ['train', 'test'].flatMap((split) => [
        `emnist-${set}-${split}-images-idx3-ubyte.gz`,
        `emnist-${set}-${split}-labels-idx1-ubyte.gz`,
      ]),
    );
    expect(pairs(emnist, 'emnist-digits')).toEqual({
      train: {
        images: 'emnist-digits-train-images-idx3-ubyte.gz',
        labels: 'emnist-digits-train-labels-idx1-ubyte.gz',
      },
      test: {
        images: 'emnist-digits-test-images-idx3-ubyte.gz',
        labels: 'emnist-digits-test-labels-idx1-ubyte.gz',
      },
    });
    expect(() => pairs(emnist)).toThrow('idx.ambiguous');
  });
});

describe('a broken IDX folder', () => {
  const withImages = (bytes: Uint8Array) => ({ ...train, [TRAIN_IMAGES]: bytes });
  const withLabels = (bytes: Uint8Array) => ({ ...train, [TRAIN_LABELS]: bytes });
  const changed = (bytes: Uint8Array, at: number, value: number) => bytes.with(at, value);
  const whole = images(4);
  const packed = gzipSync(whole);

  const cases: readonly (readonly [
    what: string,
    files: Readonly<Record<string, Uint8Array | string>>,
    code: string,
    path: string,
    options?: Readonly<Record<string, string>>,
  ])[] = [
    ['no folder', {}, 'file.not-found', 'd'],
    ['no images', { 'd/readme.txt': 'hello' }, 'idx.no-files', 'd'],
    ['no images of that prefix', train, 'idx.no-files', 'd', { prefix: 'emnist' }],
    ['only test images', test, 'idx.missing-file', 'd'],
    ['no labels', { [TRAIN_IMAGES]: whole }, 'idx.missing-file', 'd'],
    ['no test labels', { ...train, [TEST_IMAGES]: images(2) }, 'idx.missing-file', 'd'],
    [
      'two sets of images',
      { ...train, 'd/other-images-idx3-ubyte': whole, 'd/other-labels-idx1-ubyte': labels(1) },
      'idx.ambiguous',
      'd',
    ],
    ['empty file', withImages(new Uint8Array()), 'idx.truncated', `${TRAIN_IMAGES}, byte 0`],
    ['three bytes', withImages(whole.slice(0, 3)), 'idx.truncated', `${TRAIN_IMAGES}, byte 3`],
    ['first byte', withImages(changed(whole, 0, 1)), 'idx.bad-magic', `${TRAIN_IMAGES}, byte 0`],
    ['second byte', withImages(changed(whole, 1, 8)), 'idx.bad-magic', `${TRAIN_IMAGES}, byte 0`],
    [
      'text',
      withImages(new TextEncoder().encode('<html>404</html>')),
      'idx.bad-magic',
      `${TRAIN_IMAGES}, byte 0`,
    ],
    ['floats', withImages(changed(whole, 2, 0x0d)), 'idx.wrong-type', `${TRAIN_IMAGES}, byte 2`],
    ['no type', withImages(changed(whole, 2, 0x07)), 'idx.wrong-type', `${TRAIN_IMAGES}, byte 2`],
    ['rank 2', withImages(idx([4, 6], counting(24))), 'idx.wrong-rank', `${TRAIN_IMAGES}, byte 3`],
    ['rank 0', withImages(changed(whole, 3, 0)), 'idx.wrong-rank', `${TRAIN_IMAGES}, byte 3`],
    ['rank 255', withImages(changed(whole, 3, 255)), 'idx.wrong-rank', `${TRAIN_IMAGES}, byte 3`],
    ['header cut', withImages(whole.slice(0, 11)), 'idx.truncated', `${TRAIN_IMAGES}, byte 11`],
    ['no elements', withImages(whole.slice(0, 16)), 'idx.truncated', `${TRAIN_IMAGES}, byte 16`],
    ['last byte cut', withImages(whole.slice(0, -1)), 'idx.truncated', `${TRAIN_IMAGES}, byte 39`],
    [
      'a byte too many',
      withImages(Uint8Array.from([...whole, 0])),
      'idx.trailing-bytes',
      `${TRAIN_IMAGES}, byte 40`,
    ],
    ['no rows', withImages(idx([0, 2, 3], [])), 'idx.empty', `${TRAIN_IMAGES}, byte 4`],
    ['no width', withImages(idx([4, 2, 0], [])), 'idx.empty', `${TRAIN_IMAGES}, byte 12`],
    ['huge', withImages(changed(whole, 4, 255)), 'idx.too-large', `${TRAIN_IMAGES}, byte 4`],
    [
      'sizes whose product overflows',
      withImages(idx([0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [])),
      'idx.too-large',
      `${TRAIN_IMAGES}, byte 4`,
    ],
    ['labels of rank 3', withLabels(whole), 'idx.wrong-rank', `${TRAIN_LABELS}, byte 3`],
    [
      'too few labels',
      withLabels(labels(0, 1, 2)),
      'idx.count-mismatch',
      `${TRAIN_LABELS}, byte 4`,
    ],
    [
      'too many labels',
      withLabels(labels(0, 1, 2, 0, 1)),
      'idx.count-mismatch',
      `${TRAIN_LABELS}, byte 4`,
    ],
    [
      'wide labels',
      withLabels(idx([4], counting(16), 0x0c)),
      'idx.wrong-type',
      `${TRAIN_LABELS}, byte 2`,
    ],
    [
      'labels cut',
      withLabels(labels(0, 1, 2, 1).slice(0, -1)),
      'idx.truncated',
      `${TRAIN_LABELS}, byte 11`,
    ],
    [
      'a label beyond the class names',
      train,
      'idx.label-out-of-range',
      `${TRAIN_LABELS}, byte 10`,
      { classNames: 'a, b' },
    ],
    [
      'a test label beyond the class names',
      { ...train, [TRAIN_LABELS]: labels(0, 1, 1, 0), ...test },
      'idx.label-out-of-range',
      `${TEST_LABELS}, byte 8`,
      { classNames: 'a, b' },
    ],
    [
      'class names twice',
      train,
      'idx.class-names',
      'options.classNames',
      { classNames: 'a, b, a' },
    ],
    ['an empty class name', train, 'idx.class-names', 'options.classNames', { classNames: 'a,,b' }],
    [
      'test images of another size',
      { ...train, ...test, [TEST_IMAGES]: images(2, 3, 2) },
      'idx.size-mismatch',
      `${TEST_IMAGES}, byte 8`,
    ],
    [
      'test labels too few',
      { ...train, ...test, [TEST_LABELS]: labels(1) },
      'idx.count-mismatch',
      `${TEST_LABELS}, byte 4`,
    ],
    [
      'neither side a number of channels',
      { ...train, [TRAIN_IMAGES]: idx([4, 2, 2, 2], counting(32)) },
      'idx.wrong-channels',
      `${TRAIN_IMAGES}, byte 8`,
    ],
    ['gzip cut', withImages(packed.subarray(0, packed.length - 9)), 'file.bad-gzip', TRAIN_IMAGES],
    [
      'gzip with a wrong sum',
      withImages(changed(packed, packed.length - 5, (packed.at(-5) ?? 0) ^ 1)),
      'file.bad-gzip',
      TRAIN_IMAGES,
    ],
    ['gzip header alone', withImages(packed.subarray(0, 4)), 'file.bad-gzip', TRAIN_IMAGES],
    [
      'gzip of something else',
      withImages(gzipSync('hello world')),
      'idx.bad-magic',
      `${TRAIN_IMAGES}, byte 0`,
    ],
    [
      'gzip of a cut file',
      withImages(gzipSync(whole.slice(0, 20))),
      'idx.truncated',
      `${TRAIN_IMAGES}, byte 20`,
    ],
  ];

  it.for(cases)('%s', async ([, files, code, path, options = {}]) => {
    const problem = await problemOf(() => load(files, options));
    expect(problem).toMatchObject({ code, path, severity: 'error' });
    expect(problem.message).toMatch(/^[A-Z].*\.$/);
  });

  it('with any one byte of a header changed never gives wrong shapes', async () => {
    let refused = 0;
    for (let at = 0; at < 16; at++) {
      for (const value of [0, 1, 2, 3, 5, 8, 127, 255]) {
        if (whole[at] === value) continue;
        const problem = await problemOf(() => load(withImages(changed(whole, at, value))));
        expect(problem.path).toContain(TRAIN_IMAGES.slice(0, 2));
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe('real IDX files', () => {
  const expected = [
    ['mnist', [5, 0, 4, 1, 9], 33.32],
    ['fashion-mnist', [9, 0, 0, 3, 0], 72.94],
  ] as const;
  it.for(expected)(
    '%s',
    { timeout: 60_000 },
    async ([name, firstLabels, meanIntensity], context) => {
      const folder = realDataset(name);
      if (folder === null) return context.skip('needs the files');
      const table = await loadData(`idx:${folder}`, {}, realFiles);
      expect(table).toMatchObject({ count: 70_000, testStart: 60_000 });
      const [image, label] = table.columns;
      expect(image?.field.shape).toEqual([1, 28, 28]);
      expect(label?.field.classes).toBe(10);
      expect([...(label?.stored.slice(0, 5) ?? [])]).toEqual(firstLabels);
      const training = image?.stored.subarray(0, 60_000 * 784) ?? new Uint8Array();
      let sum = 0;
      for (let at = 0; at < training.length; at++) sum += training[at] ?? 0;
      expect(sum / training.length).toBeCloseTo(meanIntensity, 2);
    },
  );
});
