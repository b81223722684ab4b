/**
 * A Python with some packages, for what asks one. Neither product nor tests need it: what needs it runs where
 * NETLOOM_TEST_PYTHON is set and is skipped elsewhere, on every machine alike. PYTHON names an interpreter.
 */
import { spawnSync } from 'node:child_process';
import { test } from 'vitest';

const CANDIDATES = [process.env['PYTHON'], 'python3', '/usr/bin/python3'];

/** Why a test is skipped; empty where Python is asked. */
export const withoutPython = process.env['NETLOOM_TEST_PYTHON']
  ? ''
  : 'NETLOOM_TEST_PYTHON is not set: Python is not asked';

/** Null where none has all of them. */
export function findPython(
  packages: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string | null {
  const env = { ...process.env, ...variables };
  const found = CANDIDATES.find(
    (each) =>
      each !== undefined &&
      spawnSync(each, ['-c', `import ${packages.join(', ')}`], { env }).status === 0,
  );
  return found ?? null;
}

const known = new Map<string, string>();

/** Null where Python is not asked. Throws where it is and none has all of them: what runs is not up to the machine. */
export function pythonWith(
  packages: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string | null {
  if (withoutPython !== '') return null;
  const key = packages.join(', ');
  const found = known.get(key) ?? findPython(packages, variables);
  if (found === null) throw new Error(`no Python has ${key}: PYTHON names the interpreter to ask`);
  known.set(key, found);
  return found;
}

/** A test that says why others of its file are skipped, where they are. */
export function sayWithoutPython(): void {
  test.runIf(withoutPython !== '')(withoutPython, (context) => {
    context.skip(withoutPython);
  });
}
