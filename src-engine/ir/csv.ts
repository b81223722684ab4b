/** A table as text (RFC 4180). Reading one is datasets/csv's. */

/** Quoted where a reader would take a cell for something else, or strip it. */
const cellText = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

export const csvText = (rows: readonly (readonly string[])[], newline: '\n' | '\r\n'): string =>
  rows.map((cells) => cells.map(cellText).join(',') + newline).join('');
