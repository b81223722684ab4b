/**
 * Transports to the pages of a window: each page that loads asks for a MessagePort of its own, so nothing
 * meant for a page before a reload reaches the one after it. Asking is open to the window's own page only.
 */
import { type BrowserWindow, ipcMain, type IpcMainEvent, MessageChannelMain } from 'electron';
import type { Transport } from '#engine/protocol/index.ts';
import { CONNECT_CHANNEL, isCall, PORT_CHANNEL } from '../preload/channels.ts';
import { PAGE_ORIGIN } from './pageProtocol.ts';

/** `attach` serves one page and answers how to let it go. */
export function acceptPages(
  window: BrowserWindow,
  attach: (transport: Transport) => () => void,
): void {
  const contents = window.webContents;
  const trusted = ({ sender, senderFrame }: IpcMainEvent): boolean =>
    sender === contents &&
    senderFrame !== null &&
    senderFrame === contents.mainFrame &&
    senderFrame.url.startsWith(`${PAGE_ORIGIN}/`);
  const connect = (event: IpcMainEvent): void => {
    if (!trusted(event)) return;
    const { port1, port2 } = new MessageChannelMain();
    const detach = attach({
      send: (message) => port1.postMessage(message),
      onMessage: (listener) => {
        port1.on('message', ({ data }) => {
          if (isCall(data)) listener(data);
        });
      },
      onClose: (listener) => void port1.on('close', listener),
    });
    port1.on('close', detach);
    port1.start();
    contents.postMessage(PORT_CHANNEL, null, [port2]);
  };
  ipcMain.on(CONNECT_CHANNEL, connect);
  window.on('closed', () => ipcMain.off(CONNECT_CHANNEL, connect));
}
