/**
 * Mutants that no test can catch, since the program does the same with them. Known by the line as it is written and by
 * what is changed, so that an edit elsewhere in the file moves none of them.
 */
export interface Equivalent {
  readonly file: string;
  readonly code: string;
  readonly change: string;
  /** Why it changes nothing. */
  readonly reason: string;
}

export const EQUIVALENTS: readonly Equivalent[] = [];
