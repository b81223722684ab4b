/**
 * The preload of the sandboxed window: puts one message pipe on the page, and nothing else of Electron.
 * Only well-formed calls go up. Bundled into one file, as a sandboxed preload must be.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { HOST_BRIDGE, type HostBridge } from '#engine/protocol/host.ts';
import { CONNECT_CHANNEL, isCall, PORT_CHANNEL } from './channels.ts';

const messageListeners = new Set<(message: unknown) => void>();
const closeListeners = new Set<() => void>();

const connected = new Promise<MessagePort>((resolve) => {
  ipcRenderer.once(PORT_CHANNEL, ({ ports: [port] }) => {
    if (!port) return;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      for (const listener of messageListeners) listener(data);
    };
    port.addEventListener('close', () => {
      for (const listener of closeListeners) listener();
    });
    resolve(port);
  });
});
ipcRenderer.send(CONNECT_CHANNEL);

const bridge: HostBridge = {
  send(message) {
    if (isCall(message)) void connected.then((port) => port.postMessage(message));
  },
  onMessage: (listener) => void messageListeners.add(listener),
  onClose: (listener) => void closeListeners.add(listener),
};

contextBridge.exposeInMainWorld(HOST_BRIDGE, bridge);

// The switch that the GPU window needs is one of the whole app (electron/gpuWindow.ts).
contextBridge.executeInMainWorld({
  func: () => void Reflect.deleteProperty(Navigator.prototype, 'gpu'),
});
