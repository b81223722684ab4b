// `npm start`: installs and builds where needed, then opens the app: Electron where its runtime is there
// or can be fetched, otherwise the local server with a browser window. Says which and why.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { findBrowser } from './lib/browser.mjs';
import { ensureInstalled, projectEnv, ROOT } from './lib/project.mjs';

const say = (message) => console.log(`[netloom] ${message}`);
const CACHE = join(ROOT, 'node_modules', '.cache');
const REFUSED = join(CACHE, 'electron-not-fetched');
const DAY_MS = 86_400_000;
const FETCH_PROBE_MS = 1_500;

const electronFolder = join(ROOT, 'node_modules', 'electron');
function electronBinary() {
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** Electron's package fetches its runtime from outside the npm registry; offline must not delay us. */
async function fetchElectron() {
  const refusedLately = existsSync(REFUSED) && Date.now() - statSync(REFUSED).mtimeMs < DAY_MS;
  if (refusedLately || process.env.NETLOOM_NO_ELECTRON) return null;
  const reachable = await fetch('https://github.com/electron/electron/releases', {
    method: 'HEAD',
    signal: AbortSignal.timeout(FETCH_PROBE_MS),
  }).then(
    (response) => response.ok,
    () => false,
  );
  if (reachable) {
    say('fetching the Electron runtime (about 100 MB, once)');
    spawnSync(process.execPath, [join(electronFolder, 'install.js')], { stdio: 'inherit' });
  }
  const binary = electronBinary();
  if (!binary) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(REFUSED, '');
  }
  return binary;
}

function openBrowser(url) {
  if (process.env.NETLOOM_NO_BROWSER) return;
  const browser = findBrowser();
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  const [command, args] = browser ? [browser, [`--app=${url}`]] : [opener, [url]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => say('no browser could be started; open the address above yourself'));
  child.unref();
}

ensureInstalled(say);
ensureBuilt(say);
const electron = electronBinary() ?? (await fetchElectron());
if (electron) {
  say('opening in Electron');
  const child = spawn(electron, [ROOT], { stdio: 'inherit', env: projectEnv() });
  child.on('exit', (code) => process.exit(code ?? 0));
} else {
  say("Electron's runtime is not here and cannot be fetched: serving to a browser on this machine");
  const node = join(
    ROOT,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const child = spawn(
    node,
    [join(ROOT, 'out', 'main', 'cli.js'), 'serve', '--json', ...process.argv.slice(2)],
    {
      stdio: ['inherit', 'pipe', 'inherit'],
      env: projectEnv({ NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }),
    },
  );
  child.stdout.setEncoding('utf8').once('data', (line) => {
    const { url } = JSON.parse(line);
    say(`Netloom is at ${url}`);
    openBrowser(url);
  });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 0));
}
