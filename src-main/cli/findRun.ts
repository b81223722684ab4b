/** Which run is meant: by id, by the first characters of one, or by the name of the latest that has it. */
import { inputError } from '#engine/ir/index.ts';
import type { RunSummary } from '#engine/protocol/index.ts';

const MIN_PREFIX = 6;

/** Runs newest first. */
export function findRun<T extends RunSummary>(runs: readonly T[], target: string): T | undefined {
  const exact = runs.find(({ id, name }) => id === target || name === target);
  if (exact || target.length < MIN_PREFIX) return exact;
  const begun = runs.filter(({ id }) => id.startsWith(target));
  return begun.length === 1 ? begun[0] : undefined;
}

export function namedRun<T extends RunSummary>(runs: readonly T[], target: string): T {
  const run = findRun(runs, target);
  if (run) return run;
  throw inputError(
    'run.unknown',
    `There is no run "${target}". It is named by its id, by at least ${MIN_PREFIX} characters of it that no other begins with, or by its name; netloom runs lists them.`,
  );
}
