/**
 * Rule: a run is there as a whole after its page was closed: every panel shows its past, the clock goes back
 * to its first step, and the log is what had been said by then.
 */
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
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
  const said = group.locator('.panel-step').or(group.getByText(/^Nothing of this was recorded/));
  const text = await said.first().textContent();
  return text?.startsWith('Nothing') === true ? null : numberIn(text);
}

test('the whole past is there after a reload, while training and afterwards', async ({
  page,
  app,
}) => {
  test.setTimeout(400_000);
  const designer = new Designer(page);
  await designer.openExample('MLP on digits');
  await designer.setting('Epochs').fill('30');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => clockOf(page).count(), { timeout: 60_000 }).toBe(1);
  await expect.poll(() => newestStep(page), { timeout: 120_000 }).toBeGreaterThan(1200);

  // While it trains: the page that comes anew was not there for any of it.
  await page.reload();
  await expect.poll(() => clockOf(page).count(), { timeout: 60_000 }).toBe(1);
  await goToFirst(page);
  for (const tab of ['Histograms', 'Gradient flow', 'Samples']) {
    expect(await panelStep(page, designer, tab), tab).toBeLessThan(200);
  }
  await page.keyboard.press('Alt+l');
  await page.keyboard.press('Control+.');
  await expect(page.getByText(/^(Stopped|Finished)/).first()).toBeVisible({ timeout: 60_000 });

  await page.reload();
  await expect.poll(() => clockOf(page).count(), { timeout: 60_000 }).toBe(1);
  await goToFirst(page);
  const first = await shownStep(page);
  for (const tab of ['Histograms', 'Gradient flow']) {
    expect([tab, await panelStep(page, designer, tab)]).toEqual([tab, first]);
  }
  // Step by step, also over what is not in memory yet.
  const box = (await clockOf(page).boundingBox())!;
  await page.mouse.click(box.x + box.width * (600 / (await plannedSteps(page))), box.y + 25);
  const middle = await shownStep(page);
  expect(middle).toBeGreaterThan(first);
  await expect
    .poll(() => panelStep(page, designer, 'Histograms'), { timeout: 30_000 })
    .toBe(middle);
  await expect
    .poll(() => panelStep(page, designer, 'Gradient flow'), { timeout: 30_000 })
    .toBe(middle);
  expect(await panelStep(page, designer, 'Confusion')).toBeLessThanOrEqual(middle);
  expect(app.errors).toEqual([]);
});

/** As far back as is known by then: the past is read after the page is there. */
async function goToFirst(page: Page): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Alt+Home');
        return shownStep(page);
      },
      { timeout: 60_000 },
    )
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
