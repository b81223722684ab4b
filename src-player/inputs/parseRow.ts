/** A row as it is copied from a table: its cells in the order of the columns, numbers or words. Pure. */
import type { PlayerColumn } from '#engine/export/player/model.ts';

export type ParsedRow =
  | { readonly ok: true; readonly numbers: Float32Array }
  | { readonly ok: false; readonly why: string };

/** Cells behind the last column (what is to be predicted, say) are left alone. */
export function parseRow(text: string, columns: readonly PlayerColumn[], size: number): ParsedRow {
  const cells = cellsOf(text);
  if (cells.length < columns.length) {
    return { ok: false, why: `${cells.length} of ${columns.length} values` };
  }
  const numbers = new Float32Array(size);
  for (const [i, column] of columns.entries()) {
    const value = valueOf(cells[i] ?? '', column);
    if (value === null) return { ok: false, why: `${column.name} cannot be “${cells[i] ?? ''}”` };
    writeColumn(numbers, column, value);
  }
  return { ok: true, numbers };
}

/** Apart by tabs, semicolons or commas, whichever there are; else by spaces. */
function cellsOf(text: string): readonly string[] {
  const line = text.trim().split(/\r?\n/).at(-1) ?? '';
  const between = ['\t', ';', ','].find((each) => line.includes(each)) ?? /\s+/;
  return line.split(between).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

function valueOf(cell: string, { categories }: PlayerColumn): number | null {
  if (!categories) return cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : null;
  const place = categories.indexOf(cell);
  return place < 0 ? null : place;
}

/** `value`: a number, or the place of a word. */
export function writeColumn(
  numbers: Float32Array,
  { at, categories }: PlayerColumn,
  value: number,
): void {
  if (categories === undefined || categories.length === 2) {
    numbers[at] = value;
    return;
  }
  categories.forEach((_, i) => (numbers[at + i] = i === value ? 1 : 0));
}

/** The number, or the place of the word. */
export function readColumn(numbers: Float32Array, { at, categories }: PlayerColumn): number {
  if (categories === undefined || categories.length === 2) return numbers[at] ?? 0;
  return Math.max(
    0,
    categories.findIndex((_, i) => (numbers[at + i] ?? 0) > 0.5),
  );
}
