// @ts-check
// Whether the app opens in Electron, and opening it there. The app says when its window is shown; until
// it has, whatever happens to it is a reason to serve to a browser instead. The sandbox is never
// switched off: where Electron cannot have it, Electron is not what opens.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Beside the file named here the app waits for nothing: it makes the file once its window is shown. */
export const SHOWN_FILE = 'NETLOOM_SHOWN_FILE';
const LOOK_MS = 50;
/** Between asking it to end and ending it. */
const GRACE_MS = 2_000;
const MAX_LINE = 200;

/**
 * @typedef {object} Host
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {number | undefined} uid
 */

/**
 * Why a window is not even tried on this machine; null where it is.
 * @param {Host} host
 * @returns {string | null}
 */
export function whyNoWindow({ platform, env, uid }) {
  if (env.NETLOOM_NO_ELECTRON) return 'NETLOOM_NO_ELECTRON is set';
  if (uid === 0) return 'Electron does not run as root without giving up its sandbox';
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  return null;
}

/** What Chromium puts before each line: `[123:0921/101500.123456:FATAL:file.cc(12)] `. */
const LOG_PREFIX = /^\[\d+:[^\]]*\]\s*/;
const DEADLY = /:FATAL:|error while loading shared libraries|cannot open display|Missing X server/i;

/**
 * The line of an error output that says why, or an empty one.
 * @param {string} stderr
 */
export function tellingLine(stderr) {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((each) => DEADLY.test(each)) ?? lines.find((each) => each !== '') ?? '';
  const plain = line.replace(LOG_PREFIX, '');
  return plain.length > MAX_LINE ? `${plain.slice(0, MAX_LINE - 1)}…` : plain;
}

/**
 * @typedef {object} WindowOptions
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {number} patienceMs How long the app may be silent before it has shown its window.
 * @property {(child: import('node:child_process').ChildProcess) => void} [hold] Ends it with us.
 *
 * @typedef {{ readonly shown: true, readonly exit: Promise<number> }} Shown
 * @typedef {{ readonly shown: false, readonly why: string }} NotShown
 */

/**
 * Starts the app and waits for its word.
 * @param {WindowOptions} options
 * @returns {Promise<Shown | NotShown>}
 */
export async function openWindow({ command, args, env, patienceMs, hold }) {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-start-'));
  const word = join(folder, 'shown');
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...env, [SHOWN_FILE]: word },
  });
  hold?.(child);
  let stderr = '';
  /** @param {Buffer} chunk */
  const collect = (chunk) => void (stderr += chunk.toString());
  child.stderr.on('data', collect);

  /** Not `close`: what it started may hold its error output open. @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  /** @type {NodeJS.Timeout | undefined} */
  let looking;
  const shown = new Promise((resolve) => {
    looking = setInterval(() => existsSync(word) && resolve('shown'), LOOK_MS);
  });
  /** @type {NodeJS.Timeout | undefined} */
  let waiting;
  const silent = new Promise((resolve) => {
    waiting = setTimeout(() => resolve('silent'), patienceMs);
  });
  const outcome = await Promise.race([shown, silent, ended.then((how) => ({ how }))]);
  clearInterval(looking);
  clearTimeout(waiting);
  // It may have shown its window and ended between two looks, as a second start does.
  const wasShown = outcome === 'shown' || existsSync(word);
  rmSync(folder, { recursive: true, force: true });

  if (wasShown) {
    child.stderr.off('data', collect);
    process.stderr.write(stderr);
    child.stderr.pipe(process.stderr, { end: false });
    return { shown: true, exit: ended.then(() => child.exitCode ?? 1) };
  }
  if (outcome === 'silent') await end(child, ended);
  // The last of what it wrote may come after the word of its end.
  else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  child.stderr.destroy();
  const line = tellingLine(stderr);
  const how =
    typeof outcome === 'object' && outcome !== null
      ? `ended (${outcome.how}) before its window was shown`
      : `showed no window within ${patienceMs / 1000} s`;
  return { shown: false, why: `Electron ${how}${line === '' ? '' : `: ${line}`}` };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<unknown>} ended
 */
async function end(child, ended) {
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(patience);
}
