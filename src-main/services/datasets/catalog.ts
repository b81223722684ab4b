/**
 * Data sets that can be had from the network: what each is, under which licence, from where, and the size and SHA-256
 * of every file, without which nothing is kept. Checksums were computed from the files or agree with those that
 * several libraries publish; a set of which they are not known does not belong here.
 *
 * To add a set: an entry here. Lists, the command line and the page follow.
 */
import type { SourceOptions } from '#engine/datasets/index.ts';

export interface StoredFile {
  readonly name: string;
  readonly sizeBytes: number;
}
export interface DatasetFile extends StoredFile {
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface DatasetFacts {
  /** Also its folder, here and on a mirror. */
  readonly id: string;
  readonly label: string;
  readonly doc: string;
  /** Where its makers describe it. */
  readonly home: string;
  readonly licence: { readonly name: string; readonly url: string };
  /** Addresses that the names of what is fetched are put behind; tried in turn. */
  readonly servers: readonly string[];
  /** The source that reads it: its folder, or this one file of it. */
  readonly reads: { readonly scheme: string; readonly file?: string };
  /** Of that source. */
  readonly options?: SourceOptions;
  /** It comes with the product: its files are copied from there, and there are no servers. */
  readonly isShipped?: true;
}

/** What is fetched is what is kept, or one tar packed by gzip that holds it in a folder and is removed then. */
export type DatasetContent =
  | { readonly files: readonly DatasetFile[]; readonly archive?: undefined }
  | {
      readonly files: readonly StoredFile[];
      readonly archive: DatasetFile & { readonly folder: string };
    };
export type DatasetEntry = DatasetFacts & DatasetContent;

/** Names and order of the four files that MNIST and its kin have. */
const idxFiles = (
  trainImages: Omit<DatasetFile, 'name'>,
  trainLabels: Omit<DatasetFile, 'name'>,
  testImages: Omit<DatasetFile, 'name'>,
  testLabels: Omit<DatasetFile, 'name'>,
): readonly DatasetFile[] => [
  { name: 'train-images-idx3-ubyte.gz', ...trainImages },
  { name: 'train-labels-idx1-ubyte.gz', ...trainLabels },
  { name: 't10k-images-idx3-ubyte.gz', ...testImages },
  { name: 't10k-labels-idx1-ubyte.gz', ...testLabels },
];

const CIFAR_BATCH_BYTES = 10_000 * (1 + 3 * 32 * 32);

const ENTRIES: readonly DatasetEntry[] = [
  {
    id: 'mnist',
    label: 'MNIST',
    doc: '70,000 handwritten digits, 28×28 grey, 10,000 of them for testing.',
    home: 'http://yann.lecun.com/exdb/mnist/',
    licence: { name: 'CC BY-SA 3.0', url: 'https://creativecommons.org/licenses/by-sa/3.0/' },
    servers: [
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
    ],
    files: idxFiles(
      {
        sizeBytes: 9_912_422,
        sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
      {
        sizeBytes: 28_881,
        sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      {
        sizeBytes: 1_648_877,
        sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      {
        sizeBytes: 4_542,
        sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
    ),
    reads: { scheme: 'idx' },
  },
  {
    id: 'fashion-mnist',
    label: 'Fashion-MNIST',
    doc: '70,000 pictures of clothing in ten classes, 28×28 grey, 10,000 of them for testing.',
    home: 'https://github.com/zalandoresearch/fashion-mnist',
    licence: {
      name: 'MIT',
      url: 'https://github.com/zalandoresearch/fashion-mnist/blob/master/LICENSE',
    },
    servers: [
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    ],
    files: idxFiles(
      {
        sizeBytes: 26_421_880,
        sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      },
      {
        sizeBytes: 29_515,
        sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      },
      {
        sizeBytes: 4_422_102,
        sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      },
      {
        sizeBytes: 5_148,
        sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      },
    ),
    reads: { scheme: 'idx' },
    options: {
      classNames:
        'T-shirt, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot',
    },
  },
  {
    id: 'kmnist',
    label: 'KMNIST',
    doc: '70,000 Japanese characters of old books in ten classes, 28×28 grey, 10,000 of them for testing.',
    home: 'https://codh.rois.ac.jp/kmnist/',
    licence: { name: 'CC BY-SA 4.0', url: 'https://creativecommons.org/licenses/by-sa/4.0/' },
    servers: ['https://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
    files: idxFiles(
      {
        sizeBytes: 18_165_135,
        sha256: '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
      },
      {
        sizeBytes: 29_497,
        sha256: 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
      },
      {
        sizeBytes: 3_041_136,
        sha256: 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
      },
      {
        sizeBytes: 5_120,
        sha256: '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c',
      },
    ),
    reads: { scheme: 'idx' },
    options: { classNames: 'o, ki, su, tsu, na, ha, ma, ya, re, wo' },
  },
  {
    id: 'cifar10',
    label: 'CIFAR-10',
    doc: '60,000 photographs of ten kinds of things, 32×32 in colour, 10,000 of them for testing.',
    home: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    licence: {
      name: 'none stated by its home; asks to be cited',
      url: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    },
    servers: ['https://www.cs.toronto.edu/~kriz/'],
    archive: {
      name: 'cifar-10-binary.tar.gz',
      folder: 'cifar-10-batches-bin',
      sizeBytes: 170_052_171,
      sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    },
    files: [1, 2, 3, 4, 5]
      .map((number) => `data_batch_${number}.bin`)
      .concat('test_batch.bin')
      .map((name) => ({ name, sizeBytes: CIFAR_BATCH_BYTES })),
    reads: { scheme: 'cifar' },
  },
  {
    id: 'iris',
    label: 'Iris',
    doc: '150 flowers of three species by four lengths.',
    home: 'https://archive.ics.uci.edu/dataset/53/iris',
    licence: { name: 'CC BY 4.0', url: 'https://creativecommons.org/licenses/by/4.0/' },
    servers: ['https://archive.ics.uci.edu/ml/machine-learning-databases/iris/'],
    files: [
      {
        name: 'iris.data',
        sizeBytes: 4_551,
        sha256: '6f608b71a7317216319b4d27b4d9bc84e6abd734eda7872b71a458569e2656c0',
      },
    ],
    reads: { scheme: 'csv', file: 'iris.data' },
  },
  {
    id: 'california-housing',
    label: 'California housing',
    doc: 'What houses cost in 20,640 districts of California in 1990, with empty cells and a column of words.',
    home: 'https://github.com/ageron/handson-ml2/tree/master/datasets/housing',
    licence: {
      name: 'as its home says (public figures of the census of 1990)',
      url: 'https://github.com/ageron/handson-ml2/tree/master/datasets/housing',
    },
    servers: [
      'https://raw.githubusercontent.com/ageron/handson-ml2/aa555aa16b9d0af6c84e67c7757f3317d05acb12/datasets/housing/',
    ],
    files: [
      {
        name: 'housing.csv',
        sizeBytes: 1_423_529,
        sha256: '8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e',
      },
    ],
    reads: { scheme: 'csv', file: 'housing.csv' },
    options: { target: 'median_house_value' },
  },
  {
    id: 'titanic',
    label: 'Titanic',
    doc: '891 passengers of the Titanic and who survived, with empty cells, names and tickets.',
    home: 'https://github.com/datasciencedojo/datasets',
    licence: {
      name: 'none stated by its home; facts of record',
      url: 'https://github.com/datasciencedojo/datasets',
    },
    servers: [
      'https://raw.githubusercontent.com/datasciencedojo/datasets/f0ccab6a7ceafdff780052166fb6fab3311398eb/',
    ],
    files: [
      {
        name: 'titanic.csv',
        sizeBytes: 60_302,
        sha256: '4a437fde05fe5264e1701a7387ac6fb75393772ba38bb2c9c566405af5af4bd7',
      },
    ],
    reads: { scheme: 'csv', file: 'titanic.csv' },
    options: { target: 'Survived' },
  },
  {
    id: 'machines',
    label: 'Machines',
    doc: '612 made-up machines and which of them failed, with traps planted to be found: a leak, empty cells, rows twice, an id, few failures.',
    home: 'resources/data/README.md',
    licence: { name: 'MIT, as the product', url: 'https://opensource.org/license/mit' },
    servers: [],
    files: [
      {
        name: 'machines.csv',
        sizeBytes: 20_869,
        sha256: 'f956516e4b50c176611721fc4cde18754a04af332c2dff1ba2bd062bfb92b916',
      },
    ],
    reads: { scheme: 'csv', file: 'machines.csv' },
    options: { target: 'failed' },
    isShipped: true,
  },
  {
    id: 'flats',
    label: 'Flats',
    doc: '1,200 made-up flats and what they were sold for: words and numbers, some cells empty, a price that follows from them together.',
    home: 'resources/data/README.md',
    licence: { name: 'MIT, as the product', url: 'https://opensource.org/license/mit' },
    servers: [],
    files: [
      {
        name: 'flats.csv',
        sizeBytes: 54_666,
        sha256: 'f99a8adef595dc4bbf9a3de141adfed85a9b2fdf0ba3c315df208836fb88c083',
      },
    ],
    reads: { scheme: 'csv', file: 'flats.csv' },
    options: { target: 'price_eur' },
    isShipped: true,
  },
];

export const CATALOG: ReadonlyMap<string, DatasetEntry> = new Map(
  ENTRIES.map((entry) => [entry.id, entry]),
);

/** What has to come over the network. */
export const fetchedFiles = ({ files, archive }: DatasetContent): readonly DatasetFile[] =>
  archive ? [archive] : files;

export const sizeOf = (content: DatasetContent): number =>
  fetchedFiles(content).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
