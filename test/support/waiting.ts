/**
 * The one place of the tests where time passes: a test waits for what happens, and a deadline is there only to end in
 * words what would otherwise hang. The lint rule `netloom/fixed-wait` refuses timers elsewhere.
 */

/** Long enough for any machine: what is not there by then does not come. */
const DEADLINE_MS = 60_000;
const LOOK_MS = 10;

/** What `look` gives, once that is neither null, undefined nor false. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) {
      return seen as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The promise, or an error that says what did not come. */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whatever is ready to run by now has run, and what that made ready, so many times. */
export async function turns(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve));
}
