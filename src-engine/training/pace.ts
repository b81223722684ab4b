/**
 * How often something is shown while training: as often as wanted where it is cheap, and no more than a
 * given share of the time where it is dear. Knows no clock and does nothing itself.
 */

/** So many costs are remembered; their median tells what is usual. */
const COSTS_KEPT = 5;
/** A cost of so many times the usual one is the machine's doing, busy with something else. */
const UNUSUAL = 4;

export class Pace {
  readonly #intervalMs: number;
  readonly #share: number;
  readonly #costsMs: number[] = [];
  #due = -Infinity;
  #hasRun = false;

  /** `share`: of all time, at most so much is spent. An infinite interval is never due. */
  constructor(intervalMs: number, share: number) {
    this.#intervalMs = intervalMs;
    this.#share = share;
  }

  isDue(now: number): boolean {
    return now >= this.#due && this.#intervalMs < Infinity;
  }

  /** Not before so long; and the first time counts like any other. */
  postpone(now: number, delayMs: number): void {
    this.#hasRun = true;
    this.#due = now + delayMs;
  }

  /** After each time it was shown, due or not. */
  spent(now: number, costMs: number): void {
    // The first time is mostly compilation, which comes once.
    const charged = this.#hasRun ? this.#usual(costMs) : 0;
    this.#hasRun = true;
    this.#due = now + Math.max(this.#intervalMs, charged / this.#share);
  }

  /** The cost, or what of it can be laid to us. */
  #usual(costMs: number): number {
    this.#costsMs.push(costMs);
    if (this.#costsMs.length > COSTS_KEPT) this.#costsMs.shift();
    const sorted = this.#costsMs.toSorted((a, b) => a - b);
    const median = sorted[(sorted.length - 1) >> 1] ?? 0;
    return Math.min(costMs, UNUSUAL * median);
  }
}
