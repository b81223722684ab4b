/** Which files of a folder are pictures of which class and split. Names and sizes only, nothing is decoded. */
import { inputError } from '#engine/ir/problem.ts';
import type { FileAccess, FolderEntry } from '../define.ts';
import { joinPath } from '../shared/files.ts';
import { type FoundPicture, naturally } from './found.ts';
import { type LabelOptions, readLabels } from './labels.ts';
import type { Skipped } from './skipped.ts';

export interface FoundPictures {
  readonly train: readonly FoundPicture[];
  readonly test: readonly FoundPicture[];
  /** Null where nothing tells them apart. */
  readonly classes: readonly string[] | null;
  readonly notes: readonly string[];
}

/** Of one file. Compressed pictures of 64 Mi pixels are smaller. */
export const MAX_PICTURE_BYTES = 2 ** 27;
type Split = 'train' | 'test' | 'validation';
const SPLITS: readonly (readonly [Split, readonly string[]])[] = [
  ['train', ['train', 'training']],
  ['test', ['test', 'testing']],
  ['validation', ['val', 'valid', 'validation', 'dev']],
];
/** What systems put into folders. */
const isHidden = (name: string): boolean => /^(\.|__MACOSX$|thumbs\.db$|desktop\.ini$)/i.test(name);
const isTable = (name: string): boolean => /\.(csv|tsv)$/i.test(name);

/** One folder of pictures, not yet told apart by class. */
interface Level {
  readonly files: readonly FolderEntry[];
  readonly folders: readonly string[];
}

export async function findPictures(
  files: FileAccess,
  folder: string,
  options: LabelOptions,
  skipped: Skipped,
): Promise<FoundPictures> {
  const level = async (below: string): Promise<Level> => {
    const path = below === '' ? folder : joinPath(folder, below);
    const entries = (await files.entries(path)).filter(({ name }) => !isHidden(name));
    for (const { name, kind } of entries) {
      if (kind === 'other') skipped.add(within(below, name), NOT_A_FILE);
    }
    return {
      files: entries.filter(({ kind }) => kind === 'file').sort(byName),
      folders: entries.flatMap(({ name, kind }) => (kind === 'folder' ? [name] : [])),
    };
  };
  const usable = (below: string, entries: readonly FolderEntry[], label: number) =>
    entries.flatMap((entry): FoundPicture[] => {
      const name = within(below, entry.name);
      if (isTable(name)) return [];
      if (entry.sizeBytes === 0) skipped.add(name, 'Empty');
      else if (entry.sizeBytes > MAX_PICTURE_BYTES) skipped.add(name, TOO_LARGE);
      else return [{ path: joinPath(folder, name), name, label }];
      return [];
    });

  const top = await level('');
  const tables = top.files.filter(({ name }) => isTable(name));
  const table = options.labels.trim() || (top.folders.length === 0 ? onlyOne(tables) : undefined);
  if (table !== undefined) {
    const labelled = await readLabels(files, folder, table, top.files, options, skipped);
    return { ...labelled, test: [] };
  }
  if (top.folders.length === 0) {
    const notes = ['The pictures have no labels: there are no folders of classes and no table.'];
    return { train: usable('', top.files, 0), test: [], classes: null, notes };
  }
  for (const { name } of top.files) skipped.add(name, 'Beside the folders of classes');

  const splits = splitFolders(top.folders);
  const inside = await Promise.all(
    splits.map(async ({ below, isTest }) => {
      const { files: loose, folders } = below === '' ? top : await level(below);
      if (below !== '' && folders.length > 0) {
        for (const { name } of loose) skipped.add(within(below, name), BESIDE);
      }
      const classes = await Promise.all(
        folders.toSorted(naturally).map(async (name) => {
          const found = await level(within(below, name));
          return { name, files: found.files, deeper: found.folders.length };
        }),
      );
      return { below, isTest, loose, classes };
    }),
  );
  const names = new Set(inside.flatMap(({ classes }) => classes.map(({ name }) => name)));
  const classes = [...names].sort(naturally);
  const deeper = inside
    .flatMap((split) => split.classes)
    .reduce((sum, { deeper: count }) => sum + count, 0);
  const notes = [
    ...(deeper > 0 ? [`${deeper} folders within folders of classes are not read.`] : []),
    ...splits.flatMap(({ note }) => (note === undefined ? [] : [note])),
  ];
  const hasClasses = classes.length > 0;
  if (hasClasses && inside.some((split) => split.classes.length === 0)) {
    const flat = inside.find((split) => split.classes.length === 0)?.below ?? '';
    throw inputError('images.mixed', 'Only some splits have folders of classes.', {
      path: joinPath(folder, flat),
      explanation: 'Put the pictures of each split into folders named as their classes.',
    });
  }
  const picturesOf = (isTest: boolean): readonly FoundPicture[] =>
    inside
      .filter((split) => split.isTest === isTest)
      .flatMap(({ below, loose, classes: within_ }) =>
        hasClasses
          ? within_.flatMap(({ name, files: entries }) =>
              usable(within(below, name), entries, classes.indexOf(name)),
            )
          : usable(below, loose, 0),
      );
  return {
    ...{ train: picturesOf(false), test: picturesOf(true), notes },
    classes: hasClasses ? classes : null,
  };
}

const NOT_A_FILE = 'Neither a file nor a folder that may be read';
const BESIDE = 'Beside the folders of classes';
const TOO_LARGE = `Larger than ${MAX_PICTURE_BYTES / 2 ** 20} MiB`;

interface SplitFolder {
  readonly below: string;
  readonly isTest: boolean;
  readonly note?: string;
}

/** `train` beside `test` or the like, and nothing else; otherwise folders are classes. */
function splitFolders(folders: readonly string[]): readonly SplitFolder[] {
  const kinds = folders.map((below) => ({ below, kind: splitKind(below) }));
  if (kinds.some(({ kind }) => kind === null) || !kinds.some(({ kind }) => kind === 'train')) {
    return [{ below: '', isTest: false }];
  }
  const hasTest = kinds.some(({ kind }) => kind === 'test');
  return kinds.map(({ below, kind }) => {
    if (kind !== 'validation') return { below, isTest: kind === 'test' };
    const use = hasTest ? 'is part of the training data' : 'is the test split';
    return { below, isTest: !hasTest, note: `The folder ${below} ${use}.` };
  });
}

function splitKind(name: string): Split | null {
  const found = SPLITS.find(([, names]) => names.includes(name.toLowerCase()));
  return found?.[0] ?? null;
}

const byName = (a: FolderEntry, b: FolderEntry): number => naturally(a.name, b.name);
const within = (below: string, name: string): string => (below === '' ? name : `${below}/${name}`);
const onlyOne = (tables: readonly FolderEntry[]): string | undefined =>
  tables.length === 1 ? tables[0]?.name : undefined;
