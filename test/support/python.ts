/** A Python with some packages, where there is one; PYTHON names an interpreter. Neither product nor tests need it. */
import { spawnSync } from 'node:child_process';

const CANDIDATES = [process.env['PYTHON'], 'python3', '/usr/bin/python3'];

/** Null where none has all of them. */
export function pythonWith(
  packages: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string | null {
  const env = { ...process.env, ...variables };
  const found = CANDIDATES.find(
    (each) =>
      each !== undefined &&
      spawnSync(each, ['-c', `import ${packages.join(', ')}`], { timeout: 60_000, env }).status ===
        0,
  );
  return found ?? null;
}
