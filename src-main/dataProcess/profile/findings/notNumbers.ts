/** Numbers that are not read as such: a few cells are none, or all are written in a way of their own. */
import { isMissing, parseNumber } from '#engine/datasets/index.ts';
import {
  defineFinding,
  type FoundFinding,
  ignoring,
  type LookedColumn,
  type LookedTable,
} from '../look.ts';
import { formatInteger } from '#engine/ir/numberText.ts';

const MOSTLY = 0.8;
/** What people write around a number, and between its digits. */
const AROUND = /^[\s<>~$€£¥]+|[\s%°]*(?:[a-z]{1,5}(?:\/[a-z]{1,3})?|[$€£¥%])?$/gi;
const THOUSANDS = /(?<=\d)[,'\s\u00a0\u202f](?=\d{3}(?:\D|$))/g;

export default defineFinding({
  name: 'not-numbers',
  look(table) {
    return table.columns.flatMap((column) => {
      const { role, isLeftOut, kind } = column;
      if (role === 'ignore' && !isLeftOut) return [];
      return kind === 'mixed'
        ? mixed(table, column)
        : kind === 'words'
          ? written(table, column)
          : [];
    });
  },
});

function mixed(table: LookedTable, column: LookedColumn): readonly FoundFinding[] {
  const { name, index, strangers, missing } = column;
  if (!strangers) return [];
  const examples = strangers.examples.map((text) => `"${text.slice(0, 40)}"`).join(', ');
  return [
    {
      ...{ severity: 'danger', columns: [index] },
      message: `${name} holds numbers, but ${formatInteger(strangers.count)} of ${formatInteger(table.rowCount - missing)} filled cells are none: ${examples}.`,
      consequence:
        'The table is not read until they are corrected, emptied, or the column is ignored.',
      fixes: [ignoring(table, [column])],
    },
  ];
}

function written(table: LookedTable, column: LookedColumn): readonly FoundFinding[] {
  const { name, index, words } = column;
  const meant = words.filter((word) => !isMissing(word) && isNumberMeant(word));
  if (words.length < 3 || meant.length < MOSTLY * words.length) return [];
  return [
    {
      ...{ severity: 'warning', columns: [index] },
      message: `${name} holds numbers that are written as words: ${formatInteger(meant.length)} of ${formatInteger(words.length)} different ones, such as "${meant[0] ?? ''}".`,
      consequence:
        'Each is a word of its own: what is more and what is less is lost. Write them as plain numbers.',
      fixes: [ignoring(table, [column])],
    },
  ];
}

function isNumberMeant(word: string): boolean {
  const bare = word.replace(THOUSANDS, '').replace(AROUND, '').trim();
  return /\d/.test(bare) && parseNumber(bare, true) !== null;
}
