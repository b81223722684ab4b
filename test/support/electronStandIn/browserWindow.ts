/** BrowserWindow as a page of a headless Chromium. The app's scheme is shown to it as an https origin. */
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import {
  type Browser,
  chromium,
  type Page,
  type Request as PageRequest,
  type Route,
} from '@playwright/test';
import { switches } from './commandLine.ts';
import { handlerOf, ipcMain, permits } from './hosts.ts';
import type { MessagePortMain } from './messagePorts.ts';
import { Menu, messages } from './native.ts';
import { onOrder } from './orders.ts';
import { pageScript, UP } from './pageScript.ts';
import { openWindows, whenAllClosed } from './windows.ts';

interface WindowOptions {
  readonly webPreferences: { readonly preload: string };
}
type OpenHandler = (details: { readonly url: string }) => { readonly action: string };

/** `app://netloom/x` <-> `https://netloom.app.test/x`. */
const DOMAIN = '.app.test';
const shownUrl = (url: string) => url.replace(/^app:\/\/([^/]+)/, `https://$1${DOMAIN}`);
const ownUrl = (url: string) => url.replace(new RegExp(`^https://([^/]+)\\${DOMAIN}`), 'app://$1');

/** Tells of every page that a window shows. */
const shown = new EventEmitter().setMaxListeners(0);
const NAVIGATED = 'navigated';

let browser: Promise<Browser> | null = null;
function launch(): Promise<Browser> {
  const executablePath = process.env['NETLOOM_CHROMIUM'] ?? '/usr/bin/chromium';
  browser ??= chromium.launch({
    ...(existsSync(executablePath) ? { executablePath } : {}),
    // The app decides when to end, and ends the browser then.
    handleSIGTERM: false,
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      // Of a machine without a GPU.
      '--use-webgpu-adapter=swiftshader',
      ...switches(),
    ],
  });
  return browser;
}
whenAllClosed(async () => (await browser)?.close());

class WebContents extends EventEmitter {
  readonly mainFrame = { url: '' };
  /** Requests to anywhere but the app: none is expected, none gets through. */
  readonly refused: string[] = [];
  /** Where the page asked to go or to open a window, and the app said no. */
  readonly prevented: string[] = [];
  /** How often the app loaded the page again. */
  loads = 0;
  readonly #preload: string;
  readonly #ports = new Map<number, MessagePortMain>();
  #page: Page | null = null;
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  #nextPort = 1;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(preload: string) {
    super();
    this.#preload = preload;
  }

  get page(): Page {
    if (!this.#page) throw new Error('the window shows no page yet');
    return this.#page;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  async load(url: string): Promise<void> {
    const context = await (await launch()).newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    this.#page = page;
    await context.exposeBinding(UP, (_source, target: string | number, data: unknown) =>
      typeof target === 'string'
        ? this.#fromPage(target, data)
        : this.#ports.get(target)?.postMessage(data),
    );
    await context.addInitScript(pageScript(readFileSync(this.#preload, 'utf8')));
    await context.route('**/*', (route) => this.#answer(route));
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return;
      this.mainFrame.url = ownUrl(frame.url());
      shown.emit(NAVIGATED);
      this.#dropPorts();
    });
    page.on('popup', (popup) => void popup.close());
    await page.goto(shownUrl(url));
    this.emit('did-finish-load');
  }

  /** Ports end here: the page gets twins of its own, fed message by message, in order. */
  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const ids = transfer.map((port) => {
      const id = this.#nextPort++;
      this.#ports.set(id, port);
      port.on('message', ({ data }: { data: unknown }) => {
        this.#toPage(([port, value]) => (window as never as Down).electronPort(port, value), [
          id,
          data,
        ] as const);
      });
      port.start();
      return id;
    });
    this.#toPage(
      ([name, value, ports]) => (window as never as Down).electronDeliver(name, value, ports),
      [channel, message, ids] as const,
    );
  }

  reload(): void {
    void this.page.reload().then(() => (this.loads += 1));
  }
  /** As Chromium does: the page is gone, the window stays and is told. */
  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', {}, { reason: 'crashed' });
  }

  async destroy(): Promise<void> {
    this.#dropPorts();
    await this.#page?.context().close();
  }

  #toPage<T>(run: (input: T) => void, input: T): void {
    // A page that goes away meanwhile misses the rest, as it does in Electron.
    const send = () => this.page.evaluate(run as (input: unknown) => void, input).catch(() => 0);
    this.#sending = this.#sending.then(send);
  }

  #fromPage(channel: string, message: unknown): void {
    ipcMain.emit(channel, { sender: this, senderFrame: this.mainFrame, ports: [] }, message);
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = ownUrl(request.url());
    const popup = request.isNavigationRequest() && pageOf(request) !== this.#page;
    if (popup) {
      if (this.#openHandler({ url }).action === 'deny') this.prevented.push(url);
      else this.refused.push(url);
      return route.abort();
    }
    if (request.isNavigationRequest() && this.mainFrame.url !== '') {
      let prevented = false;
      this.emit('will-frame-navigate', { url, preventDefault: () => (prevented = true) });
      // Cancelled, so that the page before it stays.
      if (prevented) {
        this.prevented.push(url);
        return route.abort('aborted');
      }
    }
    const handler = handlerOf(new URL(url).protocol.slice(0, -1));
    if (!handler) {
      this.refused.push(url);
      return route.abort();
    }
    const response = await handler(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  #dropPorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }
}

/** Null for a window that is only about to be. */
function pageOf(request: PageRequest): Page | null {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}

interface Down {
  electronDeliver(channel: string, message: unknown, ports: readonly number[]): void;
  electronPort(id: number, data: unknown): void;
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly options: WindowOptions;
  focused = 0;

  constructor(options: WindowOptions) {
    super();
    this.options = options;
    this.webContents = new WebContents(options.webPreferences.preload);
    openWindows.add(this);
  }

  static getAllWindows = () => [...openWindows];

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url);
    this.emit('ready-to-show');
  }
  show(): void {
    this.emit('show');
  }
  restore(): void {}
  isMinimized = () => false;
  setProgressBar = (): void => undefined;
  isDestroyed = () => !openWindows.has(this);
  focus(): void {
    this.focused += 1;
  }
  async destroy(): Promise<void> {
    openWindows.delete(this);
    await this.webContents.destroy();
    this.emit('closed');
  }
}

/** A test may ask before the app has come that far. */
async function shownWindow(): Promise<BrowserWindow> {
  for (;;) {
    const [window] = openWindows;
    if (window instanceof BrowserWindow && window.webContents.mainFrame.url !== '') return window;
    await once(shown, NAVIGATED);
  }
}

onOrder('evaluate', async (expression: string) =>
  (await shownWindow()).webContents.page.evaluate(expression),
);
onOrder('reload', async () => {
  await (await shownWindow()).webContents.page.reload();
});
onOrder('chooseMenu', (path: readonly string[]) => Menu.choose(path));
onOrder('permits', (permission: string) => permits(permission));
onOrder('inspect', async () => {
  const { options, focused, webContents } = await shownWindow();
  const { refused, prevented, mainFrame, loads } = webContents;
  const menu = Menu.items();
  return { options, focused, refused, prevented, url: mainFrame.url, loads, messages, menu };
});
onOrder('crashPage', async () => (await shownWindow()).webContents.forcefullyCrashRenderer());
onOrder('hangPage', async () => void (await shownWindow()).emit('unresponsive'));
