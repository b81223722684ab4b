/** What watching costs, measured over the last seconds: snapshots a second, share of the time, what limits them. */
import type { WatchReport } from '../protocol/watching.ts';
import type { Denial } from './watchBudget.ts';

const WINDOW_MS = 3_000;

interface Shown {
  readonly at: number;
  readonly costMs: number;
  readonly isSnapshot: boolean;
}

export class WatchMeter {
  #shown: Shown[] = [];
  #since: number | null = null;
  #limit: WatchReport['limit'] = 'steps';

  /** Something was shown; `heldBack` where it was a snapshot: by what. */
  count(now: number, costMs: number, heldBack?: Denial): void {
    this.#since ??= now - costMs;
    this.#shown.push({ at: now, costMs, isSnapshot: heldBack !== undefined });
    if (heldBack !== undefined) this.#limit = heldBack ?? 'steps';
  }

  /** Null before anything was shown. */
  report(now: number): WatchReport | null {
    if (this.#since === null) return null;
    this.#shown = this.#shown.filter(({ at }) => now - at < WINDOW_MS);
    const windowMs = Math.max(1, Math.min(WINDOW_MS, now - this.#since));
    const spentMs = this.#shown.reduce((sum, { costMs }) => sum + costMs, 0);
    const snapshots = this.#shown.filter(({ isSnapshot }) => isSnapshot).length;
    return {
      snapshotsPerSecond: (snapshots / windowMs) * 1000,
      share: Math.min(1, spentMs / windowMs),
      limit: this.#limit,
    };
  }
}
