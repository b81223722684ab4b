/** Prepared samples as CSV: a row for each, a column for each number, classes by their names, and the part of the row. */
import { NO_PART, PART_NAMES, type SampleColumn, type SampleRows } from './sampleRows.ts';
import { csvCell } from '#engine/ir/csv.ts';
import { inputError } from '#engine/ir/problem.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

/** More are an array, not a table: spreadsheets end before. */
const MOST_COLUMNS = 16_384;
/** That a float32 keeps when it was divided and is multiplied again. */
const DIGITS = 7;
/** Numbers that are turned to text at once. */
const NUMBERS_AT_ONCE = 2 ** 18;

/** Pieces of the file, whole lines each. Throws InputError for what is too wide. */
export async function* csvFile({
  count,
  columns,
  parts,
  read,
}: SampleRows): AsyncGenerator<string> {
  const names = columns.flatMap((column) => column.names);
  if (names.length >= MOST_COLUMNS) {
    throw inputError(
      'samples.too-wide',
      `A row has ${formatInteger(names.length)} numbers: too many for CSV.`,
      {
        explanation: 'Choose NumPy (.npz), which keeps the shape of each sample.',
      },
    );
  }
  yield `${[...names, 'split'].map(csvCell).join(',')}\n`;
  const rows = Math.max(1, Math.floor(NUMBERS_AT_ONCE / names.length));
  const written = columns.map(writer);
  for (let first = 0; first < count; first += rows) {
    const here = Math.min(rows, count - first);
    const pieces = await Promise.all(columns.map((_, place) => read(place, first, here)));
    const lines: string[] = [];
    for (let row = 0; row < here; row++) {
      const cells: string[] = [];
      for (const [place, column] of columns.entries()) {
        const size = column.names.length;
        for (let i = row * size; i < (row + 1) * size; i++) {
          cells.push(written[place]?.(pieces[place]?.[i] ?? NaN) ?? '');
        }
      }
      const part = parts[first + row] ?? NO_PART;
      lines.push(`${cells.join(',')},${PART_NAMES[part] ?? ''}\n`);
    }
    yield lines.join('');
  }
}

/** What is wanted is written in the file's own numbers and words. */
function writer({ field, dtype, dividedBy }: SampleColumn): (value: number) => string {
  const { classNames } = field;
  if (classNames) return (value) => csvCell(classNames[value] ?? '');
  if (dtype !== 'f32') return String;
  return dividedBy === 1
    ? shortest
    : (value) => String(Number((value * dividedBy).toPrecision(DIGITS)));
}

/** The shortest decimal that is this float32 when it is read again. */
function shortest(value: number): string {
  if (Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(9)));
}
