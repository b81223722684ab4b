/** The window: sandboxed, isolated, unable to go anywhere else or to open another. */
import { app, BrowserWindow, session } from 'electron';
import { mendMishaps } from './mishaps.ts';
import { PAGE_ORIGIN } from './pageProtocol.ts';

/** Copying nodes, after a gesture of the user. The one permission the page has. */
const WRITE_CLIPBOARD = 'clipboard-sanitized-write';

export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: '#131518',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      devTools: !app.isPackaged,
    },
  });
  const contents = window.webContents;
  // The app has no links to elsewhere. One that gets some opens these, each by its full address.
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  mendMishaps(window);
  // Frames included. The page may load itself again, and nothing else.
  contents.on('will-frame-navigate', (event) => {
    if (!event.url.startsWith(`${PAGE_ORIGIN}/`)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === WRITE_CLIPBOARD);
  });
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission) => permission === WRITE_CLIPBOARD,
  );
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}
