/** Binary search. */

/** Index of the first item that fits, in a list in which all that follow a fitting one fit. */
export function firstWhere<T>(list: readonly T[], fits: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && fits(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
