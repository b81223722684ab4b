/**
 * Snapshots of one kind through a run, as many as memory allows: kept evenly, every second one dropped
 * whenever there are too many, the latest always there. What the record on disk has of earlier steps is
 * put in with `insert`; who reads asks for a step and gets what was known then.
 */
export interface SnapshotLimits {
  readonly count: number;
  /** Of the decoded arrays. */
  readonly bytes: number;
}

/** Whatever a network's size, so many can be looked back to. */
const LEAST_KEPT = 8;

export class SnapshotHistory<T extends { readonly step: number }> {
  readonly #limits: SnapshotLimits;
  #kept: readonly T[] = [];
  #latest: T | null = null;
  /** Of so many accepted one is kept. */
  #stride = 1;
  #accepted = 0;

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
    return this.all.findLast((each) => each.step <= step) ?? null;
  }

  /** The next one of the run. A run that went back to a checkpoint repeats steps: they are replaced. */
  accept(snapshot: T): void {
    const before = this.#latest;
    if (before && snapshot.step <= before.step) {
      this.#kept = this.#kept.filter(({ step }) => step < snapshot.step);
    }
    this.#latest = snapshot;
    if (this.#accepted++ % this.#stride !== 0) return;
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

  clear(): void {
    this.#kept = [];
    this.#latest = null;
    this.#stride = 1;
    this.#accepted = 0;
  }

  #thin(): void {
    const [some] = this.#kept;
    const room = Math.floor(this.#limits.bytes / Math.max(1, bytesOf(some)));
    const most = Math.min(this.#limits.count, Math.max(LEAST_KEPT, room));
    while (this.#kept.length > most) {
      this.#kept = this.#kept.filter((_, i) => i % 2 === 0);
      this.#stride *= 2;
    }
  }
}

/** Numbers in bulk are typed arrays; the rest is counted roughly. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 32;
  for (const each of Object.values(value)) bytes += bytesOf(each);
  return bytes;
}
