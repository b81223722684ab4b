/**
 * The end of the services as callers see it. From its beginning on a call is refused in words and with a code,
 * unless it only puts away what a person has made: its service has nothing to close. Calls that came before are
 * waited for, for a while: one may wait for a person.
 */
import { type InputError, inputError } from '#engine/ir/index.ts';

/** Also of a question that is being answered, and of whoever asks a database that is closed. */
export const closingError = (): InputError => inputError('app.closing', 'Netloom is closing.');

const LONGEST_WAIT_MS = 2_000;

/** Files of projects, their drafts, the settings. */
const putsAway = (method: string): boolean =>
  method.startsWith('projects.') || method.startsWith('settings.');

export class Closing {
  #begun = false;
  readonly #calls = new Set<Promise<void>>();

  begin(): void {
    this.#begun = true;
  }

  /** Throws the refusal of a call that comes too late. */
  admit(method: string): void {
    if (this.#begun && !putsAway(method)) throw closingError();
  }

  /** Of a call that has been begun; it never fails. */
  follow(answered: Promise<void>): void {
    this.#calls.add(answered);
    void answered.finally(() => this.#calls.delete(answered));
  }

  /** Resolves once what was begun is answered, or has taken too long. */
  async answered(): Promise<void> {
    if (this.#calls.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise((resolve) => (timer = setTimeout(resolve, LONGEST_WAIT_MS)));
    await Promise.race([Promise.all(this.#calls), tooLong]);
    clearTimeout(timer);
  }
}
