/**
 * The calls of one client, a few at a time and one after the other: whoever sends thousands waits for their
 * own, and between any two of them others have their turn. Knows nothing of what a call is.
 */

export interface TurnOptions {
  /** Calls that may be in progress at once. */
  readonly maxRunning: number;
  /** Calls that may wait before the client is asked to hold back. */
  readonly maxWaiting: number;
  /** Runs something after others had their turn; `ms` from now where there is nothing to do before. */
  readonly later: (run: () => void, ms: number) => void;
}

/** How a client is held back. */
export interface Valve {
  pause?(): void;
  resume?(): void;
  /** Whether more answers lie here than the client has taken. */
  isCongested?(): boolean;
}

const CONGESTED_MS = 20;

/** Answers the way to hand in a call. */
export function createTurns(
  { maxRunning, maxWaiting, later }: TurnOptions,
  valve: Valve,
): (call: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;
  let scheduled = false;
  let paused = false;
  const schedule = (ms = 0): void => {
    if (scheduled || waiting.length === 0 || running >= maxRunning) return;
    scheduled = true;
    later(next, ms);
  };
  const next = (): void => {
    scheduled = false;
    if (valve.isCongested?.() === true) return schedule(CONGESTED_MS);
    const call = waiting.shift();
    if (!call) return;
    running += 1;
    void call().finally(() => {
      running -= 1;
      schedule();
    });
    if (paused && waiting.length <= maxWaiting / 2) {
      paused = false;
      valve.resume?.();
    }
    schedule();
  };
  return (call) => {
    waiting.push(call);
    if (!paused && waiting.length > maxWaiting) {
      paused = true;
      valve.pause?.();
    }
    schedule();
  };
}
