/** A server of its own for each test, on a fresh state folder, and a page that is let in. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test as base } from '@playwright/test';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface App {
  readonly home: string;
  readonly errors: string[];
  /** Another link, as \`netloom open\` gives it: each lets one page in. */
  link(): string;
  /** Ends the engine's process as a crash would. */
  killEngine(): void;
  /** Ends the server as the machine's going down would, starts another one on the same folder, and goes there. */
  restart(): Promise<void>;
}

export const test = base.extend<{ app: App }>({
  app: async ({ page }, use) => {
    const home = mkdtempSync(join(tmpdir(), 'netloom-e2e-'));
    const node = join(ROOT, 'node_modules', '.bin', 'node');
    const cli = join(ROOT, 'out', 'main', 'cli.js');
    const env = { ...process.env, NETLOOM_HOME: home, NODE_OPTIONS: '' };
    const start = (): ChildProcess =>
      spawn(node, [cli, 'serve', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let server = start();
    const link = (): string =>
      spawnSync(node, [cli, 'open', '--print'], { env, encoding: 'utf8' }).stdout.trim();
    const goThere = async (): Promise<void> => {
      const line = await new Promise<string>((done) =>
        server.stdout?.once('data', (chunk: Buffer) => done(chunk.toString())),
      );
      await page.goto((JSON.parse(line) as { url: string }).url);
    };
    const restart = async (): Promise<void> => {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGKILL');
      await ended;
      server = start();
      await goThere();
    };
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await goThere();
    // The example that the app opens on; before it is there an edit would be one of an empty document.
    await page.locator('.react-flow__node').first().waitFor();
    await use({ home, errors, link, killEngine: () => killChildren(server), restart });
    server.kill();
    // It may still be writing its last words.
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  },
});
/** The engine is the one process that the server starts. */
function killChildren(server: ChildProcess): void {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  for (const line of stdout.trim().split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (parent === server.pid && pid !== undefined) process.kill(pid, 'SIGKILL');
  }
}

export { expect } from '@playwright/test';
