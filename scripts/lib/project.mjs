// What the set-up scripts share: where the project is, its own Node, and whether it is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');

/** The environment of every child: the project's Node 24 and tools come first, whatever the machine has. */
export function projectEnv(extra = {}) {
  return { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`, ...extra };
}

/** The Node that the project brings, whatever the machine has. */
export function projectNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(ROOT, 'node_modules', 'node', 'bin', name);
}

const spawnOptions = (options) => ({
  cwd: ROOT,
  env: projectEnv(options.env),
  stdio: options.stdio ?? 'inherit',
  shell: process.platform === 'win32',
});

/** Runs a tool of the project in its root; returns the exit code. */
export function runTool(command, args, options = {}) {
  const result = spawnSync(command, args, spawnOptions(options));
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** As `runTool`, beside others; resolves to the exit code. */
export function startTool(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    spawn(command, args, spawnOptions(options))
      .once('error', reject)
      .once('close', (code) => resolve(code ?? 1));
  });
}

/** As `startTool`, but says nothing; resolves also to all that was printed, in the order it came. */
export function captureTool(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(command, args, {
      ...spawnOptions(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.once('error', reject).once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function modifiedMs(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Installs the packages of the lock file when they are missing or older than it. */
export function ensureInstalled(say) {
  const installed = modifiedMs(join(ROOT, 'node_modules', '.package-lock.json'));
  if (installed > 0 && installed >= modifiedMs(join(ROOT, 'package-lock.json')) - 1000) return;
  say('installing packages (npm ci), about half a minute');
  // The Electron runtime is fetched when first needed, not here; a failed download must not stop us.
  const code = runTool('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) {
    say('npm ci failed; see above');
    process.exit(code);
  }
}
