// @ts-check
// What `npm start` runs ends with it: a signal to this process is passed on, and when the npm that
// started it is gone, however that ended, so is the rest. A child that this process cannot tell any more
// (it was killed) ends by itself when the pipe to it closes.
import { spawnSync } from 'node:child_process';

const LOOK_MS = 500;
/** A Ctrl+C reaches the whole group; whoever got it has this long before it is asked again. */
const OWN_ACCORD_MS = 1_000;
/** The last checkpoint of a run in training fits in here. */
const PATIENCE_MS = 10_000;

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * @param {number} pid
 * @returns {{ readonly parent: number, readonly command: string } | null}
 */
function lookUp(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const match = /^\s*(\d+)\s+(.*)$/.exec(stdout?.trim() ?? '');
  return match ? { parent: Number(match[1]), command: match[2] ?? '' } : null;
}

/**
 * The processes whose end is ours: npm, and the shell between where npm left one.
 * @returns {readonly number[]}
 */
export function startersOf(env = process.env, parent = process.ppid) {
  // Started by hand, it is the user's to end.
  if (env.npm_lifecycle_event === undefined || parent <= 1) return [];
  if (process.platform === 'win32') return [parent];
  const shell = lookUp(parent);
  return shell && /^\S*sh\s+-c\s/.test(shell.command) && shell.parent > 1
    ? [parent, shell.parent]
    : [parent];
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one all the same.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

export class Lifetime {
  /** @type {ChildProcess | null} */
  #child = null;
  #ending = false;

  constructor(starters = startersOf()) {
    const parent = process.ppid;
    if (starters.length > 0) {
      setInterval(() => {
        // An orphan gets a new parent; the number of the old one may be somebody else's by now.
        if (process.ppid !== parent || !starters.every(isAlive)) this.#end();
      }, LOOK_MS).unref();
    }
    process.on('SIGINT', () => setTimeout(() => this.#end(), OWN_ACCORD_MS));
    process.on('SIGTERM', () => this.#end());
    process.on('SIGHUP', () => this.#end());
    // The terminal is gone: what is left to say has no reader.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  /** This child ends with us. @param {ChildProcess} child */
  hold = (child) => {
    this.#child = child;
    if (this.#ending) child.kill('SIGTERM');
    child.once('exit', () => {
      if (this.#child === child) this.#child = null;
      if (this.#ending) process.exit(child.exitCode ?? 1);
    });
  };

  #end() {
    if (this.#ending) return;
    this.#ending = true;
    const child = this.#child;
    if (!child) process.exit(1);
    child.kill('SIGTERM');
    setTimeout(() => {
      child.kill('SIGKILL');
      process.exit(1);
    }, PATIENCE_MS).unref();
  }
}
