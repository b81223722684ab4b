/** What can be wrong with how a text is cut, in the words of every reader. `path` names the line. */
import { inputError } from '#engine/ir/problem.ts';
import { separatorName } from './dialect.ts';

export const quotesError = (isOpen: boolean, path: string): Error =>
  inputError(
    'csv.quotes',
    isOpen ? 'A quoted cell is not closed.' : 'Text follows the closing quote of a cell.',
    {
      path,
      explanation:
        'Within a quoted cell a quote is written twice. Where quotes are part of the text, set the option "quotes" to none (--data-option quotes=none).',
    },
  );

/** `has`: null where it is only known to be more. */
export const rowLengthError = (
  has: number | null,
  width: number,
  delimiter: string,
  path: string,
): Error =>
  inputError(
    'csv.row-length',
    has === null
      ? `This row has more cells than the first row, which has ${width}.`
      : `This row has ${cells(has)}, the first row ${cells(width)}.`,
    {
      path,
      explanation: `Cells are separated by ${separatorName(delimiter)}; cells that contain it must be quoted.`,
    },
  );

const cells = (count: number): string => `${count} cell${count === 1 ? '' : 's'}`;

export const noRowsError = (path: string): Error =>
  inputError('csv.empty', 'The file has a header, but no rows below it.', { path });
