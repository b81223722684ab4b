/**
 * What was thrown, as text or as an error: anything can be thrown, and whoever catches it wants to tell it.
 * Not which fault of the system it is (systemError.ts), not what crosses between processes (protocol/rpc.ts).
 */
import { InputError } from './problem.ts';

export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The first problem's sentence alone, where there are problems: codes and explanations are for other places. */
export function errorSentence(error: unknown): string {
  const [problem] = error instanceof InputError ? error.problems : [];
  return problem?.message ?? errorMessage(error);
}

/** What Node and the system call it, `ENOENT`; empty where it has no such name. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** With the place in the code, for a mistake of ours. */
export const errorStack = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

export const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
