/** Opens an address for the user: as a window of its own where a Chromium is found, else as they browse. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Those that know `--app`. */
const LINUX = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
];
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const WINDOWS = [
  ['ProgramFiles', 'Google', 'Chrome', 'Application', 'chrome.exe'],
  ['ProgramFiles(x86)', 'Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ['ProgramFiles', 'Microsoft', 'Edge', 'Application', 'msedge.exe'],
] as const;

/** The command that opens `url` here. */
export function browserCommand(url: string): readonly [command: string, ...args: string[]] {
  const chosen = process.env['NETLOOM_CHROMIUM'];
  const browser = [...(chosen === undefined ? [] : [chosen]), ...candidates()].find(existsSync);
  if (browser !== undefined) return [browser, `--app=${url}`];
  if (process.platform === 'darwin') return ['open', url];
  // `explorer` and `start` take some addresses apart.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

/** Resolves to whether something was started that should show it. */
export function openBrowser(url: string): Promise<boolean> {
  const [command, ...args] = browserCommand(url);
  return new Promise((resolve) => {
    const child: ChildProcess = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}

function candidates(): readonly string[] {
  if (process.platform === 'darwin') return MAC;
  if (process.platform !== 'win32') return LINUX;
  return WINDOWS.map(([folder, ...rest]) => join(process.env[folder] ?? 'C:\\', ...rest));
}
