/**
 * The preload of the sandboxed window: puts one message pipe on the page, and nothing else of Electron.
 * Only well-formed calls go up. Bundled into one file, as a sandboxed preload must be.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { HOST_BRIDGE, type HostBridge } from '#engine/protocol/host.ts';
import { DOWN_CHANNEL, isCall, UP_CHANNEL } from './channels.ts';

const bridge: HostBridge = {
  send(message) {
    if (isCall(message)) ipcRenderer.send(UP_CHANNEL, message);
  },
  onMessage(listener) {
    ipcRenderer.on(DOWN_CHANNEL, (_event, message: unknown) => listener(message));
  },
  // A window lives as long as its pipe: there is nothing to reconnect.
  onClose() {},
};

contextBridge.exposeInMainWorld(HOST_BRIDGE, bridge satisfies HostBridge);
