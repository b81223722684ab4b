// `npm run -s netloom -- ARGS`: builds where needed, then runs the command line with the project's Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled, projectEnv, projectNode, ROOT } from './lib/project.mjs';

const say = (message) => console.error(`[netloom] ${message}`);
ensureInstalled(say);
ensureBuilt(say);
const child = spawn(
  projectNode(),
  [join(ROOT, 'out', 'main', 'cli.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: projectEnv({ NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }),
  },
);
// Ctrl+C reaches the child too; it decides when to end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 3)));
