/** The preload of the hidden GPU window: passes its port on to the page, and nothing else of Electron. */
import { ipcRenderer } from 'electron';
import { GPU_PORT_MESSAGE } from '#engine/protocol/host.ts';
import { GPU_PORT_CHANNEL } from './channels.ts';

ipcRenderer.once(GPU_PORT_CHANNEL, ({ ports }) => {
  window.postMessage(GPU_PORT_MESSAGE, location.origin, ports);
});
