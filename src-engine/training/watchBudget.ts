/**
 * When something is shown while training: each kind as often as it wants where it is cheap, and all together
 * within a share of the time where they are dear. Time earns credit, which is divided by weight; what a kind
 * has no use for is lent to the others. Knows no clock and does nothing itself.
 */

/** So many costs are remembered; the least of them is what the work itself takes. */
const COSTS_KEPT = 5;
/** What is earned and not spent is kept this long, so that rest is not followed by a rush. */
const KEPT_MS = 1_000;

export interface Demand {
  /** At most so often; an infinite interval is never due. */
  readonly intervalMs: number;
  /** Of the share, where all want more than there is. */
  readonly weight: number;
}

/** Why a kind was not shown more often: it has its rate, or the share is spent; null: it was asked no oftener. */
export type Denial = 'rate' | 'share' | null;

interface Account {
  readonly demand: Demand;
  readonly costsMs: number[];
  /** Spent ahead of what was earned, in ms of work. */
  debtMs: number;
  due: number;
  hasRun: boolean;
  denied: Denial;
}

export class WatchBudget<Kind extends string> {
  readonly #accounts: ReadonlyMap<Kind, Account>;
  /** Those that can be due; asked for several times a step. */
  readonly #earning: readonly Account[];
  readonly #wholeWeight: number;
  #share: number;
  #spareMs = 0;
  #now: number | null = null;

  /** `share`: of all time, at most so much is spent. */
  constructor(demands: Readonly<Record<Kind, Demand>>, share: number) {
    const accounts = Object.entries<Demand>(demands).map(([kind, demand]): [Kind, Account] => [
      kind as Kind, // a key of the record
      { demand, costsMs: [], debtMs: 0, due: -Infinity, hasRun: false, denied: null },
    ]);
    this.#accounts = new Map(accounts);
    this.#earning = [...this.#accounts.values()].filter(
      (each) => each.demand.intervalMs < Infinity,
    );
    this.#wholeWeight = this.#earning.reduce((sum, { demand }) => sum + demand.weight, 0);
    this.#share = share;
  }

  get share(): number {
    return this.#share;
  }

  /** From now on. Debts are forgiven: they were made under another rule. */
  setShare(now: number, share: number): void {
    this.#earn(now);
    this.#share = share;
    for (const account of this.#accounts.values()) account.debtMs = 0;
  }

  isDue(kind: Kind, now: number): boolean {
    const account = this.#account(kind);
    if (account.demand.intervalMs === Infinity || this.#share === 0) return false;
    this.#earn(now);
    const isEarly = now < account.due;
    const isSpent = account.debtMs > this.#spareMs;
    account.denied = isSpent ? 'share' : isEarly ? 'rate' : account.denied;
    return !isEarly && !isSpent;
  }

  /** Not before so long; and the first time counts like any other. */
  postpone(kind: Kind, now: number, delayMs: number): void {
    const account = this.#account(kind);
    account.hasRun = true;
    account.due = now + delayMs;
  }

  /** After each time it was shown, due or not; answers what had held it back. */
  spent(kind: Kind, now: number, costMs: number): Denial {
    this.#earn(now);
    const account = this.#account(kind);
    // The first time is mostly compilation, which comes once.
    const charged = account.hasRun ? chargedOf(account, costMs) : 0;
    const lent = Math.min(this.#spareMs, charged);
    this.#spareMs -= lent;
    account.debtMs += charged - lent;
    account.hasRun = true;
    account.due = now - costMs + account.demand.intervalMs;
    const { denied } = account;
    account.denied = null;
    return denied;
  }

  #earn(now: number): void {
    const passedMs = now - (this.#now ?? now);
    this.#now = now;
    if (passedMs <= 0) return;
    for (const account of this.#earning) {
      const earnedMs = (passedMs * this.#share * account.demand.weight) / this.#wholeWeight;
      const paidMs = Math.min(account.debtMs, earnedMs);
      account.debtMs -= paidMs;
      // What more it earns is for whoever needs it.
      this.#spareMs += earnedMs - paidMs;
    }
    this.#spareMs = Math.min(this.#spareMs, this.#share * KEPT_MS);
  }

  #account(kind: Kind): Account {
    const account = this.#accounts.get(kind);
    if (!account) throw new Error(`${kind} is not watched`);
    return account;
  }
}

/**
 * The least of the last few: a thread that stood still at a barrier, or a machine busy with something else,
 * makes a cost longer, and nothing makes it shorter.
 */
function chargedOf({ costsMs }: Account, costMs: number): number {
  costsMs.push(costMs);
  if (costsMs.length > COSTS_KEPT) costsMs.shift();
  return Math.min(...costsMs);
}
