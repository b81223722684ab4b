/** Tells of changes at once, then no oftener than people read. */

const READ_INTERVAL_MS = 100;
/** About a frame. */
const TURN_MS = 16;

type Subscribe = (changed: () => void) => () => void;

/** When the last of those who take turns was told, or will be. */
let lastTurnMs = -Infinity;

/** The next free turn of the reading interval; beyond it turns are shared. */
function nextTurnMs(fromMs: number): number {
  const next = Math.max(fromMs, lastTurnMs + TURN_MS);
  lastTurnMs = next - fromMs < READ_INTERVAL_MS ? next : fromMs;
  return lastTurnMs;
}

/** `inTurns`: what would be told at the same time is told one a frame, so that no frame has to draw it all. */
export const atReadingPace =
  (subscribe: Subscribe, { inTurns = false } = {}): Subscribe =>
  (changed) => {
    let timer = 0;
    let toldAtMs = -Infinity;
    const tell = (): void => {
      timer = 0;
      toldAtMs = performance.now();
      changed();
    };
    const stop = subscribe(() => {
      if (timer !== 0) return;
      const now = performance.now();
      const dueMs = Math.max(now, toldAtMs + READ_INTERVAL_MS);
      const wait = (inTurns ? nextTurnMs(dueMs) : dueMs) - now;
      if (wait <= 0) tell();
      else timer = window.setTimeout(tell, wait);
    });
    return () => {
      window.clearTimeout(timer);
      stop();
    };
  };
