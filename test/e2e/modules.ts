/** Modules that lean on the registries, from specs that Vite does not load. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');
const SUPPORT = join(ROOT, 'test', 'support');
// Netloom's own Node: the one that runs the tests may be older.
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
// As deep as test/support is: what is found from there is found from here.
const BUNDLED = join(ROOT, 'node_modules', '.e2e-modules');

const MODULES = ['panelTabs', 'recordLongRun', 'recordManyRuns', 'recordSweep'] as const;

/** Before all tests: Vite takes longer to load one of them than it takes to bundle all. */
export default function bundleModules(): void {
  const files = MODULES.map((name) => join(SUPPORT, `${name}.ts`));
  execFileSync(NODE, [join(SUPPORT, 'bundleModules.mjs'), BUNDLED, ...files], { stdio: 'inherit' });
}

/** Runs the default export of one of them in a process of its own; what it wrote. */
export function runModule(name: (typeof MODULES)[number], ...given: readonly string[]): string {
  const command = [join(SUPPORT, 'runBundled.mjs'), join(BUNDLED, `${name}.js`), ...given];
  return execFileSync(NODE, command, { encoding: 'utf8' });
}
