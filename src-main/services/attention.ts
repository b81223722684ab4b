/**
 * Who looks at what is trained: which windows are visible, how much a person wants to see and how fast, and
 * whether a hand moves a canvas. The engine is told what comes of it; of its time it gives almost nothing to a
 * picture that nobody sees, and half of it to a hand.
 */
import { HAND_RESTS_MS, type Attention, type Watching } from '#engine/protocol/index.ts';

export interface AttentionOptions {
  /** To the engine, where a run is being trained. */
  readonly tell: (attention: Attention) => void;
  /** To every window. */
  readonly onChanged: (watching: Watching) => void;
  /** Returns the way to call it off; the clock's, unless a test has its own. */
  readonly later?: (run: () => void, ms: number) => () => void;
}

const onTheClock = (run: () => void, ms: number): (() => void) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/** A window, as long as it is there. */
export type Viewer = object;

export class AttentionService {
  readonly #options: AttentionOptions;
  readonly #viewers = new Map<Viewer, boolean>();
  /** Windows whose canvas moves, each with the way to call off its timeout. */
  readonly #hands = new Map<Viewer, () => void>();
  #watching: Watching = { level: 'full', pace: 'full' };

  constructor(options: AttentionOptions) {
    this.#options = options;
  }

  get watching(): Watching {
    return this.#watching;
  }

  /** Without a window there is nobody to follow a slow pace either. */
  get attention(): Attention {
    const { level, pace } = this.#watching;
    if (this.#viewers.size === 0) return { level: 'hidden', pace: 'full', handMoves: false };
    const isSeen = [...this.#viewers.values()].includes(true);
    const handMoves = this.#hands.size > 0;
    return { level: isSeen || level === 'off' ? level : 'hidden', pace, handMoves };
  }

  choose(change: Partial<Watching>): Watching {
    this.#change(() => (this.#watching = { ...this.#watching, ...change }));
    this.#options.onChanged(this.#watching);
    return this.#watching;
  }

  /** A window has come, or says whether it is visible. */
  looks(viewer: Viewer, isVisible: boolean): void {
    this.#change(() => this.#viewers.set(viewer, isVisible));
  }

  /** The canvas of a window moves, or rests again. A window that dies in between is not waited for. */
  handMoves(viewer: Viewer, moves: boolean): void {
    this.#change(() => {
      this.#letGo(viewer);
      if (!moves) return;
      const { later = onTheClock } = this.#options;
      const rest = (): void => this.#change(() => this.#hands.delete(viewer));
      this.#hands.set(viewer, later(rest, HAND_RESTS_MS));
    });
  }

  left(viewer: Viewer): void {
    this.#change(() => {
      this.#letGo(viewer);
      this.#viewers.delete(viewer);
    });
  }

  #letGo(viewer: Viewer): void {
    this.#hands.get(viewer)?.();
    this.#hands.delete(viewer);
  }

  #change(how: () => void): void {
    const before = this.attention;
    how();
    const now = this.attention;
    const keys = ['level', 'pace', 'handMoves'] as const;
    if (keys.some((key) => now[key] !== before[key])) this.#options.tell(now);
  }
}
