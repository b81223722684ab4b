/** CIFAR-10 and CIFAR-100 in their binary version: records of labels and 32×32 pixels in colour, a file or a folder. */
import { InputError, inputError } from '../ir/problem.ts';
import { CIFAR10, type CifarPart, joinRecords, SIDE } from './cifar/records.ts';
import { defineDataset, type FileAccess } from './define.ts';
import { joinPath, readUnpacked } from './shared/files.ts';
import { dataTable, imageField, labelField } from './shared/table.ts';

/** Of one file, unpacked: CIFAR-100's training file has 147 MiB. */
const MAX_BYTES = 2 ** 30;
const CLASS_NAMES = {
  batches: 'batches.meta.txt',
  fine: 'fine_label_names.txt',
  coarse: 'coarse_label_names.txt',
} as const;
const MAX_NAMES_BYTES = 2 ** 16;

export default defineDataset({
  id: 'cifar',
  label: 'CIFAR files',
  doc: 'CIFAR-10 or CIFAR-100 in the binary version, plain or gzip: a folder with data_batch_1.bin to 5 and test_batch.bin, or train.bin and test.bin; or one such file. Files named test become the test split.',
  group: 'Files',
  path: 'folder',
  endings: ['bin'],
  holds: /^([^/]*\/)?(data_batch_\d|train|cifar10[^/]*)\.bin(\.gz)?$/,
  options: {
    labels: {
      kind: 'choice',
      default: 'fine',
      options: ['fine', 'coarse'],
      optionLabels: { fine: 'The 100 classes', coarse: 'The 20 groups of classes' },
      help: 'Which of the two labels of CIFAR-100; CIFAR-10 has one.',
    },
  },
  async load({ options, path = '', files }) {
    const names = await namesIn(files, path);
    const read = async (name: string): Promise<CifarPart> => {
      const at = names === null ? path : joinPath(path, name);
      return { path: at, bytes: await readUnpacked(files, at, MAX_BYTES) };
    };
    const found = names === null ? { train: [''], test: [] } : partsIn(names, path);
    const [train, test]: [CifarPart[], CifarPart[]] = [[], []];
    for (const name of found.train) train.push(await read(name));
    for (const name of found.test) test.push(await read(name));
    const isFine = options.labels === 'fine';
    const { pixels, labels, kind } = joinRecords([...train, ...test], isFine);
    const testCount = test.reduce((sum, { bytes }) => sum + bytes.length / kind.recordBytes, 0);
    const list = kind === CIFAR10 ? 'batches' : options.labels;
    const given = names?.includes(CLASS_NAMES[list])
      ? await linesOf(files, joinPath(path, CLASS_NAMES[list]))
      : kind.names;
    const count = isFine || kind === CIFAR10 ? kind.classes : kind.groups;
    const classes = given.length === count ? given : count;
    return dataTable(
      [
        { field: imageField(3, SIDE, SIDE), stored: pixels },
        { field: labelField(classes), stored: labels },
      ],
      testCount > 0 ? { testStart: labels.length - testCount } : {},
    );
  },
});

/** Null where it is a file. */
async function namesIn(files: FileAccess, path: string): Promise<readonly string[] | null> {
  try {
    return await files.list(path);
  } catch (error) {
    const isFile =
      error instanceof InputError && (await files.stamp(path).catch(() => null)) !== null;
    if (isFile) return null;
    throw error;
  }
}

/** A file and the same packed are one. */
function partsIn(names: readonly string[], folder: string) {
  const byStem = new Map<string, string>();
  for (const name of names) {
    if (!/\.bin(\.gz)?$/i.test(name)) continue;
    const stem = name.replace(/\.gz$/i, '');
    if (stem === name || !byStem.has(stem)) byStem.set(stem, name);
  }
  const all = [...byStem.values()];
  const isTest = (name: string): boolean => /test/i.test(name);
  const train = all.filter((name) => !isTest(name));
  if (train.length > 0) return { train, test: all.filter(isTest) };
  throw inputError('cifar.no-files', 'The folder has no files of CIFAR to train on.', {
    path: folder,
    explanation: 'They are called data_batch_1.bin or train.bin, plain or with .gz.',
  });
}

async function linesOf(files: FileAccess, path: string): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await files.read(path, MAX_NAMES_BYTES));
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
