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
  if (found) return found;
  if (existsSync('/usr/bin/apt-get')) {
    const elevate = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    say('installing chromium and libvulkan1 with apt-get (browser and software GPU for the tests)');
    const apt = (...args) => {
      const [command, ...rest] = [...elevate, 'apt-get', '-qq', ...args];
      return run(command, rest);
    };
    apt('update');
    if (apt('install', '-y', '--no-install-recommends', 'chromium', 'libvulkan1')) {
      return findBrowser();
    }
  }
  say('fetching a browser with Playwright');
  run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  return findBrowser();
}
