/** Names under the columns of a strip: whole, in the middle of their columns, as many as do not meet. Pure. */

/** A name may be squeezed so far (`fillText` with a width) before it is left out. */
const SQUEEZE = 1.25;
/** Px between two names. */
const GAP = 3;
/** No name is wider than this; longer ones lose letters. */
export const WIDEST_NAME = 96;

export interface PlacedName {
  readonly index: number;
  /** Of its middle. */
  readonly x: number;
  readonly width: number;
}

/**
 * From left to right, each where the one before leaves it room; those that must be seen (`first`) before all
 * others. A name at an edge moves inwards as far as it has to.
 */
export function placedNames(
  widths: readonly number[],
  strip: { readonly left: number; readonly columnWidth: number },
  first: ReadonlySet<number> = new Set(),
): readonly PlacedName[] {
  const { left, columnWidth } = strip;
  const end = left + columnWidth * widths.length;
  const place = (index: number): PlacedName => {
    const natural = Math.min(WIDEST_NAME, end - left, widths[index] ?? 0);
    const width = Math.max(natural / SQUEEZE, Math.min(natural, columnWidth - GAP));
    const middle = left + columnWidth * (index + 0.5);
    const x = Math.max(left + width / 2, Math.min(end - width / 2, middle));
    return { index, x, width };
  };
  const meets = (a: PlacedName, b: PlacedName): boolean =>
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + GAP - 0.01;
  const placed = [...first].map(place);
  let last: PlacedName | null = null;
  for (const index of widths.keys()) {
    if (first.has(index)) continue;
    const name = place(index);
    if ((last !== null && meets(name, last)) || placed.some((other) => meets(name, other)))
      continue;
    placed.push(name);
    last = name;
  }
  return widened(placed, widths, [left, end]);
}

/** What is squeezed gets what room its neighbours leave it. */
function widened(
  placed: readonly PlacedName[],
  widths: readonly number[],
  [left, end]: readonly [number, number],
): readonly PlacedName[] {
  const names = placed.toSorted((a, b) => a.x - b.x);
  let free = left;
  return names.map((name, i) => {
    const next = names[i + 1];
    const limit = next ? next.x - next.width / 2 - GAP : end;
    const room = 2 * Math.min(name.x - free, limit - name.x);
    const width = Math.max(name.width, Math.min(WIDEST_NAME, widths[name.index] ?? 0, room));
    free = name.x + width / 2 + GAP;
    return { ...name, width };
  });
}
