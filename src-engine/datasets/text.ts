/** Texts: one file, a folder with a folder for each class, or a column of a table. */
import { inputError } from '../ir/problem.ts';
import { parseSource, readOptions, sourceOfFile } from './core/source.ts';
import { defineDataset, type FileAccess } from './define.ts';
import { labelField } from './shared/table.ts';
import type { TableFormat } from './table/rawTable.ts';
import { findTexts, readText } from './text/files.ts';
import { loadTexts, type Texts } from './text/load.ts';
import { TEXT_OPTIONS, type TextOptions } from './text/options.ts';
import { readTextRows } from './text/rows.ts';

export default defineDataset({
  id: 'text',
  label: 'Text',
  doc: 'A text to go on with, a folder of texts with a folder for each class, or a column of a table: cut into words, characters or byte pairs, as bags or in order.',
  group: 'Files',
  path: 'file',
  // In a folder for each class; what lies beside other data is a note on it.
  holds: /^[^/]+\/.*\.(txt|text|md)(\.gz)?$/i,
  rowsAs: 'Texts',
  options: TEXT_OPTIONS,
  isFitted: () => true,
  async load({ options, path = '', files, abilities: { tables, spill }, onProgress, fitting }) {
    const host = {
      ...(fitting && { fitting }),
      ...(spill && { spill }),
      ...(onProgress && { onProgress }),
    };
    const whole = (await isPlainText(files, path, options)) ? await readText(files, path) : null;
    const format =
      whole === null || isTable(whole, options) ? await formatOf(files, path, options) : null;
    if (!format) {
      return loadTexts(await plainTexts(path), options, path, host);
    }
    if (!tables) throw inputError('data.no-tables', 'Tables are not read here.', { path });
    const raw = await tables.open(path, format);
    try {
      const rows = await readTextRows(raw, options);
      return await loadTexts({ ...rows, unit: 'row' }, options, path, host);
    } finally {
      await raw.close();
    }

    async function plainTexts(plain: string): Promise<Texts> {
      if (whole !== null || !(await isFolder(files, plain))) {
        const text = whole ?? (await readText(files, plain));
        return { texts: [text], unit: 'file', target: null, about: null, facts: {}, notes: [] };
      }
      const folder = plain.replace(/(?<=.)[/\\]+$/, '');
      const { texts, labels, classes, testStart, notes } = await findTexts(
        files,
        folder,
        onProgress,
      );
      const isUsed = labels && classes && !['next', 'sequence', 'none'].includes(options.predict);
      return {
        ...{ texts, unit: 'file', facts: {}, notes },
        target: isUsed ? { field: labelField(classes), stored: Int32Array.from(labels) } : null,
        about: isUsed ? { name: 'class', classes } : null,
        ...(testStart !== undefined && { testStart }),
      };
    }
  },
});

async function isFolder(files: FileAccess, path: string): Promise<boolean> {
  return files.stamp(path).then(
    () => false,
    () =>
      files.entries(path).then(
        () => true,
        // The file itself says better what is wrong with it.
        () => false,
      ),
  );
}

/** What is called so is a table only where a column of it is named, or where all of its lines are rows. */
async function isPlainText(
  files: FileAccess,
  path: string,
  options: TextOptions,
): Promise<boolean> {
  const isAsked = options.column.trim() !== '' || options.target.trim() !== '';
  if (isAsked || !/\.(txt|text|dat|data|md)(\.gz)?$/i.test(path)) return false;
  return !(await isFolder(files, path));
}

/** Of fewer lines tabs tell nothing. */
const FEWEST_ROWS = 3;

/** Sentences with their labels: as many tabs in each line. */
function isTable(text: string, { predict }: TextOptions): boolean {
  if (predict === 'next' || predict === 'sequence' || !text.includes('\t')) return false;
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const tabs = (line: string): number => line.split('\t').length;
  const [first = ''] = lines;
  const width = tabs(first);
  return lines.length >= FEWEST_ROWS && width > 1 && lines.every((line) => tabs(line) === width);
}

/** Null for texts that are no table. */
async function formatOf(
  files: FileAccess,
  path: string,
  options: TextOptions,
): Promise<TableFormat | null> {
  const source = sourceOfFile(path);
  if (source === null || (await isFolder(files, path))) return null;
  const { definition } = parseSource(source);
  const { header, skipRows, quotes } = options;
  return definition.format?.(readOptions(definition, { header, skipRows, quotes })) ?? null;
}
