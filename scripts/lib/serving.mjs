// @ts-check
// The local server with a browser window, as `npm start` runs it: it ends with this process, and some
// time after its last page has closed.
import { spawn } from 'node:child_process';

/**
 * @typedef {object} ServeOptions
 * @property {string} node
 * @property {string} cli The built command line.
 * @property {readonly string[]} args Further ones, of the user.
 * @property {NodeJS.ProcessEnv} env
 * @property {(child: import('node:child_process').ChildProcess) => void} [hold] Ends it with us.
 */

/**
 * Serves until the server ends; the result is its exit code.
 * @param {ServeOptions} options
 * @returns {Promise<number>}
 */
export function serveToBrowser({ node, cli, args, env, hold }) {
  const idle = env.NETLOOM_IDLE_SECONDS ?? '60';
  const own = ['--until-input-ends', '--idle-seconds', idle];
  if (!env.NETLOOM_NO_BROWSER) own.push('--open');
  // Its input is a pipe that we hold: it closes when we end, in whatever way.
  const child = spawn(node, [cli, 'serve', ...own, ...args], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env,
  });
  hold?.(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
  });
}
