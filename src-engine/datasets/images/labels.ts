/** A table beside pictures that names files and their labels. */
import { inputError } from '#engine/ir/problem.ts';
import { readRows } from '../csv/rows.ts';
import { decodeText } from '../csv/text.ts';
import type { FileAccess, FolderEntry } from '../define.ts';
import { joinPath, readUnpacked } from '../shared/files.ts';
import { type FoundPicture, naturally } from './found.ts';
import type { Skipped } from './skipped.ts';

export interface LabelOptions {
  readonly labels: string;
  readonly fileColumn: string;
  readonly labelColumn: string;
}

const MAX_TABLE_BYTES = 2 ** 26;
const MAX_CLASSES = 10_000;
const FILE_NAMES = /^(file|filename|file_name|image|image_id|imageid|img|path|name|id)$/i;
const LABEL_NAMES = /^(label|labels|class|classname|class_name|category|target|breed|species|y)$/i;
const NO_FILE = 'Named in the table, but not there';
const NO_LABEL = 'Without a label in the table';

/** Pictures in the order of the table; those it does not name are left out. */
export async function readLabels(
  files: FileAccess,
  folder: string,
  table: string,
  entries: readonly FolderEntry[],
  { fileColumn, labelColumn }: LabelOptions,
  skipped: Skipped,
): Promise<{
  readonly train: readonly FoundPicture[];
  readonly classes: readonly string[];
  readonly notes: readonly string[];
}> {
  const path = joinPath(folder, table);
  const { text } = decodeText(await readUnpacked(files, path, MAX_TABLE_BYTES), path);
  const header = headerLooksNamed(text) ? 'yes' : 'auto';
  const csv = readRows(text, path, { delimiter: 'auto', header, skipRows: 0, quotes: 'standard' });
  const file = columnOf(csv.names, fileColumn, FILE_NAMES, 0, path);
  const label = columnOf(csv.names, labelColumn, LABEL_NAMES, file === 1 ? 0 : 1, path);
  if (file === label) {
    throw inputError('images.label-column', 'The table has one column; two are needed.', {
      path,
      explanation: 'One names files, the other their labels.',
    });
  }
  const rows = csv.rows.map((row) => ({
    name: (row[file] ?? '').trim(),
    label: (row[label] ?? '').trim(),
  }));
  const classes = [...new Set(rows.map((row) => row.label).filter((name) => name !== ''))];
  classes.sort(naturally);
  if (classes.length > MAX_CLASSES) {
    throw inputError('images.too-many-classes', `There are ${classes.length} different labels.`, {
      path,
      explanation: `At most ${MAX_CLASSES} are classes; the option labelColumn names another column.`,
    });
  }
  const index = new Map(classes.map((name, i) => [name, i]));
  const byName = filesByName(entries);
  const train = rows.flatMap((row): FoundPicture[] => {
    // A sub-folder's files are not listed: whether they are there is found when they are read.
    const name = byName.get(row.name) ?? (/[/\\]/.test(row.name) ? row.name : undefined);
    const known = index.get(row.label);
    if (name === undefined) skipped.add(row.name || 'an empty cell', NO_FILE);
    else if (known === undefined) skipped.add(name, NO_LABEL);
    else return [{ path: joinPath(folder, name), name, label: known }];
    return [];
  });
  const named = `Labels are column ${csv.names[label] ?? ''} of ${table}, file names column ${csv.names[file] ?? ''}.`;
  return { train, classes, notes: [named] };
}

/** Also without their endings, as tables often have them. */
function filesByName(entries: readonly FolderEntry[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name } of entries) found.set(name.replace(/\.[^.]*$/, ''), name);
  for (const { name } of entries) found.set(name, name);
  return found;
}

/** Names and labels are all words: only their usual titles tell a header from a row. */
function headerLooksNamed(text: string): boolean {
  const [line = ''] = text.slice(0, 1000).split(/\r?\n/, 1);
  const cells = line.split(/[,;\t|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  return cells.some((cell) => FILE_NAMES.test(cell) || LABEL_NAMES.test(cell));
}

function columnOf(
  names: readonly string[],
  given: string,
  usual: RegExp,
  otherwise: number,
  path: string,
): number {
  const wanted = given.trim();
  if (wanted === '') {
    const found = names.findIndex((name) => usual.test(name));
    return found >= 0 ? found : Math.min(otherwise, names.length - 1);
  }
  const found = names.indexOf(wanted);
  if (found >= 0) return found;
  throw inputError('images.label-column', `The table has no column ${wanted}.`, {
    path,
    explanation: `Its columns are ${names.slice(0, 20).join(', ')}.`,
  });
}
