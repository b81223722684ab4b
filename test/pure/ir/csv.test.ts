/** Rules of tables that leave as CSV: cells come back as they were, and no spreadsheet computes a text. */
import { describe, expect, test } from 'vitest';
import { csvCell, csvText, plainCsvText } from '#engine/ir/csv.ts';

describe('a text that a spreadsheet would compute gets an apostrophe', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['+49 30 1234', "'+49 30 1234"],
    ['-', "'-"],
    ['-red', "'-red"],
    ['@home', "'@home"],
    ['\t=1', "'\t=1"],
  ])('%j is %j', (cell, written) => {
    expect(csvCell(cell)).toBe(written);
  });
});

test.each(['-3', '+3', '-3.5e-7', '-Infinity', '12', '', 'a=b', 'x-1'])('%j stays', (cell) => {
  expect(csvCell(cell)).toBe(cell);
});

test('cells with marks of the format are quoted, names of columns guarded too', () => {
  const rows = [
    ['=name', 'b'],
    ['a,b', 'say "x"'],
  ];
  expect(csvText(rows, '\n')).toBe('\'=name,b\n"a,b","say ""x"""\n');
  expect(plainCsvText(rows, '\n')).toBe('=name,b\n"a,b","say ""x"""\n');
});
