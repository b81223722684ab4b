/**
 * Lists of row numbers of tables of tens of millions of rows. `Int32Array.from` with a function and `filter` collect
 * what they keep in a list of objects first, which is several times as large as what they return.
 */

/** `first`, `first + 1` and so on. */
export function rowRange(first: number, count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[i] = first + i;
  return rows;
}

/** Those that are to stay, in their order. `isKept` is asked twice about each. */
export function selectRows(rows: Int32Array, isKept: (row: number) => boolean): Int32Array {
  let count = 0;
  for (const row of rows) if (isKept(row)) count += 1;
  if (count === rows.length) return rows.slice();
  const kept = new Int32Array(count);
  let at = 0;
  for (const row of rows) if (isKept(row)) kept[at++] = row;
  return kept;
}

type Numbers = Int32Array | Float64Array | Float32Array | Uint8Array;

/** What some rows have, written into `into`, which has room for each of them. */
export function pickRows<T extends Numbers>(
  into: T,
  rows: ArrayLike<number>,
  valueOf: (row: number) => number,
): T {
  for (let i = 0; i < rows.length; i++) into[i] = valueOf(rows[i] ?? 0);
  return into;
}

/** Put together by key, keys and rows in the order in which they come. */
export function groupRows(
  order: Int32Array,
  keyOf: (row: number) => number,
): ReadonlyMap<number, Int32Array> {
  const sizes = new Map<number, number>();
  for (const row of order) sizes.set(keyOf(row), (sizes.get(keyOf(row)) ?? 0) + 1);
  const groups = new Map<number, { readonly rows: Int32Array; filled: number }>();
  for (const [key, size] of sizes) groups.set(key, { rows: new Int32Array(size), filled: 0 });
  for (const row of order) {
    const group = groups.get(keyOf(row));
    if (group) group.rows[group.filled++] = row;
  }
  return new Map([...groups].map(([key, { rows }]) => [key, rows]));
}
