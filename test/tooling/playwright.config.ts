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
  // Generous: a busy machine is slow, not wrong. The engine gives way to whatever else wants the cores.
  timeout: 600_000,
  expect: { timeout: 180_000 },
  // Each test has a server, an engine and a page of its own, and waits for them half of its time.
  workers: Math.max(2, Math.floor(availableParallelism() / 2)),
  fullyParallel: false,
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
