/**
 * What the tests of a worker share: a page, whose scripts stay compiled, and a server with its engine and its reader of
 * data. Both forget in between what a test has done; what they cannot forget is for tests with a server of their own.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { isActive, type RunSummary } from '#engine/protocol/index.ts';
import type { ServerClient } from '../support/serverClient.ts';
import { Server } from './server.ts';

export class Kept {
  readonly #browser: Browser;
  #context: BrowserContext | null = null;
  #page: Page | null = null;
  #server: Server | null = null;
  /** Where servers that are not shared listen, one after the other: scripts are compiled by address. */
  #port = 0;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async page(): Promise<Page> {
    this.#context ??= await this.#browser.newContext();
    if (!this.#page || this.#page.isClosed()) this.#page = await this.#context.newPage();
    return this.#page;
  }

  /** As if its window had been closed: nothing is left of what was stored, opened beside, or is under the pointer. */
  async leave(page: Page): Promise<void> {
    page.removeAllListeners();
    for (const other of page.context().pages()) if (other !== page) await other.close();
    await page.mouse.move(0, 0);
    await closeWindow(page);
  }

  /** One that nobody used before. */
  async ownServer(): Promise<{ readonly server: Server; readonly url: string }> {
    const server = new Server(this.#port);
    const url = await server.url;
    this.#port = Number(new URL(url).port);
    return { server, url };
  }

  async sharedServer(): Promise<{ readonly server: Server; readonly url: string }> {
    if (!this.#server) {
      this.#server = new Server();
      return { server: this.#server, url: await this.#server.url };
    }
    await this.#server.ask(forget);
    // Projects are files of the user's, which no page deletes.
    rmSync(join(this.#server.home, 'projects'), { recursive: true, force: true });
    return { server: this.#server, url: await this.#server.link() };
  }

  async end(): Promise<void> {
    await this.#context?.close();
    await this.#server?.end();
  }
}

/** What its window kept is gone, too. */
export async function closeWindow(page: Page): Promise<void> {
  // There is no such page, so that nothing of the app is at work while it is made to forget.
  await page.goto(new URL('/nothing', page.url()).href);
  await page.evaluate(() => {
    sessionStorage.clear();
    localStorage.clear();
  });
}

/** Runs, drafts and settings, as a person would do away with them. */
async function forget(client: ServerClient): Promise<void> {
  const runs = await stopped(client);
  for (const { id: runId } of runs) await client.call('runs.delete', { runId });
  for (const { id } of await client.call('projects.drafts', null)) {
    await client.call('projects.discardDraft', { id });
  }
  await client.call('training.watch', { level: 'full', pace: 'full' });
  const { view } = await client.call('settings.get', null);
  // What does not fit takes its default.
  const nothing = Object.fromEntries(Object.keys(view).map((key) => [key, null]));
  await client.call('settings.set', { ...BEGINNING, view: nothing });
}

/** All runs, once none of them trains. */
async function stopped(client: ServerClient): Promise<readonly RunSummary[]> {
  const over = new Set<string>();
  let tell = (): void => undefined;
  client.on('run.changed', ({ id, progress }) => {
    if (!isActive(progress.state)) over.add(id);
    tell();
  });
  const runs = await client.call('runs.list', null);
  const active = runs.filter((run) => isActive(run.progress.state));
  for (const { id: runId } of active) await client.call('training.stop', { runId });
  await new Promise<void>((done) => {
    tell = () => {
      if (active.every(({ id }) => over.has(id))) done();
    };
    tell();
  });
  return runs;
}

/** Of an app that nobody set anything of. */
const BEGINNING = {
  theme: 'system',
  threads: 0,
  telemetryHz: 10,
  trainAtOnce: 0,
  diskLimitGib: 0,
  datasetMirror: '',
} as const;
