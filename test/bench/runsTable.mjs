/**
 * How long the Runs view takes with 2,000 runs: from the click to the rows and their figures, first and again,
 * before the list was read ahead too, and a frame while one scrolls. In time of the page's main thread, which says what it costs whatever else the
 * machine does, and by the clock. Prints; asserts nothing.
 *
 *   npm run build && node test/bench/runsTable.mjs [RUNS]
 *
 * NETLOOM_CHROMIUM names the browser where it is not in a usual place. BENCH_PROFILE=FILE writes CPU profiles
 * of the first opening and of scrolling, FILE.scroll.
 */
// What runs in the page:
/* global document, performance, requestAnimationFrame */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servedPage } from './servedPage.mjs';
import { projectNode } from '../../scripts/lib/project.mjs';

const RUNS = process.argv[2] ?? '2000';
const ROUNDS = 5;
const FRAMES = 180;
const profile = process.env.BENCH_PROFILE;
const home = mkdtempSync(join(tmpdir(), 'netloom-runs-'));
const support = join(import.meta.dirname, '..', 'support');
const made = [join(support, 'runModule.mjs'), join(support, 'recordManyRuns.ts'), home, RUNS];
execFileSync(projectNode(), made);

const { server, url, browser, page, devtools, threadMs } = await servedPage(home);
async function beginProfile() {
  if (profile === undefined) return;
  await devtools.send('Profiler.enable');
  await devtools.send('Profiler.start');
}
async function endProfile(file) {
  if (profile === undefined) return;
  const { profile: found } = await devtools.send('Profiler.stop');
  writeFileSync(file, JSON.stringify(found));
}
const goTo = (name) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name });

/** From the click until the rows are drawn; runs in the page. */
const openRuns = async () => {
  const button = [...document.querySelectorAll('nav[aria-label="Views"] button')].find(
    ({ textContent }) => textContent === 'Runs',
  );
  const began = performance.now();
  button.click();
  while (document.querySelectorAll('.runs-body [data-index]').length === 0) {
    await new Promise((done) => requestAnimationFrame(done));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - began;
};

/** A page a few times a second, as a wheel does; runs in the page. */
const scroll = async (frames) => {
  const table = document.querySelector('.runs-table');
  const gaps = [];
  let last = await new Promise((done) => requestAnimationFrame(done));
  for (let i = 0; i < frames; i++) {
    table.scrollTop += 120;
    const now = await new Promise((done) => requestAnimationFrame(done));
    gaps.push(now - last);
    last = now;
  }
  return gaps.sort((a, b) => a - b);
};

const ms = (value) => `${value.toFixed(0)} ms`;
try {
  await page.goto(url);
  await page.locator('.react-flow__node').first().waitFor();
  // The list is read ahead by then, as it is when a person comes to look.
  await page.waitForTimeout(6_000);
  for (let round = 0; round < ROUNDS; round++) {
    if (round === 0) await beginProfile();
    const before = await threadMs();
    const byClock = await page.evaluate(openRuns);
    const rows = (await threadMs()) - before;
    await page.waitForTimeout(1_500);
    const whole = (await threadMs()) - before;
    if (round === 0) await endProfile(profile);
    console.log(
      `${RUNS} runs, opening ${round + 1}: rows after ${ms(byClock)}, ${ms(rows)} of the main thread; ` +
        `${ms(whole)} with all that follows in 1.5 s`,
    );
    if (round < ROUNDS - 1) await goTo('Design').click();
    await page.waitForTimeout(500);
  }
  await scrolling();
  await openEarly();
} finally {
  await browser.close();
  server.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
}

async function scrolling() {
  for (let round = 0; round < 3; round++) {
    if (round === 0) await beginProfile();
    const before = await threadMs();
    const gaps = await page.evaluate(scroll, FRAMES);
    const thread = ((await threadMs()) - before) / FRAMES;
    if (round === 0) await endProfile(`${profile}.scroll`);
    const at = (share) => gaps[Math.floor(share * (gaps.length - 1))].toFixed(1);
    console.log(
      `scrolling: ${at(0.5)} / ${at(0.95)} / ${at(1)} ms a frame (median / 95 % / worst), ` +
        `${thread.toFixed(1)} ms of the main thread`,
    );
  }
}

/** As soon as the page can be clicked: the list is asked for by the view then. */
async function openEarly() {
  for (let round = 0; round < 3; round++) {
    await goTo('Design').click();
    await page.reload();
    await page.locator('.react-flow__node').first().waitFor();
    const before = await threadMs();
    const byClock = await page.evaluate(openRuns);
    const rows = (await threadMs()) - before;
    console.log(
      `before it was read ahead: rows after ${ms(byClock)}, ${ms(rows)} of the main thread`,
    );
    await page.waitForTimeout(2_000);
  }
}
