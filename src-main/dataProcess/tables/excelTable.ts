/**
 * Sheets of workbooks, by read-excel-file, written as the text that a table of text would hold: everything after that
 * is as for CSV. The one file that knows the package. Reads values, no formulas, no macros, nothing a cell refers to.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import readExcelFile, { type Sheet } from 'read-excel-file/node';
import type { SheetOptions } from '#engine/datasets/index.ts';
import { errorMessage } from '#engine/ir/errors.ts';
import { inputError } from '#engine/ir/index.ts';
import { readRegularFile } from '#engine/platform/nodeFiles.ts';
import { packZip, type ZipEntry } from '#main/zip/packZip.ts';
import { unzip } from '../unzip.ts';
import { openCsv } from './csvTable.ts';
import { type FilledRow, refuseGiantSheets, writeRows } from './sheetText.ts';
import type { OpenTable } from './textColumns.ts';

const MOST_BYTES = 256 * 2 ** 20;
/** Of all parts together, unpacked. */
const MOST_UNPACKED_BYTES = 2 ** 30;

/** `shown`: as errors name it. */
export async function openExcel(
  path: string,
  shown: string,
  options: SheetOptions,
): Promise<OpenTable> {
  const { sheet, others } = chosenSheet(await readSheets(path, shown), options.sheet, shown);
  const rows = filledRows(sheet).slice(options.skipRows);
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const folder = await mkdtemp(join(tmpdir(), 'netloom-sheet-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const text = join(folder, 'sheet.csv');
  const where = (row: number, hasHeader: boolean): string =>
    `sheet ${sheet.sheet}, row ${rows[row + Number(hasHeader)]?.number ?? '?'}`;
  try {
    await writeRows(text, rows, width, `${shown}, sheet ${sheet.sheet}`);
    const cut = { header: options.header, skipRows: 0, ...PLAIN };
    const table = await openCsv(text, shown, cut, where);
    return {
      ...table,
      text: { ...table.text, facts: [{ label: 'Sheet', text: sheet.sheet }] },
      notes: [
        ...table.notes,
        ...(others.length === 0
          ? []
          : [
              `Sheet ${sheet.sheet} is read; there ${others.length === 1 ? 'is' : 'are'} also ${others.join(', ')}.`,
            ]),
      ],
      async close() {
        await table.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const PLAIN = { delimiter: 'comma', quotes: 'standard' } as const;

async function readSheets(path: string, shown: string): Promise<readonly Sheet[]> {
  const parts = await unpackedParts(await readRegularFile(path, MOST_BYTES), shown);
  refuseGiantSheets(parts, shown);
  try {
    // Packed anew: what reads it goes by other places of the zip than the ones that were checked, and of a damaged
    // one it may never answer.
    return await readExcelFile(Buffer.from(await packZip(parts, 'stored')), { trim: false });
  } catch (error) {
    throw inputError('excel.unreadable', 'This is no workbook that can be read.', {
      path: shown,
      explanation: `${errorMessage(error)} Only .xlsx is read; save other kinds as that, or as CSV.`,
    });
  }
}

/** What holds text; pictures and macros are not unpacked. */
async function unpackedParts(bytes: Uint8Array, shown: string): Promise<readonly ZipEntry[]> {
  const entries: ZipEntry[] = [];
  let left = MOST_UNPACKED_BYTES;
  for (const [path, part] of await unzip(bytes, shown)) {
    if (!/\.(xml|rels)$/.test(path)) continue;
    const content = await part.read(left);
    left -= content.length;
    entries.push({ path, bytes: content });
  }
  return entries;
}

function chosenSheet(
  sheets: readonly Sheet[],
  asked: string,
  shown: string,
): { readonly sheet: Sheet; readonly others: readonly string[] } {
  const names = sheets.map(({ sheet }) => sheet);
  const named = names.indexOf(asked.trim());
  const numbered = /^\d+$/.test(asked.trim()) ? Number(asked) - 1 : -1;
  const filled = sheets.findIndex((each) => filledRows(each).length > 0);
  const at = asked.trim() === '' ? Math.max(0, filled) : named >= 0 ? named : numbered;
  const sheet = sheets[at];
  if (!sheet) {
    throw inputError('excel.no-sheet', `There is no sheet "${asked.trim()}".`, {
      path: shown,
      explanation: `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`,
    });
  }
  const others = names.filter((_, i) => i !== at && filledRows(sheets[i] ?? sheet).length > 0);
  return { sheet, others };
}

function filledRows({ data }: Sheet): readonly FilledRow[] {
  return data
    .map((row, index) => ({ cells: row.map(cellText), number: index + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

/** Its types say `typeof Date` where dates come. */
function cellText(cell: unknown): string {
  if (cell instanceof Date) return dateText(cell);
  if (typeof cell === 'string') return cell;
  return typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '';
}

/** `2024-05-31`, with the time where there is one. Workbooks have no time zones: it is read as UTC. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '';
  const [day = '', time = ''] = date.toISOString().split('T');
  const clock = time.slice(0, 8);
  return clock === '00:00:00' ? day : `${day} ${clock}`;
}
