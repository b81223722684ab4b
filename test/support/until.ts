/** Waits for what comes about. The deadline guards against hanging; how long it may take is no rule of a test. */
import { vi } from 'vitest';

const DEADLINE_MS = 200_000;
/** A look is cheap: a call in this process, a line of a file. */
const LOOK_MS = 20;

/** As long as it throws, it has yet to come about. */
export const eventually = (holds: () => void): Promise<void> =>
  vi.waitFor(holds, { timeout: DEADLINE_MS, interval: LOOK_MS });

/** `told`: what else is worth knowing where it does not come about. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  told: () => string = () => '',
): Promise<void> {
  try {
    await vi.waitUntil(holds, { timeout: DEADLINE_MS, interval: LOOK_MS });
  } catch (error) {
    throw new Error(`it did not come to that\n${told()}`, { cause: error });
  }
}
