/**
 * Memory and disk while the CNN example trains: resident memory of the server's, the engine's and the
 * page's process, the page's JavaScript heap, and the size of the record, once a minute. Prints; asserts
 * nothing.
 *
 *   npm run build && node test/bench/memory.mjs [MINUTES] [EXAMPLE TITLE]
 *
 * Linux only (/proc). NETLOOM_CHROMIUM names the browser where it is not in a usual place.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedPage } from './servedPage.mjs';

const [minutes = '30', title = 'CNN with BatchNorm'] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'netloom-memory-'));
const { server, url, browser, page } = await servedPage(home);

/** Processes below one, with their command lines. */
function descendants(root) {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      parents.set(Number(pid), { parent, command });
    } catch {
      // Gone in between.
    }
  }
  const below = (pid) =>
    [...parents].flatMap(([child, { parent, command }]) =>
      parent === pid ? [{ pid: child, command }, ...below(child)] : [],
    );
  return below(root);
}

function proportionalMib(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
}

function diskMib(folder) {
  const sizes = readdirSync(folder, { recursive: true }).map((name) => {
    try {
      const found = statSync(join(folder, name));
      return found.isFile() ? found.size : 0;
    } catch {
      return 0; // Gone in between.
    }
  });
  return sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20;
}

try {
  await page.goto(url);
  await page.getByRole('button', { name: /Train/ }).first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill('example');
  await page
    .getByRole('option', { name: /example/i })
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: title }).click();
  await page
    .getByRole('group', { name: /^BatchNorm/ })
    .first()
    .waitFor();
  const epochs = page.getByRole('spinbutton', { name: 'Epochs' }).or(page.getByLabel('Epochs'));
  await epochs.first().fill('100000');
  await epochs.first().press('Enter');
  await page.keyboard.press('Control+Enter');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  console.log('minute    server    engine      page page heap    record (MiB)');
  for (let minute = 0; minute <= Number(minutes); minute++) {
    await page.waitForTimeout(minute === 0 ? 15_000 : 60_000);
    const engine = descendants(server.pid).find(({ command }) => command.includes('engine'));
    const renderers = descendants(process.pid).filter(({ command }) =>
      command.includes('--type=renderer'),
    );
    const pageMib = Math.max(...renderers.map(({ pid }) => proportionalMib(pid)));
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
    const engineMib = engine ? proportionalMib(engine.pid) : Number.NaN;
    const figures = [
      proportionalMib(server.pid),
      engineMib,
      pageMib,
      heap / 2 ** 20,
      diskMib(home),
    ];
    const row = figures.map((value) => value.toFixed(0).padStart(10));
    console.log(`${String(minute).padStart(6)}${row.join('')}`);
  }
  await page.screenshot({ path: join(tmpdir(), 'netloom-memory.png') });
} finally {
  await browser.close();
  server.kill();
  rmSync(home, { recursive: true, force: true });
}
