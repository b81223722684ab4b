/**
 * What keeps a workbook of a few bytes from becoming a table of gigabytes: a lone cell far out makes all between it
 * and the first, and one long text can stand in any number of cells.
 */
import { open } from 'node:fs/promises';
import { plainCsvText } from '#engine/ir/csv.ts';
import { inputError } from '#engine/ir/index.ts';
import type { ZipEntry } from '#main/zip/packZip.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const LESS_THAN = 0x3c;

export interface FilledRow {
  readonly cells: readonly string[];
  /** As the program that wrote it counts, from 1. */
  readonly number: number;
}

/** From the first to the last of a sheet, empty ones too: each takes a few bytes of memory. */
const MOST_CELLS = 2 ** 25;
/** Of a row; a table of text may not have longer ones. */
const MOST_ROW_LETTERS = 2 ** 24;
/** Of a sheet, as text. */
const MOST_LETTERS = 2 ** 31;
const CHUNK_BYTES = 2 ** 24;
/** A place takes no more. */
const OVERLAP_BYTES = 512;
/** Between two tags: a cell has 32,767 letters at most. What reads them takes minutes for one of many more. */
const MOST_TEXT_BYTES = 2 ** 22;
/** Of the format. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
/** `r="AB12"` of a cell, `r="12"` of a row; within a length, so that no file makes it search for long. */
const PLACE = /<(?:\w{1,20}:)?(?:c|row)\s(?:[^<>]{0,200}?\s)?r\s*=\s*["']([^"'<>]{0,50})["']/g;
const CELL_OR_ROW = /^([A-Za-z]{0,3})(\d{1,7})$/;

/** By the places that its cells name, before anything is made of them. */
export function refuseGiantSheets(parts: readonly ZipEntry[], shown: string): void {
  for (const { path, bytes } of parts) {
    refuseLongText(bytes, `${shown}, ${path}`);
    let [rows, columns] = [0, 0];
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      const chunk = bytes.subarray(from, from + CHUNK_BYTES + OVERLAP_BYTES);
      const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
      for (const [, place = ''] of text.matchAll(PLACE)) {
        const [, letters = '', digits] = CELL_OR_ROW.exec(place) ?? [];
        rows = Math.max(rows, Number(digits ?? Infinity));
        columns = Math.max(columns, columnNumber(letters));
      }
    }
    if (rows > MOST_ROWS || columns > MOST_COLUMNS) {
      throw inputError('excel.unreadable', 'It has cells where no workbook can have any.', {
        path: `${shown}, ${path}`,
        explanation: `Workbooks have ${formatInteger(MOST_ROWS)} rows and ${formatInteger(MOST_COLUMNS)} columns at most.`,
      });
    }
    if (rows * columns > MOST_CELLS) {
      throw inputError(
        'excel.too-large',
        `Its cells reach to row ${rows} and column ${columns}; at most ${MOST_CELLS / 2 ** 20} million cells are read, empty ones too.`,
        {
          path: `${shown}, ${path}`,
          explanation: 'Delete the rows and columns behind the table, or save it as CSV.',
        },
      );
    }
  }
}

function refuseLongText(bytes: Uint8Array, shown: string): void {
  let tag = 0;
  while (bytes.length - tag > MOST_TEXT_BYTES) {
    const next = bytes.subarray(tag + 1, tag + MOST_TEXT_BYTES).lastIndexOf(LESS_THAN);
    if (next < 0) {
      throw inputError(
        'excel.too-large',
        `A text in it has more than ${MOST_TEXT_BYTES / 2 ** 20} million letters.`,
        { path: `${shown}, byte ${tag}` },
      );
    }
    tag += next + 1;
  }
}

/** A 1, Z 26, AA 27. */
function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}

/** As comma separated text, every row as wide as asked. Throws InputError at the row that is too long. */
export async function writeRows(
  path: string,
  rows: readonly FilledRow[],
  width: number,
  shown: string,
): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let waiting: (readonly string[])[] = [];
    let [letters, total] = [0, 0];
    const write = async (): Promise<void> => {
      await file.writeFile(plainCsvText(waiting, '\n'));
      waiting = [];
      letters = 0;
    };
    for (const { cells, number } of rows) {
      const long = cells.reduce((sum, { length }) => sum + length, width);
      total += long;
      if (long > MOST_ROW_LETTERS || total > MOST_LETTERS) {
        throw inputError('excel.too-large', 'This is more text than is read of a workbook.', {
          path: `${shown}, row ${number}`,
        });
      }
      waiting.push(Array.from({ length: width }, (_, i) => cells[i] ?? ''));
      letters += long;
      if (letters > MOST_ROW_LETTERS) await write();
    }
    await write();
  } finally {
    await file.close();
  }
}
