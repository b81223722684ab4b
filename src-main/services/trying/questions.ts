/**
 * Questions that are being answered. A host that closes waits for them before it closes what they read from; what
 * they were about to do is refused, so that it takes no time, and whoever asked is told why.
 */
import { closingError } from '../closing.ts';

export class Questions {
  readonly #open = new Set<Promise<void>>();
  #isClosed = false;

  /** Throws once it is closed. */
  check(): void {
    if (this.#isClosed) throw closingError();
  }

  ask<T>(work: () => T | Promise<T>): Promise<T> {
    const answer = this.#answer(work);
    const settled: Promise<void> = answer.then(
      () => void this.#open.delete(settled),
      () => void this.#open.delete(settled),
    );
    this.#open.add(settled);
    return answer;
  }

  async #answer<T>(work: () => T | Promise<T>): Promise<T> {
    this.check();
    try {
      return await work();
    } catch (thrown) {
      // What went wrong then is that something was taken away, which is no fault.
      throw this.#isClosed ? closingError() : thrown;
    }
  }

  /** From here on none is answered; who needs what they use waits for `settled`. */
  close(): void {
    this.#isClosed = true;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }
}
