/**
 * Who looks at what is trained: which windows are visible, how much a person wants to see and how fast, and
 * whether a hand moves a canvas. The engine is told what comes of it; of its time it gives almost nothing to a
 * picture that nobody sees, and half of it to a hand.
 */
import { HAND_RESTS_MS, type Attention, type Watching } from '#engine/protocol/index.ts';

export interface AttentionOptions {
  /** To the engines that train; what each is to be told is asked for (`of`). */
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

/** What a window says of itself; `runs`: those that it shows, all where it does not say. */
export interface Look {
  readonly visible: boolean;
  readonly runs?: readonly string[] | undefined;
}

export class AttentionService {
  readonly #options: AttentionOptions;
  readonly #viewers = new Map<Viewer, Look>();
  /** Windows whose canvas moves, each with the way to call off its timeout. */
  readonly #hands = new Map<Viewer, () => void>();
  #watching: Watching = { level: 'full', pace: 'full' };

  constructor(options: AttentionOptions) {
    this.#options = options;
  }

  get watching(): Watching {
    return this.#watching;
  }

  get attention(): Attention {
    return this.of(null);
  }

  /** For this run; null: for one that every window is taken to show. Without a window nobody follows a slow pace. */
  of(runId: string | null): Attention {
    const { level, pace } = this.#watching;
    if (this.#viewers.size === 0) return { level: 'hidden', pace: 'full', handMoves: false };
    const isSeen = [...this.#viewers.values()].some(
      ({ visible, runs }) =>
        visible && (runs === undefined || runId === null || runs.includes(runId)),
    );
    const handMoves = this.#hands.size > 0;
    return { level: isSeen || level === 'off' ? level : 'hidden', pace, handMoves };
  }

  choose(change: Partial<Watching>): Watching {
    this.#change(() => (this.#watching = { ...this.#watching, ...change }));
    this.#options.onChanged(this.#watching);
    return this.#watching;
  }

  /** A window has come, or says whether it is visible and what it shows. */
  looks(viewer: Viewer, look: Look): void {
    const before = this.#viewers.get(viewer)?.runs;
    const shows = (runs: Look['runs']): string => JSON.stringify(runs ?? null);
    this.#change(() => this.#viewers.set(viewer, look), shows(before) !== shows(look.runs));
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

  /** `isTold`: in any case. */
  #change(how: () => void, isTold = false): void {
    const before = this.attention;
    how();
    const now = this.attention;
    const keys = ['level', 'pace', 'handMoves'] as const;
    if (isTold || keys.some((key) => now[key] !== before[key])) this.#options.tell(now);
  }
}
