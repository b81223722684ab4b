/** Composition root 1: the desktop app. Thin: services and page are those of every other host. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, type OpenDialogOptions } from 'electron';
import { physicalCores } from '#engine/platform/node.ts';
import { createElectronStarter } from '../engineProcess/electronStarter.ts';
import { findFolders } from '../folders.ts';
import { watchIdle } from '../server/idle.ts';
import { type AppServices, createServices, type Dialogs } from '../services/index.ts';
import { PROJECT_EXTENSION } from '../services/projects.ts';
import { allowWebGpu, gpuWindowIsOpen, openGpuWindow } from './gpuWindow.ts';
import { buildMenu } from './menu.ts';
import { declarePageScheme, servePage } from './pageProtocol.ts';
import { acceptPages } from './portTransport.ts';
import { showPresence, trainsOn } from './presence.ts';
import { tellShown, whenStarterEnds } from './starter.ts';
import { electronShell } from './shell.ts';
import { createWindow } from './window.ts';

const FILTERS = [{ name: 'Netloom project', extensions: ['json'] }];
/** Pictures carry projects. */
const OPENABLE = [{ name: 'Netloom project', extensions: ['json', 'svg', 'png'] }];
/** Without a window and with nothing to train; as long as a notice is read. */
const LEFT_MS = 60_000;
let window: BrowserWindow | null = null;

/** Sheets of the window where there is one. */
const dialogs: Dialogs = {
  async openProject() {
    const options: OpenDialogOptions = { properties: ['openFile'], filters: OPENABLE };
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options));
    return canceled ? null : (filePaths[0] ?? null);
  },
  async saveProject(suggestedName) {
    const options = { defaultPath: `${suggestedName}${PROJECT_EXTENSION}`, filters: FILTERS };
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options));
    return canceled || filePath === '' ? null : filePath;
  },
};

function open(services: AppServices): void {
  window = createWindow(join(import.meta.dirname, '..', 'preload', 'preload.cjs'));
  acceptPages(window, (transport) => services.attach(transport));
  window.once('show', tellShown);
  window.on('closed', () => {
    window = null;
    // What waits is trained on, in the tray. The hidden window of the GPU would keep the app alive.
    if (process.platform !== 'darwin' && !trainsOn(services)) app.quit();
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  // The same as the command line's: one history of runs, whatever started them.
  const folders = findFolders(import.meta.dirname);
  servePage(folders.rendererFolder);
  const onLog = (line: string): void => void process.stderr.write(`${line}\n`);
  const services = createServices({
    ...folders,
    info: {
      version: app.getVersion(),
      host: 'electron',
      platform: `${process.platform}, ${cpus()[0]?.model ?? process.arch}`,
      cores: physicalCores(),
    },
    starter: createElectronStarter({
      ...{ entry: folders.engineEntry, name: 'Netloom engine', onLog },
      openGpu: () => openGpuWindow(join(import.meta.dirname, '..', 'preload', 'gpuPreload.cjs')),
    }),
    exporterStarter: createElectronStarter({
      ...{ entry: folders.exporterEntry, name: 'Netloom export', onLog },
    }),
    readerStarter: createElectronStarter({
      ...{ entry: folders.readerEntry, name: 'Netloom data', onLog },
    }),
    dialogs,
  });
  const show = (): void => {
    if (!window) open(services);
    if (window?.isMinimized()) window.restore();
    window?.focus();
  };
  const trayIcon = join(folders.examplesFolder, '..', 'icons', 'tray.png');
  const quit = (): void => app.quit();
  showPresence(services, electronShell({ window: () => window, open: show, quit, trayIcon }));
  services.queue.begin({ adopt: true });
  // Once the last of the queue, or of a sweep, is done, nobody is left whom the app would be for.
  const pages = (): number => (window ? 1 : 0);
  const busy = (): boolean => trainsOn(services) || process.platform === 'darwin';
  watchIdle({ pages, busy, idleMs: LEFT_MS, onIdle: quit });
  Menu.setApplicationMenu(buildMenu((command) => services.emit('menu.command', { command })));
  open(services);
  app.on('activate', () => {
    if (!window) open(services);
  });
  app.on('second-instance', show);
  // Whether closing the window ends the app is decided above; without a listener Electron would decide.
  app.on('window-all-closed', () => undefined);
  let closing: Promise<void> | null = null;
  let closed = false;
  /** The end is held up until the run in training has its checkpoint. */
  const hold = (event: { preventDefault(): void }): void => {
    if (closed) return;
    event.preventDefault();
    closing ??= services.close().finally(() => {
      closed = true;
      app.quit();
    });
  };
  // Windows close before `will-quit`: that of the GPU has to outlive the checkpoint.
  app.on('before-quit', (event) => {
    if (gpuWindowIsOpen()) hold(event);
  });
  app.on('will-quit', hold);
}

declarePageScheme();
allowWebGpu();
// A second start only brings the first one's window to the front.
if (app.requestSingleInstanceLock()) {
  whenStarterEnds(() => app.quit());
  void start();
} else {
  tellShown();
  app.quit();
}
