/** Expecting an InputError: its first problem, to look at code and place. */
import { InputError, type Problem } from '#engine/ir/problem.ts';

/** Fails when the action succeeds or throws anything else. */
export async function problemOf(action: () => unknown): Promise<Problem> {
  try {
    await action();
  } catch (error) {
    if (error instanceof InputError && error.problems[0]) return error.problems[0];
    throw error;
  }
  throw new Error('nothing was wrong');
}
