/** How many rows of each class each part gets: whole numbers as near to even shares as they can be. */

/**
 * `counts[class][part]`, whose sums are the sizes of the classes and of the parts (both sum to the same). Each
 * is the even share (class times part by all) rounded down or up, never further from it: such a table always
 * exists, since the shares themselves are a flow and a flow with whole margins has a whole one beside it.
 */
export function apportion(
  classes: readonly number[],
  parts: readonly number[],
): readonly (readonly number[])[] {
  const all = parts.reduce((sum, size) => sum + size, 0);
  const shares = classes.map((size) => parts.map((part) => (size * part) / Math.max(1, all)));
  const counts = shares.map((row) => row.map(Math.floor));
  const missing = parts.map(
    (size, part) => size - counts.reduce((sum, row) => sum + (row[part] ?? 0), 0),
  );
  /** Classes that have one more than the share rounded down. */
  const raised = parts.map(() => new Set<number>());
  const rest = (row: number, part: number): number =>
    (shares[row]?.[part] ?? 0) - (counts[row]?.[part] ?? 0);
  const wanted = classes.map((_, row) =>
    parts
      .map((__, part) => part)
      .filter((part) => rest(row, part) > 0)
      .sort((a, b) => rest(row, b) - rest(row, a)),
  );
  /** Puts one more of a class where there is room, moving others along where there is none. */
  const place = (row: number, seen: Set<number>): boolean =>
    (wanted[row] ?? []).some((part) => {
      const holders = raised[part];
      if (!holders || seen.has(part) || holders.has(row)) return false;
      seen.add(part);
      const hasRoom = holders.size < (missing[part] ?? 0);
      const mover = hasRoom ? undefined : [...holders].find((each) => place(each, seen));
      if (!hasRoom && mover === undefined) return false;
      if (mover !== undefined) holders.delete(mover);
      holders.add(row);
      return true;
    });
  classes.forEach((size, row) => {
    const short = size - (counts[row] ?? []).reduce((sum, count) => sum + count, 0);
    for (let i = 0; i < short; i++) place(row, new Set());
  });
  return counts.map((row, i) => row.map((count, part) => count + (raised[part]?.has(i) ? 1 : 0)));
}
