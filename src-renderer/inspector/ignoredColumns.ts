/** The option `ignore` of a table as a set of columns, and back. */

/** By name as the engine finds it, else by number counted from 1. */
function columnAt(text: string, columns: readonly string[]): number {
  const wanted = text.trim();
  const lower = wanted.toLowerCase();
  const named = [
    columns.indexOf(wanted),
    columns.findIndex((name) => name.toLowerCase() === lower),
  ];
  const found = named.find((index) => index >= 0);
  if (found !== undefined) return found;
  const number = /^\d+$/.test(wanted) ? Number(wanted) : 0;
  return number >= 1 && number <= columns.length ? number - 1 : -1;
}

export function ignoredColumns(ignore: string, columns: readonly string[]): ReadonlySet<number> {
  const found = ignore.split(',').map((text) => columnAt(text, columns));
  return new Set(found.filter((index) => index >= 0));
}

/** The option with one column more or less; names that hold a comma are given by their number. */
export function withIgnored(
  ignore: string,
  columns: readonly string[],
  index: number,
  isIgnored: boolean,
): string {
  const others = ignore
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && columnAt(text, columns) !== index);
  const name = columns[index] ?? '';
  const plain = name.includes(',') || columnAt(name, columns) !== index;
  return [...others, ...(isIgnored ? [plain ? String(index + 1) : name] : [])].join(', ');
}
