/** What is opened to be read: once for many reads that follow each other, and let go of when none has come for a while. */

/** Long enough for one read after the other, short enough for whoever wants to remove the file. */
const IDLE_MS = 200;

export class HeldWhileRead<T extends { close(): Promise<void> }> {
  readonly #open: () => Promise<T>;
  readonly #idleMs: number;
  #held: Promise<T> | null = null;
  #readers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(open: () => Promise<T>, idleMs = IDLE_MS) {
    this.#open = open;
    this.#idleMs = idleMs;
  }

  async use<R>(read: (opened: T) => Promise<R>): Promise<R> {
    clearTimeout(this.#timer);
    this.#readers += 1;
    try {
      return await read(await this.#opened());
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) {
        // Nobody waits for it, and whoever reads next opens it anew.
        this.#timer = setTimeout(() => void this.letGo().catch(() => undefined), this.#idleMs);
        this.#timer.unref();
      }
    }
  }

  /** Closes it, unless it is being read: then it is closed a while after. */
  async letGo(): Promise<void> {
    if (this.#readers > 0) return;
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = null;
    await (await held)?.close();
  }

  async #opened(): Promise<T> {
    const held = (this.#held ??= this.#open());
    try {
      return await held;
    } catch (error) {
      if (this.#held === held) this.#held = null;
      throw error;
    }
  }
}
