/**
 * What becomes of a window whose page has crashed or does not answer. Training goes on in its own process
 * either way; a page that loads again catches up with it.
 */
import { type BrowserWindow, dialog } from 'electron';

/** More crashes than these in a minute are not mended by loading the page again. */
const MAX_RELOADS = 2;
const WINDOW_MS = 60_000;

export function mendMishaps(window: BrowserWindow): void {
  const contents = window.webContents;
  let crashes: readonly number[] = [];
  let asking: AbortController | null = null;

  contents.on('render-process-gone', (_event, { reason }) => {
    // The end of the window itself.
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < WINDOW_MS), now];
    if (crashes.length <= MAX_RELOADS) contents.reload();
    else void tellOfCrashes(window, reason);
  });

  window.on('unresponsive', () => {
    if (asking) return;
    asking = new AbortController();
    void askToReload(window, asking.signal).then((reload) => {
      asking = null;
      if (!reload || window.isDestroyed()) return;
      // It may be in an endless loop, and would not hear that it should load again.
      contents.forcefullyCrashRenderer();
    });
  });
  // It has come back by itself: the question goes.
  window.on('responsive', () => asking?.abort());
}

async function tellOfCrashes(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window keeps crashing.',
    detail: `The last time: ${reason}. A run in training goes on, and what was recorded is kept.`,
    buttons: ['Load it again', 'Close'],
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.close();
}

async function askToReload(window: BrowserWindow, signal: AbortSignal): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'The window does not answer.',
    detail:
      'Loading it again loses what was changed in the last seconds. A run in training goes on.',
    buttons: ['Wait', 'Load it again'],
    defaultId: 0,
    cancelId: 0,
    signal,
  });
  return response === 1;
}
