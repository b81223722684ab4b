/**
 * What is worked out of a series and asked for with every move of a pointer: a smoothed line, places on an axis.
 * Kept until the series has more, the last one of a kind.
 */

interface Growing {
  /** Moves with every change. */
  readonly version: number;
}
interface Known {
  readonly version: number;
  readonly columns: Map<string, { readonly by: string; readonly values: Float64Array }>;
}
const known = new WeakMap<Growing, Known>();

/** `by`: what else it follows from beside the series. Not to be written to. */
export function derived(
  series: Growing,
  kind: string,
  by: string,
  make: () => Float64Array,
): Float64Array {
  const { version } = series;
  let mine = known.get(series);
  if (mine?.version !== version) {
    mine = { version, columns: new Map() };
    known.set(series, mine);
  }
  const found = mine.columns.get(kind);
  if (found?.by === by) return found.values;
  const values = make();
  mine.columns.set(kind, { by, values });
  return values;
}
