/**
 * A hand on the camera comes first: while the canvas pans or zooms, what a run tells is held back and handed
 * on in its order every other second and when the hand rests. Everything that shows the run waits together,
 * so that all of it stays at one step.
 */

/** So long without a move, and the hand rests. */
const REST_MS = 140;
/** What is held is handed on at least so often: that is half a dozen long frames, one in sixty was too many. */
const HELD_MS = 2_000;

export interface MotionClock {
  readonly now: () => number;
  readonly later: (run: () => void, ms: number) => void;
}

const REAL_TIME: MotionClock = {
  now: () => performance.now(),
  later: (run, ms) => void setTimeout(run, ms),
};

export class Motion {
  readonly #clock: MotionClock;
  readonly #listeners = new Set<(moving: boolean) => void>();
  readonly #held: (() => void)[] = [];
  #movedAt: number | null = null;
  #heldSince = 0;

  constructor(clock: MotionClock = REAL_TIME) {
    this.#clock = clock;
  }

  get isMoving(): boolean {
    return this.#movedAt !== null;
  }

  /** The camera has moved; or sets off by itself and travels for so long, which is a movement from its first moment. */
  moved(travelMs = 0): void {
    const began = !this.isMoving;
    const now = this.#clock.now();
    this.#movedAt = Math.max(this.#movedAt ?? now, now + travelMs);
    if (!began) return;
    this.#heldSince = now;
    this.#wait();
    for (const listener of this.#listeners) listener(true);
  }

  /** At once, or in its turn where the camera moves. */
  hold(event: () => void): void {
    if (this.isMoving) this.#held.push(event);
    else event();
  }

  /** Told when a movement begins and when it has ended. */
  subscribe(listener: (moving: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One timer, not one for each of the sixty moves a second. */
  #wait(): void {
    this.#clock.later(() => this.#look(), REST_MS);
  }

  #look(): void {
    const now = this.#clock.now();
    const rests = this.#movedAt === null || now - this.#movedAt >= REST_MS;
    if (rests) {
      this.#movedAt = null;
      for (const listener of this.#listeners) listener(false);
    } else this.#wait();
    if (rests || now - this.#heldSince >= HELD_MS) {
      this.#heldSince = now;
      for (const event of this.#held.splice(0)) event();
    }
  }
}

/** Of the camera of this window's canvas. */
export const motion = new Motion();

/** Of whatever a hand moves there, cards included: what it holds back goes on being shown. */
export const hand = new Motion();
