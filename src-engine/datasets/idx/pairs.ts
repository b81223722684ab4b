/** Which files of a folder belong together: images and labels, of training and of test. Names only. */
import { inputError } from '#engine/ir/problem.ts';

export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}
export interface IdxFiles {
  readonly train: IdxPair;
  readonly test?: IdxPair;
}

/**
 * MNIST's names and their relatives: a name with `images`, its partner with `labels` in the same place;
 * `t10k` or `test` marks the test split. `.gz` may follow; an unpacked file goes before a packed one.
 */
export function findPairs(names: readonly string[], folder: string, prefix: string): IdxFiles {
  const byStem = new Map<string, string>();
  for (const name of names) {
    const stem = stemOf(name);
    if (!byStem.has(stem) || !isPacked(name)) byStem.set(stem, name);
  }
  const imageStems = [...byStem.keys()].filter(
    (stem) => stem.includes('images') && stem.startsWith(prefix.toLowerCase()),
  );
  if (imageStems.length === 0) {
    const usual = 'train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz';
    const wanted = prefix === '' ? '' : ` whose name begins with "${prefix}"`;
    throw inputError('idx.no-files', `The folder has no IDX images${wanted}.`, {
      path: folder,
      explanation: `They are recognised by their names: ${usual}.`,
    });
  }
  const train = only(
    imageStems.filter((stem) => !isTest(stem)),
    'training',
    folder,
  );
  const test = only(imageStems.filter(isTest), 'test', folder);
  if (train === undefined) {
    throw inputError('idx.missing-file', 'The folder has test images, but none to train on.', {
      path: folder,
      explanation: 'Training images are in train-images-idx3-ubyte or train-images-idx3-ubyte.gz.',
    });
  }
  const pair = (stem: string): IdxPair => {
    const labelStem = stem.replace('images', 'labels').replace(/idx[34]/, 'idx1');
    const [images, labels] = [byStem.get(stem), byStem.get(labelStem)];
    if (images === undefined || labels === undefined) {
      throw inputError('idx.missing-file', `The labels of ${images ?? stem} are missing.`, {
        path: folder,
        explanation: `They should be in ${labelStem} or ${labelStem}.gz.`,
      });
    }
    return { images, labels };
  };
  return { train: pair(train), ...(test === undefined ? {} : { test: pair(test) }) };
}

function only(stems: readonly string[], what: string, folder: string): string | undefined {
  if (stems.length <= 1) return stems[0];
  throw inputError('idx.ambiguous', `The folder has ${stems.length} files of ${what} images.`, {
    path: folder,
    explanation: `Choose by the option "prefix" between ${stems.join(', ')}.`,
  });
}

const isPacked = (name: string): boolean => /\.gz$/i.test(name);
const isTest = (stem: string): boolean => stem.includes('t10k') || stem.includes('test');

/** Without `.gz`, in lower case, and with the usual spelling `-idx` for `.idx`. */
function stemOf(name: string): string {
  return name.replace(/\.gz$/i, '').toLowerCase().replace(/\.idx/, '-idx');
}
