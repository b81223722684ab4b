/** A Transport to one window. Messages from any other frame, window or origin are dropped. */
import { type BrowserWindow, ipcMain, type IpcMainEvent } from 'electron';
import type { Transport } from '#engine/protocol/index.ts';
import { DOWN_CHANNEL, isCall, UP_CHANNEL } from '../preload/channels.ts';
import { PAGE_ORIGIN } from './pageProtocol.ts';

export function ipcTransport(window: BrowserWindow): Transport {
  const contents = window.webContents;
  const trusted = (event: IpcMainEvent): boolean =>
    event.sender === contents &&
    event.senderFrame === contents.mainFrame &&
    event.senderFrame.url.startsWith(PAGE_ORIGIN);
  return {
    send(message) {
      if (!contents.isDestroyed()) contents.send(DOWN_CHANNEL, message);
    },
    onMessage(listener) {
      const receive = (event: IpcMainEvent, message: unknown): void => {
        if (trusted(event) && isCall(message)) listener(message);
      };
      ipcMain.on(UP_CHANNEL, receive);
      window.on('closed', () => ipcMain.off(UP_CHANNEL, receive));
    },
    onClose: (listener) => void window.on('closed', listener),
  };
}
