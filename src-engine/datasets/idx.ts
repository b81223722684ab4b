/**
 * Images and labels in IDX files, as MNIST, Fashion-MNIST, EMNIST and their like are distributed. A folder
 * is one data set; its test files become the test split.
 */
import { inputError } from '../ir/problem.ts';
import { defineDataset, type FileAccess } from './define.ts';
import { type IdxArray, idxError, parseIdx } from './idx/format.ts';
import { findPairs, type IdxPair } from './idx/pairs.ts';
import { joinPath, readUnpacked } from './shared/files.ts';
import { dataTable, imageField, labelField } from './shared/table.ts';
import { formatInteger } from '../ir/numberText.ts';

/** Of one file, unpacked: about twice the images of EMNIST's largest set. */
const MAX_BYTES = 2 ** 30;

interface Split {
  readonly images: IdxArray;
  readonly labels: IdxArray;
}

export default defineDataset({
  id: 'idx',
  label: 'IDX folder',
  doc: 'A folder with images and labels in IDX files, plain or gzip: MNIST by its usual file names, and others like it. Files named t10k or test become the test split.',
  group: 'Files',
  path: 'folder',
  holds: /-ubyte(\.gz)?$/,
  options: {
    classNames: {
      kind: 'text',
      default: '',
      help: 'Names of the classes in order, separated by commas. Empty: numbers, as many as the labels need.',
    },
    prefix: {
      kind: 'text',
      default: '',
      advanced: true,
      help: 'Only files whose names begin so, for folders with several data sets (emnist-letters).',
    },
  },
  async load({ options, path: folder = '', files }) {
    const found = findPairs(await files.list(folder), folder, options.prefix.trim());
    const train = await readSplit(files, folder, found.train);
    const test = found.test && (await readSplit(files, folder, found.test));
    const shape = imageShape(train.images);
    const splits = test ? [train, test] : [train];
    if (test && String(imageShape(test.images)) !== String(shape)) {
      const [own, others] = [test, train].map(({ images }) => images.shape.slice(1).join('×'));
      throw idxError(
        'size-mismatch',
        test.images.path,
        8,
        `Test images are ${own}, training images ${others}.`,
      );
    }
    return dataTable(
      [
        {
          field: imageField(...shape),
          stored: joined(splits.map(({ images }) => pixelsOf(images, shape))),
        },
        {
          field: labelField(classNames(options.classNames, splits)),
          stored: Int32Array.from(joined(splits.map(({ labels }) => labels.data))),
        },
      ],
      test ? { testStart: train.images.shape[0] ?? 0 } : {},
    );
  },
});

async function readSplit(files: FileAccess, folder: string, pair: IdxPair): Promise<Split> {
  const read = async (name: string, ranks: readonly number[], what: string) => {
    const path = joinPath(folder, name);
    return parseIdx(await readUnpacked(files, path, MAX_BYTES), path, ranks, what);
  };
  const images = await read(pair.images, [3, 4], 'images');
  const labels = await read(pair.labels, [1], 'labels');
  const [imageCount = 0] = images.shape;
  const [labelCount = 0] = labels.shape;
  if (imageCount !== labelCount) {
    const message = `There are ${formatInteger(labelCount)} labels for the ${formatInteger(imageCount)} images of ${pair.images}.`;
    throw idxError('count-mismatch', labels.path, 4, message);
  }
  return { images, labels };
}

type ImageShape = readonly [channels: number, height: number, width: number];
const isChannels = (size: number): boolean => size === 1 || size === 3 || size === 4;

/** Rank 4 is channels first as in PyTorch, or channels last where only that makes sense. */
function imageShape({ shape, path }: IdxArray): ImageShape {
  const [, a = 0, b = 0, c = 0] = shape;
  if (shape.length === 3) return [1, a, b];
  if (isChannels(a)) return [a, b, c];
  if (isChannels(c)) return [c, a, b];
  throw idxError(
    'wrong-channels',
    path,
    8,
    `Neither ${a} nor ${c} can be a number of channels (1, 3 or 4).`,
  );
}

/** Channels first. */
function pixelsOf({ shape, data }: IdxArray, [channels, height, width]: ImageShape): Uint8Array {
  if (shape.length === 3 || shape[1] === channels) return data;
  const area = height * width;
  const moved = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / channels);
    const image = Math.floor(pixel / area);
    moved[(image * channels + (at % channels)) * area + (pixel % area)] = data[at] ?? 0;
  }
  return moved;
}

/** One array; a single one is not copied. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The names given, which every label must fit; else a number for each class up to the highest label. */
function classNames(given: string, splits: readonly Split[]): readonly string[] {
  const names = given.split(',').map((name) => name.trim());
  const isGiven = given.trim() !== '';
  if (isGiven && (names.includes('') || new Set(names).size < names.length)) {
    throw inputError('idx.class-names', 'Class names must differ and none may be empty.', {
      path: 'options.classNames',
    });
  }
  let highest = 0;
  for (const { labels } of splits) {
    for (const [i, label] of labels.data.entries()) {
      if (isGiven && label >= names.length) {
        const message = `Label ${i + 1} is ${label}, but there are only ${names.length} class names.`;
        throw idxError('label-out-of-range', labels.path, labels.dataOffset + i, message);
      }
      highest = Math.max(highest, label);
    }
  }
  return isGiven ? names : Array.from({ length: highest + 1 }, (_, label) => String(label));
}
