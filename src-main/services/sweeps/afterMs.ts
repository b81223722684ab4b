/** A timer of any length: those of the platform hold 24 days. */

const LONGEST_MS = 2 ** 31 - 1;

/** Once after so long; call the answer where it is wanted no longer. */
export function afterMs(ms: number, then: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const nowMs = Math.min(leftMs, LONGEST_MS);
    timer = setTimeout(() => (leftMs > nowMs ? wait(leftMs - nowMs) : then()), nowMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
