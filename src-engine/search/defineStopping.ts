/**
 * What a file of stopping/ states: a rule that ends trials that come to nothing. Asked after each evaluation
 * with what all trials told by then; smaller is better throughout. One file per rule, found by the registry.
 */

/** What validation told after so many full epochs. */
export interface Report {
  readonly epoch: number;
  readonly loss: number;
}

export interface StoppingQuestion {
  /** Of the trial that has just told something; epochs ascending, at least one report. */
  readonly reports: readonly Report[];
  /** Of the other trials that were begun, however they ended. */
  readonly others: readonly (readonly Report[])[];
}

export interface StoppingRule {
  readonly id: string;
  readonly label: string;
  readonly doc: string;
  readonly rank: number;
  /** Why the trial is to end; null where it goes on. */
  reason(question: StoppingQuestion): string | null;
}

export const defineStopping = (rule: StoppingRule): StoppingRule => rule;

/** What a trial had told when so many epochs were done: the last by then; none where it was not as far. */
export function reportAt(reports: readonly Report[], epoch: number): Report | undefined {
  const last = reports.at(-1);
  if (!last || last.epoch < epoch) return undefined;
  return reports.findLast((report) => report.epoch <= epoch);
}
