// `npm start`: installs and builds where needed, then opens the app: in Electron where its runtime is
// there or can be fetched and shows a window, otherwise in a browser, from a server on this machine.
// Says which and why. The parts are in lib/ and tested there.
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { openWindow, whyNoWindow } from './lib/desktop.mjs';
import { obtainRuntime } from './lib/electronRuntime.mjs';
import { setHook } from './lib/git.mjs';
import { Lifetime } from './lib/lifetime.mjs';
import { ensureInstalled, projectEnv, projectNode, ROOT } from './lib/project.mjs';
import { serveToBrowser } from './lib/serving.mjs';

const say = (message) => console.log(`[netloom] ${message}`);
const { env, platform } = process;
const WINDOW_PATIENCE_MS = Number(env.NETLOOM_WINDOW_PATIENCE_MS ?? 20_000);

const NO_HOOK = '--no-hook';

const { hold } = new Lifetime();
if (!process.argv.includes(NO_HOOK)) setHook();
ensureInstalled(say);
ensureBuilt(say);
const node = projectNode();

/** The exit code of the app in Electron, or why it is not there. */
async function openInElectron() {
  const why = whyNoWindow({ platform, env, uid: process.getuid?.() });
  if (why !== null) return why;
  const binary = await obtainRuntime({
    folder: join(ROOT, 'node_modules', 'electron'),
    node,
    refusedMark: join(ROOT, 'node_modules', '.cache', 'electron-not-fetched'),
    say,
    hold,
  });
  if (binary === null) return "Electron's runtime is not here and cannot be fetched";
  const opened = await openWindow({
    command: binary,
    args: [ROOT],
    // Set in some editors' terminals: Electron would be a plain Node.
    env: { ...projectEnv(), ELECTRON_RUN_AS_NODE: undefined },
    patienceMs: WINDOW_PATIENCE_MS,
    hold,
  });
  if (!opened.shown) return opened.why;
  say('open in Electron');
  return opened.exit;
}

const outcome = await openInElectron();
if (typeof outcome === 'number') process.exit(outcome);
say(`serving to a browser on this machine: ${outcome}`);
process.exit(
  await serveToBrowser({
    node,
    cli: join(ROOT, 'out', 'main', 'cli.js'),
    args: process.argv.slice(2).filter((argument) => argument !== NO_HOOK),
    env: projectEnv({ NODE_OPTIONS: '--disable-warning=ExperimentalWarning' }),
    hold,
  }),
);
