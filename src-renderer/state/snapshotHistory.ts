/**
 * Snapshots of one kind through a run, as many as memory allows: kept evenly over its steps, the latest always
 * there. What the record on disk has of earlier steps is put in with `insert`, what was asked for around the
 * clock with `insertNear`; who reads asks for a step and gets what was known then.
 */
export interface SnapshotLimits {
  readonly count: number;
  /** Of the decoded arrays. */
  readonly bytes: number;
}

/** Whatever a network's size, so many can be looked back to. */
const LEAST_KEPT = 8;
/** Of those asked for one by one; the ones asked for last stay. */
const NEAR_KEPT = 24;

export class SnapshotHistory<T extends { readonly step: number }> {
  readonly #limits: SnapshotLimits;
  #kept: readonly T[] = [];
  #latest: T | null = null;
  /** Read from the record for the clock, beside those that are kept evenly; the last ones read at the end. */
  #near: readonly T[] = [];
  /** Closer to the one before than this a new one is not kept, once it is no longer the latest. */
  #gap = 0;

  constructor(limits: SnapshotLimits) {
    this.#limits = limits;
  }

  get latest(): T | null {
    return this.#latest;
  }
  /** Oldest first; the latest is always the last. */
  get all(): readonly T[] {
    const latest = this.#latest;
    return latest === null || this.#kept.at(-1) === latest ? this.#kept : [...this.#kept, latest];
  }

  /** What was known at a step: the last snapshot up to it. Nothing of later is ever shown for then. */
  at(step: number): T | null {
    const kept = this.all.findLast((each) => each.step <= step) ?? null;
    return this.#near.reduce<T | null>(
      (best, each) => (each.step <= step && each.step > (best?.step ?? -1) ? each : best),
      kept,
    );
  }

  /** All that is known of the run up to a step, oldest first. */
  upTo(until: number): readonly T[] {
    const kept = this.all.filter(({ step }) => step <= until);
    const known = new Set(kept.map(({ step }) => step));
    const near = this.#near.filter(({ step }) => step <= until && !known.has(step));
    return near.length === 0 ? kept : [...kept, ...near].sort((a, b) => a.step - b.step);
  }

  has(step: number): boolean {
    return [this.all, this.#near].some((list) => list.some((each) => each.step === step));
  }

  /** The next one of the run. A run that went back to a checkpoint repeats steps: they are replaced. */
  accept(snapshot: T): void {
    const before = this.#latest;
    if (before && snapshot.step <= before.step) {
      this.#kept = this.#kept.filter(({ step }) => step < snapshot.step);
      this.#near = this.#near.filter(({ step }) => step < snapshot.step);
    }
    this.#latest = snapshot;
    const last = this.#kept.at(-1);
    if (last && snapshot.step - last.step < this.#gap) return;
    this.#kept = [...this.#kept, snapshot];
    this.#thin();
  }

  /** Of earlier steps, in any order; what is there already wins. */
  insert(snapshots: readonly T[]): void {
    const known = new Set(this.all.map(({ step }) => step));
    const news = snapshots.filter(({ step }) => !known.has(step));
    if (news.length === 0) return;
    const all = [...this.all, ...news].sort((a, b) => a.step - b.step);
    this.#latest = all.at(-1) ?? null;
    this.#kept = all;
    this.#thin();
  }

  /** Of steps that the clock stands on or near; they do not take the place of those that are kept. */
  insertNear(snapshots: readonly T[]): void {
    const news = snapshots.filter(({ step }) => !this.has(step));
    this.#near = [...this.#near, ...news].slice(-this.#mostNear());
  }

  clear(): void {
    this.#kept = [];
    this.#near = [];
    this.#latest = null;
    this.#gap = 0;
  }

  /** To half of what is allowed, those first that stand closest to their neighbours. */
  #thin(): void {
    const most = Math.min(this.#limits.count, Math.max(LEAST_KEPT, this.#room()));
    if (this.#kept.length <= most) return;
    const kept = halved(this.#kept, Math.ceil((most + 1) / 2));
    this.#kept = kept;
    const [first, last] = [kept[0]?.step ?? 0, kept.at(-1)?.step ?? 0];
    this.#gap = (last - first) / (kept.length - 1);
  }

  /** How many snapshots of this size there is memory for. */
  #room(): number {
    return Math.floor(this.#limits.bytes / Math.max(1, bytesOf(this.#kept[0])));
  }

  #mostNear(): number {
    return Math.max(2, Math.min(NEAR_KEPT, Math.floor(this.#room() / 2)));
  }
}

/** At most so many, first and last among them, as evenly over the steps as they allow. */
function halved<T extends { readonly step: number }>(
  all: readonly T[],
  most: number,
): readonly T[] {
  const gaps = all.slice(1).map(({ step }, i) => step - (all[i]?.step ?? 0));
  // As one run leaves them: every second is as even as they are.
  if (Math.max(...gaps) <= 2 * Math.min(...gaps) && Math.ceil(all.length / 2) <= most) {
    return all.filter((_, i) => i % 2 === 0);
  }
  const kept = [...all];
  while (kept.length > most) {
    let [at, least] = [1, Infinity];
    for (let i = 1; i < kept.length - 1; i++) {
      const span = (kept[i + 1]?.step ?? 0) - (kept[i - 1]?.step ?? 0);
      if (span < least) [at, least] = [i, span];
    }
    kept.splice(at, 1);
  }
  return kept;
}

/** Numbers in bulk are typed arrays; the rest is counted roughly. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 32;
  for (const each of Object.values(value)) bytes += bytesOf(each);
  return bytes;
}
