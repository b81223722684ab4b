/**
 * How smoothly the canvas moves, while the camera pans and zooms over chains of layers, idle and while the
 * engine trains: milliseconds between frames (median, 95th percentile, worst), frames dropped, and milliseconds
 * of processor time a frame, of the page's main thread, of its whole process and of the one that composites.
 * Processor time says what a frame costs; the others also say what else the machine does. The floor comes
 * first: an empty canvas, then 60 plain boxes in the places of cards, idle and while the engine keeps all cores
 * busy. What a key typed into the inspector takes, too, and what a small window shows. Prints; asserts nothing.
 *
 *   npm run build && node test/bench/frames.mjs [NODES ...]
 *
 * NETLOOM_CHROMIUM names the browser where it is not in a usual place; without a GPU it draws in software.
 */
// What runs in the page:
/* global document, window, performance, MouseEvent, WheelEvent, InputEvent, HTMLInputElement, requestAnimationFrame */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, ROOT, servedPage } from './servedPage.mjs';
import { projectNode } from '../../scripts/lib/project.mjs';

const sizes = process.argv.slice(2).map(Number);
const SIZES = sizes.length > 0 ? sizes : [15, 60, 300, 500];
const FOR_MS = Number(process.env.BENCH_MS ?? 4_000);
const FRAME_MS = 1_000 / 60;
const home = mkdtempSync(join(tmpdir(), 'netloom-frames-'));
const projects = join(home, 'projects');
mkdirSync(projects, { recursive: true });

/** Data, then Linear and ReLU in turns, then a loss; ten to a row. */
function chain(count) {
  const place = (i) => ({ x: (i % 10) * 224, y: Math.floor(i / 10) * 192 });
  const hidden = Array.from({ length: count - 3 }, (_, i) =>
    i % 2 === 0
      ? { id: `fc${i}`, type: 'Linear', attrs: { outFeatures: 16 } }
      : { id: `relu${i}`, type: 'ReLU', attrs: {} },
  );
  const nodes = [
    {
      id: 'data',
      type: 'Data',
      attrs: {
        source: 'moons',
        fields: [
          { name: 'features', role: 'input', dtype: 'f32', shape: [2] },
          { name: 'label', role: 'target', dtype: 'i32', shape: [], classes: 2 },
        ],
      },
    },
    ...hidden,
    { id: 'out', type: 'Linear', attrs: { outFeatures: 2 } },
    { id: 'loss', type: 'CrossEntropyLoss', attrs: {} },
  ].map((node, i) => ({ ...node, position: place(i) }));
  const port = (type, direction) =>
    direction === 'out'
      ? type === 'Data'
        ? 'features'
        : 'y'
      : type === 'CrossEntropyLoss'
        ? 'prediction'
        : 'x';
  const wires = nodes.slice(1).map((to, i) => ({
    from: { node: nodes[i].id, port: port(nodes[i].type, 'out') },
    to: { node: to.id, port: port(to.type, 'in') },
  }));
  wires.push({ from: { node: 'data', port: 'label' }, to: { node: 'loss', port: 'target' } });
  return {
    format: 'netloom',
    version: 1,
    name: `chain ${count}`,
    nodes,
    wires,
    training: { epochs: 100_000 },
  };
}
for (const count of SIZES) {
  writeFileSync(join(projects, `chain${count}.netloom.json`), JSON.stringify(chain(count)));
}

const { server, url, browser, page, devtools } = await servedPage(home);
const whole = await browser.newBrowserCDPSession();

/** Processor time so far, in ms. */
async function spentMs() {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const of = (kind) =>
    processInfo.filter(({ type }) => type === kind).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  return {
    main: metrics.find(({ name }) => name === 'TaskDuration').value * 1_000,
    page: of('renderer') * 1_000,
    compositor: of('GPU') * 1_000,
  };
}

/** Intervals between frames while the camera moves by itself, one event a frame. */
function moveCamera({ kind, forMs }) {
  const pane = document.querySelector('.react-flow__pane');
  const box = pane.getBoundingClientRect();
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const event = (type, more) =>
    new MouseEvent(type, { bubbles: true, cancelable: true, view: window, ...at, ...more });
  if (kind === 'pan') pane.dispatchEvent(event('mousedown', { button: 1, buttons: 4 }));
  return new Promise((done) => {
    const gaps = [];
    let [last, i] = [0, 0];
    const end = performance.now() + forMs;
    const tick = (now) => {
      if (last > 0) gaps.push(now - last);
      last = now;
      i += 1;
      const swing = Math.sin(i / 20);
      if (kind === 'pan') {
        const x = at.clientX + 160 * swing;
        window.dispatchEvent(event('mousemove', { clientX: x, button: 1, buttons: 4 }));
      } else {
        const options = {
          bubbles: true,
          cancelable: true,
          view: window,
          ...at,
          deltaY: 12 * swing,
        };
        pane.dispatchEvent(new WheelEvent('wheel', options));
      }
      if (now < end) requestAnimationFrame(tick);
      else {
        if (kind === 'pan') window.dispatchEvent(event('mouseup', { button: 1 }));
        done(gaps);
      }
    };
    requestAnimationFrame(tick);
  });
}

