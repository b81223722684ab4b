/**
 * What a move of the pointer over the curves of many long runs costs in Compare: the page's main thread, in ms,
 * from one move to the next, one a frame; first over nothing, which is what asking costs. Prints; asserts nothing.
 *
 *   npm run build && node test/bench/crosshair.mjs [RUNS] [STEPS]
 *
 * On two loaded cores without a GPU, 20 runs of 100,000 steps: 18 to 22 ms (median) and 40 to 50 (95 %) before
 * resources/docs/decisions/0024 had its paragraph on it, 11 to 14 and 20 to 24 after, 2 over nothing.
 *
 * NETLOOM_CHROMIUM names the browser where it is not in a usual place. BENCH_PROFILE=FILE writes a CPU profile
 * of the moves.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedPage } from './servedPage.mjs';
import { projectNode } from '../../scripts/lib/project.mjs';

const [RUNS = '20', STEPS = '100000'] = process.argv.slice(2);
const MOVES = 200;
const ROUNDS = 3;
const profile = process.env.BENCH_PROFILE;
const home = mkdtempSync(join(tmpdir(), 'netloom-crosshair-'));
const support = join(import.meta.dirname, '..', 'support');
const made = [join(support, 'runModule.mjs'), join(support, 'recordLongRuns.ts'), home, RUNS];
execFileSync(projectNode(), [...made, STEPS]);

const { server, url, browser, page, devtools, threadMs } = await servedPage(home);

/** To and fro over a box, up and down as well; what each move took until the next, ascending. */
async function moveOver({ x, y, width, height }) {
  const took = [];
  let last = await threadMs();
  for (let i = 0; i < MOVES; i++) {
    const along = 0.5 - 0.45 * Math.cos((i / MOVES) * 4 * Math.PI);
    const up = 0.5 + 0.3 * Math.sin((i / MOVES) * 14 * Math.PI);
    // Told once the page has heard of it, which it does once a frame.
    await page.mouse.move(x + along * width, y + up * height);
    const now = await threadMs();
    took.push(now - last);
    last = now;
  }
  return took.sort((a, b) => a - b);
}

function print(what, took) {
  const at = (share) => took[Math.floor(share * (took.length - 1))].toFixed(1);
  const mean = (took.reduce((sum, ms) => sum + ms, 0) / took.length).toFixed(1);
  const figures = `${at(0.5)} / ${mean} / ${at(0.95)} / ${at(1)}`;
  console.log(`${what}: ${figures} ms of the main thread a move (median / mean / 95 % / worst)`);
}

try {
  await page.goto(url);
  await page.locator('.react-flow__node').first().waitFor();
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: 'Compare' })
    .click();
  const unchosen = page.locator('.side-run[aria-checked="false"]');
  for (let i = 0; i < Number(RUNS); i++) await unchosen.first().click();
  await page
    .locator('.overlay-legend li')
    .nth(Number(RUNS) - 1)
    .waitFor();
  // Lines, labels and all sections are there, and nothing is being read.
  await page.waitForTimeout(8_000);
  print(
    'over the status bar',
    await moveOver(await page.locator('.status-bar, footer').first().boundingBox()),
  );
  const box = await page.locator('.overlay-chart .curve-plot').first().boundingBox();
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 0 && profile !== undefined) {
      await devtools.send('Profiler.enable');
      await devtools.send('Profiler.setSamplingInterval', { interval: 200 });
      await devtools.send('Profiler.start');
    }
    const took = await moveOver(box);
    if (round === 0 && profile !== undefined) {
      const { profile: found } = await devtools.send('Profiler.stop');
      writeFileSync(profile, JSON.stringify(found));
      await devtools.send('Profiler.disable');
    }
    print(`${RUNS} runs of ${STEPS} steps, round ${round + 1}`, took);
    if (process.env.BENCH_SHOT !== undefined)
      await page.screenshot({ path: process.env.BENCH_SHOT });
  }
} finally {
  await browser.close();
  server.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
}
