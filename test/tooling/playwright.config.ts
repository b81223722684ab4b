import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

const chromium = process.env['NETLOOM_CHROMIUM'] ?? '/usr/bin/chromium';

/** End-to-end tests drive the real server and its page in a real headless Chromium. */
export default defineConfig({
  testDir: resolve(import.meta.dirname, '..', 'e2e'),
  globalSetup: resolve(import.meta.dirname, '..', 'e2e', 'modules.ts'),
  outputDir: resolve(import.meta.dirname, '..', '..', 'test-results'),
  // Generous: a busy machine is slow, not wrong. An expectation is met or the test is over.
  timeout: 600_000,
  expect: { timeout: 180_000 },
  // A worker has a browser, a server and an engine: two of them keep two cores busy.
  workers: Math.max(2, Math.floor(availableParallelism() / 2)),
  // Tests of a file are given out one by one: the longest file would be the last to end.
  fullyParallel: true,
  // What passes only the second time is said by name at the end (scripts/test.mjs): a race to be mended.
  retries: process.env['CI'] ? 1 : 0,
  reporter: [['line'], ['json']],
  use: {
    viewport: { width: 1440, height: 900 },
    // Costs a third of a test's time, and nobody opens one of a machine that is gone.
    trace: process.env['CI'] ? 'off' : 'retain-on-failure',
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
