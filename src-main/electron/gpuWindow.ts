/**
 * Where the GPU executor lives in the desktop app: `navigator.gpu` exists only in renderer processes, so a
 * hidden, sandboxed window runs it in a worker and talks to the engine process over a port. A crash of the
 * GPU costs this window and nothing else.
 */
import { app, BrowserWindow, MessageChannelMain, type MessagePortMain } from 'electron';
import { GPU_PORT_CHANNEL } from '../preload/channels.ts';
import { PAGE_ORIGIN } from './pageProtocol.ts';

const GPU_PAGE = `${PAGE_ORIGIN}/gpu.html`;
const open = new Set<BrowserWindow>();

/** Whether a run may be in training on the GPU. */
export const gpuWindowIsOpen = (): boolean => open.size > 0;

/**
 * Before the app is ready. On Linux Chromium hides WebGPU on many machines behind a switch. There is none
 * for one window: the GPU process, which all windows share, reads it from the command line, and features
 * of a single page do not reach so far (Chromium 156 leaves `navigator.gpu` even to a page with
 * `--disable-blink-features=WebGPU`). So the switch is the app's, and the preload of the visible page
 * takes WebGPU from it. That keeps our own code from it; it is no wall against a hostile script, which
 * the page's policy lets in nowhere.
 */
export function allowWebGpu(): void {
  // As in Node (engineProcess/nodeGpu.ts): no kernel reads shared memory that it has not written.
  app.commandLine.appendSwitch('enable-dawn-features', 'disable_workgroup_init');
  if (process.platform === 'linux') app.commandLine.appendSwitch('enable-unsafe-webgpu');
}

/** A new executor; its window goes when the executor is closed or the other end of the port is. */
export function openGpuWindow(preload: string): MessagePortMain {
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Hidden is how it is meant to be, not a reason to slow it down.
      backgroundThrottling: false,
    },
  });
  open.add(window);
  window.on('closed', () => open.delete(window));
  const { port1: ours, port2: theirs } = new MessageChannelMain();
  const contents = window.webContents;
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.once('did-finish-load', () => contents.postMessage(GPU_PORT_CHANNEL, null, [ours]));
  // With its process gone nobody answers: the port's other end must learn of it.
  contents.on('render-process-gone', () => window.destroy());
  void window.loadURL(GPU_PAGE);
  return theirs;
}
