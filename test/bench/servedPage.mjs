/**
 * The built app with a page before it, as benches of the page drive it: a server on a data folder of its own, a headless
 * Chromium, and what the page's main thread has spent so far.
 */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser } from '../../scripts/lib/browser.mjs';
import { projectNode } from '../../scripts/lib/project.mjs';

/** Of the checkout that is measured; another one where NETLOOM_ROOT names it. */
export const ROOT = resolve(process.env.NETLOOM_ROOT ?? join(import.meta.dirname, '..', '..'));
export const CLI = join(ROOT, 'out', 'main', 'cli.js');

/** `page` has not been opened yet. */
export async function servedPage(home, { width = 1440, height = 900 } = {}) {
  const server = spawn(projectNode(), [CLI, 'serve', '--json'], {
    env: { ...process.env, NETLOOM_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url } = JSON.parse(await new Promise((done) => server.stdout.once('data', done)));
  const browser = await chromium.launch({
    executablePath: findBrowser() ?? undefined,
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width, height } });
  const devtools = await page.context().newCDPSession(page);
  // In time of the thread: what waits for a core is not counted.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const threadMs = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1_000;
  };
  return { server, url, browser, page, devtools, threadMs };
}
