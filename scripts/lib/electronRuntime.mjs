// @ts-check
// Electron's runtime, which its npm package fetches from outside the registry: whether it is here and
// whole, and fetching it. A fetch that was cut or damaged is thrown away and made again. Opens nothing.
import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const DAY_MS = 86_400_000;
const PROBE_MS = 1_500;
/** About 100 MB over 1 Mbit/s. A line that delivers nothing must not hold the start up for ever. */
const FETCH_MS = 15 * 60_000;
/** Beside the runtime: how many files and bytes a completed fetch left. */
const SEAL = 'netloom-fetched.txt';

/**
 * @typedef {object} RuntimePlace
 * @property {string} folder Electron's npm package.
 * @property {NodeJS.Platform} [platform]
 */

/** @param {NodeJS.Platform} platform */
function binaryIn(platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** @param {string} path */
const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : '');

/** @param {string} folder */
function contentsOf(folder) {
  let [files, bytes] = [0, 0];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files += 1;
    bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return `${files} files, ${bytes} bytes`;
}

/**
 * The program of a whole runtime of the package's version for this platform, or null.
 * @param {RuntimePlace} place
 * @returns {string | null}
 */
export function findRuntime({ folder, platform = process.platform }) {
  const dist = join(folder, 'dist');
  const binary = join(dist, binaryIn(platform));
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (textOf(join(dist, 'version')).replace(/^v/, '') !== version) return null;
    // Written last: without it unpacking was cut.
    if (textOf(join(folder, 'path.txt')) !== binaryIn(platform)) return null;
    if (!statSync(binary).isFile() || statSync(binary).size === 0) return null;
    accessSync(binary, constants.X_OK);
    // Who else fetched it has left no seal.
    const seal = textOf(join(folder, SEAL));
    return seal === '' || seal === contentsOf(dist) ? binary : null;
  } catch {
    return null;
  }
}

/** Nothing of what an earlier fetch left may be taken for a part of the next. @param {string} folder */
function removeRuntime(folder) {
  for (const name of ['path.txt', SEAL, 'dist']) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Whether the place that Electron is fetched from answers at once: offline must not delay the start. */
async function isReachable() {
  return fetch('https://github.com/electron/electron/releases', {
    method: 'HEAD',
    signal: AbortSignal.timeout(PROBE_MS),
  }).then(
    (response) => response.ok,
    () => false,
  );
}

/**
 * @typedef {object} Obtain
 * @property {string} folder Electron's npm package.
 * @property {string} node The Node to fetch with: the package wants a newer one than we start with.
 * @property {string} refusedMark A file whose age says when fetching last failed.
 * @property {(line: string) => void} say
 * @property {(child: import('node:child_process').ChildProcess) => void} [hold] Ends it with us.
 * @property {() => Promise<boolean>} [reachable]
 * @property {NodeJS.Platform} [platform]
 */

/**
 * The runtime's program, fetched where it is not here whole; null where it cannot be had.
 * @param {Obtain} options
 * @returns {Promise<string | null>}
 */
export async function obtainRuntime(options) {
  const { folder, refusedMark, say, reachable = isReachable } = options;
  const found = findRuntime(options);
  if (found !== null) return found;
  const refusedLately =
    existsSync(refusedMark) && Date.now() - statSync(refusedMark).mtimeMs < DAY_MS;
  if (refusedLately) return null;
  if (existsSync(folder) && (await reachable())) {
    say(
      existsSync(join(folder, 'dist'))
        ? "Electron's runtime is here, but not whole: fetching it again (about 100 MB)"
        : 'fetching the Electron runtime (about 100 MB, once)',
    );
    try {
      removeRuntime(folder);
      await fetchInto(options);
      if (findRuntime(options)) writeFileSync(join(folder, SEAL), contentsOf(join(folder, 'dist')));
    } catch (error) {
      say(`Electron's runtime cannot be kept: ${String(error)}`);
    }
  }
  const binary = findRuntime(options);
  remember(refusedMark, binary === null);
  return binary;
}

/** @param {string} mark @param {boolean} refused */
function remember(mark, refused) {
  try {
    if (!refused) return rmSync(mark, { force: true });
    mkdirSync(dirname(mark), { recursive: true });
    writeFileSync(mark, '');
  } catch {
    // A folder that is not ours to write: asked again at the next start.
  }
}

/** @param {Obtain} options */
async function fetchInto({ folder, node, hold }) {
  const child = spawn(node, [join(folder, 'install.js')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  hold?.(child);
  const patience = setTimeout(() => child.kill('SIGKILL'), FETCH_MS);
  await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  clearTimeout(patience);
}
