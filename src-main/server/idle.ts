/** When a server that was started for its pages has nothing left to do. Knows neither pages nor runs. */

export interface IdleOptions {
  /** How many pages are connected. */
  readonly pages: () => number;
  /** Whether something goes on that needs no page, such as a run in training. */
  readonly busy: () => boolean;
  readonly idleMs: number;
  readonly onIdle: () => void;
}

const LOOK_MS = 1_000;

/**
 * Calls `onIdle` once, after the last page has been gone and nothing has gone on for `idleMs`. Never
 * before a first page was there: who only reads the address may take their time. Answers how to stop.
 */
export function watchIdle({ pages, busy, idleMs, onIdle }: IdleOptions): () => void {
  let usedAt: number | null = null;
  const look = (): void => {
    const now = performance.now();
    if (pages() > 0 || (usedAt !== null && busy())) usedAt = now;
    if (usedAt === null || now - usedAt < idleMs) return;
    clearInterval(timer);
    onIdle();
  };
  const timer = setInterval(look, Math.min(LOOK_MS, idleMs / 4));
  return () => clearInterval(timer);
}
