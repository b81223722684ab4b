/**
 * Rule: a run is there as a whole after its page was closed: every panel shows its past, the clock goes back
 * to its first step, and the log is what had been said by then; a curve is as fine as one looks at it.
 */
import type { Locator, Page } from '@playwright/test';
import { lossAt } from '../support/longRun.ts';
import { Designer } from './designer.ts';
import { runModule } from './modules.ts';
import { expect, test } from './fixtures.ts';

const clockOf = (page: Page) => page.getByRole('slider', { name: 'Step shown' });
const numberIn = (text: string | null): number => Number((text ?? '').replace(/\D/g, ''));
const shownStep = async (page: Page): Promise<number> =>
  numberIn(await clockOf(page).getAttribute('aria-valuenow'));
const newestStep = async (page: Page): Promise<number> =>
  numberIn(await clockOf(page).getAttribute('aria-valuemax'));

/** Of what a panel says that it shows; null where it says that nothing was recorded. */
async function panelStep(page: Page, designer: Designer, tab: string): Promise<number | null> {
  await designer.dock(tab).click();
  const group = page.locator('.dv-groupview').filter({ has: designer.dock(tab) });
  const said = group
    .locator('.panel-step')
    .or(group.getByText(/^(Nothing of this was|Reading what was) recorded/));
  const text = await said.first().textContent();
  return /recorded/.test(text ?? '') ? null : numberIn(text);
}

test.describe(() => {
  test.use({ shared: true });
  test('the whole past is there after a reload, while training and afterwards', async ({
    page,
    app,
  }) => {
    const designer = new Designer(page);
    await designer.openExample('MLP on digits');
    // More than are trained until it is stopped, however slow the page is and fast the engine.
    await designer.setting('Epochs').fill('120');
    await designer.setting('Epochs').press('Enter');
    await designer.canvas.focus();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => clockOf(page).count()).toBe(1);
    await expect.poll(() => newestStep(page)).toBeGreaterThan(1200);

    // While it trains: the page that comes anew was not there for any of it.
    await page.reload();
    await expect.poll(() => clockOf(page).count()).toBe(1);
    await goToFirst(page);
    for (const tab of ['Histograms', 'Gradient flow', 'Samples']) {
      // What is recorded of the step is on its way.
      await expect
        .poll(async () => (await panelStep(page, designer, tab)) ?? Infinity)
        .toBeLessThan(200);
    }
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Control+.');
    await expect(page.getByText(/^Stopped/).first()).toBeVisible();

    await page.reload();
    await expect.poll(() => clockOf(page).count()).toBe(1);
    await goToFirst(page);
    const first = await shownStep(page);
    for (const tab of ['Histograms', 'Gradient flow']) {
      await expect
        .poll(async () => [tab, await panelStep(page, designer, tab)])
        .toEqual([tab, first]);
    }
    // Step by step, also over what is not in memory yet.
    const box = (await clockOf(page).boundingBox())!;
    await page.mouse.click(box.x + box.width * (600 / (await plannedSteps(page))), box.y + 25);
    const middle = await shownStep(page);
    expect(middle).toBeGreaterThan(first);
    await expect.poll(() => panelStep(page, designer, 'Histograms')).toBe(middle);
    await expect.poll(() => panelStep(page, designer, 'Gradient flow')).toBe(middle);
    await expect
      .poll(async () => (await panelStep(page, designer, 'Confusion')) ?? Infinity)
      .toBeLessThanOrEqual(middle);
    expect(app.errors).toEqual([]);
  });
});

/** As far back as is known by then: the past is read after the page is there. */
async function goToFirst(page: Page): Promise<void> {
  await expect
    .poll(async () => {
      await page.keyboard.press('Alt+Home');
      return shownStep(page);
    })
    .toBeLessThan(100);
}

/** Of the whole track. */
async function plannedSteps(page: Page): Promise<number> {
  const handle = page.locator('.clock-handle');
  await page.keyboard.press('Alt+l');
  const share = await handle.evaluate((node) =>
    Number.parseFloat((node as HTMLElement).style.left),
  );
  return ((await newestStep(page)) / Math.max(share, 1e-6)) * 100;
}

test('a part of a long curve is as fine as it was recorded, on every chart, also after a reload', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await expect
    .poll(() => page.evaluate(() => sessionStorage.getItem('netloom.documents') ?? ''))
    .toContain('xor');
  const remembered = await page.evaluate(() => sessionStorage.getItem('netloom.documents') ?? '');
  const { documents } = JSON.parse(remembered) as { documents: { id: string }[] };
  runModule('recordLongRun', app.home, documents.at(-1)?.id ?? '');
  await page.reload();
  await designer.dock('Curves').click();
  const loss = page.locator('.curve').filter({ hasText: 'Loss' }).first();
  const plot = loss.locator('.curve-plot');
  await expect(loss.locator('.curve-value').first()).toBeVisible();
  await page.getByRole('slider', { name: 'Smoothing' }).fill('0');

  const zoomIn = async () => {
    const { x, y, width } = (await plot.boundingBox())!;
    await page.mouse.move(x + width / 2, y + 30);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 14, y + 30, { steps: 4 });
    await page.mouse.up();
  };
  /** To fewer steps than two for each of its px, of which a small window has few. */
  const zoomFar = async () => {
    for (let count = 0; count < 3; count++) await zoomIn();
  };
  /** Whether the value beside the title is the one of the step under the pointer, anywhere. */
  const isExact = async (): Promise<boolean> => {
    const { x, y, width } = (await plot.boundingBox())!;
    for (const share of [0.3, 0.41, 0.52, 0.63, 0.74]) {
      await page.mouse.move(x + width * share, y + 30);
      const step = numberIn(await loss.locator('.curve-pill').textContent());
      const shown = await loss.locator('.curve-value b').first().textContent();
      // The pill rounds; the nearest step may be the one beside.
      const possible = [step - 1, step, step + 1].map((each) => lossAt(each).toFixed(1));
      if (!possible.includes(Number(shown).toFixed(1))) return false;
    }
    return true;
  };
  await zoomFar();
  await expect.poll(isExact).toBe(true);
  await page.mouse.dblclick(...(await middleOf(plot)));
  await expect(page.locator('.curve-selection').first()).toBeHidden();
  await page.reload();
  await expect(loss.locator('.curve-value').first()).toBeVisible();
  await page.getByRole('slider', { name: 'Smoothing' }).fill('0');
  await zoomFar();
  await expect.poll(isExact).toBe(true);
  expect(app.errors).toEqual([]);
});

async function middleOf(target: Locator): Promise<[number, number]> {
  const { x, y, width, height } = (await target.boundingBox())!;
  return [x + width / 2, y + height / 2];
}
