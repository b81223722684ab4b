/** The desktop as presence.ts speaks to it: sleep, window and tray progress, notices. */
import { existsSync } from 'node:fs';
import {
  type BrowserWindow,
  Menu,
  nativeImage,
  Notification,
  powerSaveBlocker,
  Tray,
} from 'electron';
import type { Shell } from './presence.ts';

export interface ShellOptions {
  readonly window: () => BrowserWindow | null;
  /** Brings the window back. */
  readonly open: () => void;
  readonly quit: () => void;
  readonly trayIcon: string;
}

export function electronShell({ window, open, quit, trayIcon }: ShellOptions): Shell {
  let blocker: number | null = null;
  let tray: Tray | null = null;
  /** Only while something trains: else there is nothing that it could say. */
  const trayNow = (): Tray | null => {
    if (tray || !existsSync(trayIcon)) return tray;
    tray = new Tray(nativeImage.createFromPath(trayIcon));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open Netloom', click: open },
        { type: 'separator' },
        { label: 'Quit', click: quit },
      ]),
    );
    tray.on('click', open);
    return tray;
  };
  return {
    setAwake(awake) {
      if (awake === (blocker !== null)) return;
      if (blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
      else {
        powerSaveBlocker.stop(blocker);
        blocker = null;
      }
    },
    setProgress(share, text) {
      window()?.setProgressBar(share ?? -1);
      if (share === null && window()) {
        tray?.destroy();
        tray = null;
        return;
      }
      trayNow()?.setToolTip(text);
    },
    notify(title, body) {
      if (!Notification.isSupported()) return;
      const notice = new Notification({ title, body });
      notice.on('click', open);
      notice.show();
    },
  };
}
