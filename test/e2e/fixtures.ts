/**
 * A server on a fresh state folder and a page that is let in. Tests that look at nothing that outlives a window share a
 * server (kept.ts): `test.use({ shared: true })`.
 */
import { type Page, test as base } from '@playwright/test';
import { closeWindow, Kept } from './kept.ts';
import type { Server } from './server.ts';

export interface App extends Pick<Server, 'home' | 'opened' | 'killEngine' | 'view' | 'drafted'> {
  readonly errors: string[];
  /** Another link: each lets one page in. */
  link(): Promise<string>;
  /** A client beside the page. */
  ask: Server['ask'];
  /** Ends the server as the machine's going down would, starts another one on the same folder, and goes there. */
  restart(): Promise<void>;
}

interface Options {
  /** The server is one that others used before, and made to forget it. */
  readonly shared: boolean;
  /** The page is in a context that nobody used before: for what the browser itself keeps, or is told for good. */
  readonly unused: boolean;
}

export const test = base.extend<{ app: App } & Options, { kept: Kept }>({
  shared: [false, { option: true }],
  unused: [false, { option: true }],
  kept: [
    async ({ browser }, use) => {
      const kept = new Kept(browser);
      await use(kept);
      await kept.end();
    },
    { scope: 'worker' },
  ],
  page: async ({ browser, kept, unused, viewport, contextOptions }, use) => {
    if (unused) {
      const context = await browser.newContext({ ...contextOptions, viewport });
      await use(await context.newPage());
      await context.close();
      return;
    }
    const page = await kept.page();
    if (viewport) await page.setViewportSize(viewport);
    await page.emulateMedia({ reducedMotion: contextOptions.reducedMotion ?? null });
    await use(page);
  },
  app: async ({ page, kept, shared, unused }, use) => {
    const { server, url } = await (shared ? kept.sharedServer() : kept.ownServer());
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await open(page, url);
    await use({
      home: server.home,
      errors,
      link: () => server.link(),
      opened: () => server.opened(),
      ask: (questions) => server.ask(questions),
      killEngine: () => server.killEngine(),
      view: () => server.view(),
      drafted: (project) => server.drafted(project),
      restart: async () => {
        await server.restart();
        const next = await server.url;
        await closeWindow(page);
        await page.goto(next);
      },
    });
    if (!unused) await kept.leave(page);
    if (!shared) await server.end();
  },
});

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  // The example that the app opens on; before it is there an edit would be one of an empty document.
  await page.locator('.react-flow__node').first().waitFor();
}

export { expect } from '@playwright/test';
