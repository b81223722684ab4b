import { describe, expect, it } from 'vitest';
import { ignoredColumns, withIgnored } from '#renderer/inspector/ignoredColumns.ts';

const COLUMNS = ['id', 'a, b', '3', 'Fare'];

describe('the columns that are ignored', () => {
  it('are found by name in any case, else by number', () => {
    expect([...ignoredColumns('fare, ID', COLUMNS)]).toEqual([3, 0]);
    expect([...ignoredColumns('3, 2, nothing,', COLUMNS)]).toEqual([2, 1]);
  });
  it('come and go, those with commas by their number', () => {
    expect(withIgnored('', COLUMNS, 3, true)).toBe('Fare');
    expect(withIgnored('Fare', COLUMNS, 1, true)).toBe('Fare, 2');
    expect(withIgnored('fare, 2', COLUMNS, 3, false)).toBe('2');
    for (const index of COLUMNS.keys()) {
      const text = withIgnored('', COLUMNS, index, true);
      expect([...ignoredColumns(text, COLUMNS)]).toEqual([index]);
      expect(withIgnored(text, COLUMNS, index, false)).toBe('');
    }
  });
});
