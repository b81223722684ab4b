// Finds a Chromium the end-to-end tests can drive, and gets one where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.NETLOOM_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export function findBrowser() {
  return CANDIDATES.find((path) => path && existsSync(path)) ?? null;
}

const LOADER = 'libvulkan.so.1';
const LIBRARIES = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
];
/** Of the software GPU driver; a Chromium that was there before may have come without it. */
const hasLoader = () => LIBRARIES.some((folder) => existsSync(`${folder}/${LOADER}`));

const run = (command, args) =>
  spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status === 0;

/**
 * Debian's chromium also brings SwiftShader, the software GPU driver of the GPU tests; libvulkan1 is
 * its loader. Elsewhere Playwright's own download is tried. Returns the browser's path or null.
 */
export function ensureBrowser(say) {
  const found = findBrowser();
  const hasApt = existsSync('/usr/bin/apt-get');
  if (found && (!hasApt || hasLoader())) return found;
  if (hasApt) {
    const elevate = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    say('installing with apt-get what the tests use: Chromium, and the loader of its software GPU');
    const apt = (...args) => {
      const [command, ...rest] = [...elevate, 'apt-get', '-qq', ...args];
      return run(command, rest);
    };
    apt('update');
    const missing = [...(found ? [] : ['chromium']), 'libvulkan1'];
    if (apt('install', '-y', '--no-install-recommends', ...missing)) return findBrowser();
    if (found) return found;
  }
  say('fetching a browser with Playwright');
  run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  return findBrowser();
}
