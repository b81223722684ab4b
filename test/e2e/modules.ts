/** Modules that lean on the registries, from specs that Vite does not load. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs the default export of a file of test/support in a process of its own; what it wrote. */
export function runModule(name: string, ...given: readonly string[]): string {
  const support = join(import.meta.dirname, '..', 'support');
  const command = [join(support, 'runModule.mjs'), join(support, name), ...given];
  // Netloom's own Node: the one that runs the tests may be older.
  const node = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'node');
  return execFileSync(node, command, { encoding: 'utf8' });
}
