/** Texts of a folder, one in each file: of a class for each folder within, in train and test where there are both. */
import { InputError, inputError } from '#engine/ir/problem.ts';
import { decodeText, MAX_TEXT_BYTES } from '../csv/text.ts';
import type { FileAccess, FolderEntry, LoadProgress } from '../define.ts';
import { naturally } from '../images/found.ts';
import { Skipped } from '../images/skipped.ts';
import { joinPath, readUnpacked } from '../shared/files.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

export interface FoundTexts {
  readonly texts: readonly string[];
  /** A class for each; null where nothing tells them apart. */
  readonly labels: readonly number[] | null;
  readonly classes: readonly string[] | null;
  /** Texts from here on are the test split of the folder. */
  readonly testStart?: number;
  readonly notes: readonly string[];
}

/** Of all together, as text. */
const MOST_CHARACTERS = 2 ** 28;
const MOST_FILES = 1_000_000;
const isHidden = (name: string): boolean => /^(\.|__MACOSX$|thumbs\.db$|desktop\.ini$)/i.test(name);

export async function readText(files: FileAccess, path: string): Promise<string> {
  return decodeText(await readUnpacked(files, path, MAX_TEXT_BYTES), path).text;
}

export async function findTexts(
  files: FileAccess,
  folder: string,
  onProgress?: LoadProgress,
): Promise<FoundTexts> {
  const entriesOf = async (path: string): Promise<readonly FolderEntry[]> =>
    (await files.entries(path))
      .filter(({ name }) => !isHidden(name))
      .toSorted((a, b) => naturally(a.name, b.name));
  const skipped = new Skipped();
  const top = await entriesOf(folder);
  const folders = top.flatMap(({ name, kind }) => (kind === 'folder' ? [name] : []));
  const isSplit = folders.includes('train') && folders.every((name) => /^(train|test)$/.test(name));
  const roots = isSplit ? ['train', ...(folders.includes('test') ? ['test'] : [])] : [''];
  const found: { path: string; name: string; className: string | null; isTest: boolean }[] = [];
  for (const root of roots) {
    const base = root === '' ? folder : joinPath(folder, root);
    for (const { name, kind } of root === '' ? top : await entriesOf(base)) {
      const isTest = root === 'test';
      if (kind === 'file')
        found.push({ path: joinPath(base, name), name, className: null, isTest });
      else if (kind === 'other') skipped.add(name, 'Neither a file nor a folder that may be read');
      else {
        for (const inner of await entriesOf(joinPath(base, name))) {
          const path = joinPath(joinPath(base, name), inner.name);
          const shown = `${name}/${inner.name}`;
          if (inner.kind === 'file') found.push({ path, name: shown, className: name, isTest });
          else skipped.add(shown, 'Within a folder of texts');
        }
      }
    }
  }
  const hasClasses = found.some(({ className }) => className !== null);
  const chosen = found.filter(({ name, className }) => {
    const isUsed = !hasClasses || className !== null;
    if (!isUsed) skipped.add(name, 'Beside the folders of classes');
    return isUsed;
  });
  if (chosen.length > MOST_FILES) {
    throw inputError(
      'text.too-many',
      `There are ${formatInteger(chosen.length)} files in this folder.`,
      {
        ...{ path: folder, explanation: `At most ${MOST_FILES} are read.` },
      },
    );
  }
  const texts: string[] = [];
  const kept: (typeof chosen)[number][] = [];
  let characters = 0;
  for (const [i, each] of chosen.entries()) {
    await onProgress?.(i, chosen.length);
    const text = await readText(files, each.path).catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      skipped.add(each.name, error.problems[0]?.message.replace(/\.$/, '') ?? 'Not readable');
      return null;
    });
    if (text === null) continue;
    if (text.trim() === '') {
      skipped.add(each.name, 'Empty');
      continue;
    }
    characters += text.length;
    if (characters > MOST_CHARACTERS) throw tooLarge(folder);
    texts.push(text);
    kept.push(each);
  }
  if (texts.length === 0) {
    throw inputError('text.none', 'There is no text in this folder.', {
      path: folder,
      explanation: skipped.sentences().join(' ') || 'It is empty.',
    });
  }
  const names = kept.flatMap(({ className }) => (className === null ? [] : [className]));
  const classes = hasClasses ? [...new Set(names)].sort(naturally) : null;
  const testStart = kept.findIndex(({ isTest }) => isTest);
  if (testStart === 0) {
    throw inputError('text.no-training', 'No text to train on can be read.', { path: folder });
  }
  return {
    ...{ texts, classes, notes: skipped.sentences() },
    labels: classes && kept.map(({ className }) => classes.indexOf(className ?? '')),
    ...(testStart > 0 && { testStart }),
  };
}

export const tooLarge = (path: string): Error =>
  inputError('text.too-large', 'This is more text than is read.', {
    path,
    explanation: `At most ${MOST_CHARACTERS / 2 ** 20} million characters are taken.`,
  });
