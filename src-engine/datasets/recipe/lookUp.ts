/** What a step makes of every word that there is, of one that was never seen, and of a gap: a table to look up in. */
import type { StepColumn } from './define.ts';
import { attrsOf, columnStep, type FittedStep } from './apply.ts';

/** Words by their places; then one for those that were never seen, and one for gaps. */
export type WordTable =
  | { readonly kind: 'number'; readonly values: readonly number[] }
  /** Places among its own words, of which the last two are counted the same way. */
  | {
      readonly kind: 'words';
      readonly values: readonly number[];
      readonly words: readonly string[];
    };

/** No cell holds it. */
const NEVER_SEEN = '\0';

/** One for each column that the step gives. */
export function lookUpTables(step: FittedStep, words: readonly string[]): readonly WordTable[] {
  const all: StepColumn = {
    kind: 'words',
    words: [...words, NEVER_SEEN],
    values: Float64Array.from({ length: words.length + 2 }, (_, i) =>
      i <= words.length ? i : NaN,
    ),
  };
  return columnStep(step)
    .apply(all, attrsOf(step), step.fitted)
    .map((column): WordTable => {
      if (column.kind !== 'words') return { kind: 'number', values: [...column.values] };
      const own = column.words.filter((word) => word !== NEVER_SEEN);
      const placeOf = (word: string): number =>
        word === NEVER_SEEN ? own.length : own.indexOf(word);
      const values = Array.from(column.values, (at) =>
        Number.isNaN(at) ? own.length + 1 : placeOf(column.words[at] ?? ''),
      );
      return { kind: 'words', values, words: own };
    });
}
