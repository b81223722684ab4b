/**
 * Who looks at what is trained: which windows are visible, how much a person wants to see and how fast. The
 * engine is told what comes of it; of its time it gives almost nothing to a picture that nobody sees.
 */
import type { Attention, Watching } from '#engine/protocol/index.ts';

export interface AttentionOptions {
  /** To the engine, where a run is being trained. */
  readonly tell: (attention: Attention) => void;
  /** To every window. */
  readonly onChanged: (watching: Watching) => void;
}

/** A window, as long as it is there. */
export type Viewer = object;

export class AttentionService {
  readonly #options: AttentionOptions;
  readonly #viewers = new Map<Viewer, boolean>();
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
    if (this.#viewers.size === 0) return { level: 'hidden', pace: 'full' };
    const isSeen = [...this.#viewers.values()].includes(true);
    return { level: isSeen || level === 'off' ? level : 'hidden', pace };
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

  left(viewer: Viewer): void {
    this.#change(() => this.#viewers.delete(viewer));
  }

  #change(how: () => void): void {
    const before = this.attention;
    how();
    const { level, pace } = this.attention;
    if (level !== before.level || pace !== before.pace) this.#options.tell({ level, pace });
  }
}