const quantile = (sorted, share) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
async function measure(what, kind) {
  const before = await spentMs();
  const gaps = (await page.evaluate(moveCamera, { kind, forMs: FOR_MS })).sort((a, b) => a - b);
  const after = await spentMs();
  const spent = (of) => ((after[of] - before[of]) / gaps.length).toFixed(1);
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0);
  const ms = [0.5, 0.95, 1].map((share) => quantile(gaps, share).toFixed(1)).join(' / ');
  console.log(
    `${what}, ${kind}: ${ms} ms a frame (median / 95 % / worst), ${dropped} of ` +
      `${gaps.length + dropped} frames dropped; a frame takes ${spent('main')} ms of the main thread, ` +
      `${spent('page')} of the page, ${spent('compositor')} of the compositor`,
  );
}
const both = async (what) => {
  await measure(what, 'pan');
  await measure(what, 'zoom');
};

/** Typing a digit into a field of the selected layer, until the frame after it. */
async function typing(what) {
  // From far away a card is smaller than a place on it.
  const card = page.locator('.react-flow__node[aria-label^="Linear"]').first();
  await card.dispatchEvent('click');
  const field = page.getByRole('spinbutton', { name: 'Out features' });
  await field.waitFor();
  const ms = [];
  for (let i = 0; i < 12; i++) {
    await field.focus();
    ms.push(
      await field.evaluate(
        async (input, text) => {
          const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
          const started = performance.now();
          set.call(input, text);
          input.dispatchEvent(new InputEvent('input', { bubbles: true, data: text }));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
          return performance.now() - started;
        },
        String(16 + (i % 8)),
      ),
    );
  }
  ms.sort((a, b) => a - b);
  console.log(
    `${what}, typing: ${quantile(ms, 0.5).toFixed(0)} ms (median), ${quantile(ms, 1).toFixed(0)} at worst`,
  );
}

/** Plain boxes where cards would be: what moving as many things costs whatever they are. */
function boxes(count) {
  const plane = document.querySelector('.react-flow__viewport-portal');
  for (let i = 0; i < count; i++) {
    const box = plane.appendChild(document.createElement('div'));
    box.className = 'bench-box';
    box.style.cssText = `position:absolute;width:144px;height:128px;border:1px solid gray;
      background:white;transform:translate(${(i % 10) * 224}px,${Math.floor(i / 10) * 192}px)`;
  }
}

const command = async (text) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill(text);
  await page.keyboard.press('Enter');
};

const fit = async () => {
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.waitForTimeout(800);
};

try {
  await page.goto(url);
  await page.locator('.react-flow__node').first().waitFor();
  await command('New project');
  await page.getByText('Drag a layer here').waitFor();
  await both('empty, idle');
  await page.evaluate(boxes, 60);
  await both('60 plain boxes, idle');
  const other = spawn(
    projectNode(),
    [CLI, 'train', join(ROOT, 'resources/examples/digits-cnn-batchnorm.netloom.json'), '--quiet'],
    { env: { ...process.env, NETLOOM_HOME: join(home, 'other') }, stdio: 'ignore' },
  );
  await page.waitForTimeout(4_000);
  await both('60 plain boxes, engine busy (the floor)');
  await page.evaluate(() => document.querySelectorAll('.bench-box').forEach((box) => box.remove()));
  await both('empty, engine busy');
  other.kill('SIGKILL');

  for (const count of SIZES) {
    await page.keyboard.press('Control+o');
    await page.getByText(`chain${count}`, { exact: true }).click();
    await page.locator('.react-flow__node').first().waitFor();
    await page.waitForTimeout(1_500);
    for (const kind of ['pan', 'zoom']) {
      // Each begins with the whole graph in sight, at the same zoom.
      await fit();
      await measure(`${count} nodes, idle`, kind);
    }
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.waitForTimeout(3_000);
    for (const kind of ['pan', 'zoom']) {
      await fit();
      await measure(`${count} nodes, training`, kind);
    }
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped', { exact: true }).waitFor();
    await fit();
    console.log(`${count} nodes, fit: zoom ${await page.locator('.zoom-readout').innerText()}`);
    await typing(`${count} nodes`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press('Control+o');
  await page.getByText(`chain${SIZES[0]}`, { exact: true }).click();
  await page.waitForTimeout(1_500);
  await fit();
  const zoom = await page.locator('.zoom-readout').innerText();
  const figures = await page.locator('.card-figures:visible').count();
  const pictures = await page.locator('.card-pictures:not([hidden])').count();
  console.log(
    `1280 x 800, ${SIZES[0]} nodes: zoom ${zoom}, ${pictures === 1 ? 'pictures' : 'no pictures'}, ` +
      `${figures} cards with figures`,
  );
} finally {
  await browser.close();
  server.kill();
  rmSync(home, { recursive: true, force: true });
}
