import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

const chromium = process.env['NETLOOM_CHROMIUM'] ?? '/usr/bin/chromium';

/** End-to-end tests drive the real server and its page in a real headless Chromium. */
export default defineConfig({
  testDir: resolve(import.meta.dirname, '..', 'e2e'),
  outputDir: resolve(import.meta.dirname, '..', '..', 'test-results'),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  reporter: [['line'], ['json']],
  use: {
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
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
