/**
 * What runs are called where there is little room: without what all their names begin with, as long as what is
 * left tells them apart (`denoise-z8` and `denoise-z16` are `z8` and `z16`). Pure.
 */

/** Ends of words, behind which a name may be cut. */
const BOUNDARY = /[-_ ./:]/;

export function runLabels(names: readonly string[]): readonly string[] {
  if (names.length < 2) return names;
  let shared = commonStart(names);
  // Not within a word or a number.
  while (shared > 0 && !endsWord(names[0] ?? '', shared)) shared -= 1;
  const labels = names.map((name) => name.slice(shared));
  if (labels.some((label) => label === '')) return names;
  // A number alone could be anything.
  return labels.map((label) => (/^\d+$/.test(label) ? `run ${label}` : label));
}

/** Whether what begins there begins a word: not the decimals of `0.25`. */
function endsWord(name: string, at: number): boolean {
  if (/\d\.$/.test(name.slice(0, at))) return false;
  return BOUNDARY.test(name[at - 1] ?? '');
}

function commonStart([first = '', ...others]: readonly string[]): number {
  let length = 0;
  while (length < first.length && others.every((name) => name[length] === first[length])) {
    length += 1;
  }
  return length;
}
