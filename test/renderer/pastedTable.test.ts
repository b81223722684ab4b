/** Rule: text is taken as a table where its lines have as many cells as the first one. */
import { expect, test } from 'vitest';
import { tableOfText } from '#renderer/data/usePastedTable.ts';

test('tabs of a spreadsheet, commas and semicolons', () => {
  expect(tableOfText('a\tb\r\n1\t2\r\n')).toBe('a\tb\n1\t2\n');
  expect(tableOfText('a;b\n1,5;2\n')).toBe('a;b\n1,5;2\n');
  expect(tableOfText('a,b\n"x, y",2')).toBe('a,b\n"x, y",2\n');
});

test('prose, one line and lines of other lengths are none', () => {
  expect(tableOfText('Hello, world')).toBeNull();
  expect(tableOfText('one, two\nand nothing')).toBeNull();
  expect(tableOfText('')).toBeNull();
});
