/**
 * Mutants that no test can catch, since the program does the same with them, or as well. Known by the line as it is
 * written and by what is changed, so that an edit elsewhere in the file moves none of them.
 */
export interface Equivalent {
  readonly file: string;
  readonly code: string;
  readonly change: string;
  /** Why it changes nothing. */
  readonly reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: 'src-engine/check/ranges.ts',
    code: 'const first = limits.at(-1);',
    change: '0 instead of 1',
    reason: 'It is used only where there is one limit, which is the first and the last.',
  },
  {
    file: 'src-engine/check/ranges.ts',
    code: 'if (!loss || prediction === undefined || target === undefined) return [];',
    change: '&& instead of ||',
    reason: 'Every loss is a node with two inputs or more, so none of the three ever holds.',
  },
  {
    file: 'src-engine/datasets/recipe/numbers.ts',
    code: 'if (value > max) max = value;',
    change: '>= instead of >',
    reason: 'A value that equals the largest replaces it by itself.',
  },
  {
    file: 'src-engine/runs/forest.ts',
    code: 'for (let i = 0; i < n - 1; i++) {',
    change: '<= instead of <',
    reason: 'After the last row nothing is left for the other leaf, so that cut is passed by.',
  },
  {
    file: 'src-engine/runs/forest.ts',
    code: 'sums.set(valueOf(row), [sum + (target[row] ?? 0), count + 1]);',
    change: '- instead of +',
    reason:
      'Every mean changes its sign: words are ordered the other way round, with the same cuts.',
  },
  {
    file: 'src-engine/runs/importance.ts',
    code: "const random = new RandomStream(seed, 'shuffle', tree + 1);",
    change: '0 instead of 1',
    reason: 'Each tree takes another stream of random numbers, of which none is the right one.',
  },
  {
    file: 'src-engine/runs/numberText.ts',
    code: 'if (ms < 1) return `${formatNumber(ms, 2)} ms`;',
    change: '<= instead of <',
    reason: 'One millisecond reads 1.0 ms in either form.',
  },
];
