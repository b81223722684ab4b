/**
 * Rule: cards between 35 and 75 % show their channels through time, with what that is above them: while it
 * trains, after a reload, and up to the step that the clock stands on.
 */
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

const legend = (page: Page) => page.getByRole('note').filter({ hasText: 'a row per channel' });

/** The whole graph, from so far that cards are at their middle size. */
async function goAfar(page: Page, designer: Designer): Promise<void> {
  const zoom = async () => Number.parseInt(await page.locator('.zoom-readout').innerText(), 10);
  await designer.canvas.focus();
  await page.keyboard.press('f');
  await designer.rests();
  for (let tries = 0; tries < 10 && (await zoom()) > 70; tries++) {
    await page.keyboard.press('-');
    await designer.rests();
  }
  expect(await zoom()).toBeGreaterThan(35);
}

test('channels through time, live, after a reload and in the past', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('MLP on digits');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await goAfar(page, designer);
  await expect(legend(page)).toHaveCount(0);
  await page.keyboard.press('Control+Enter');
  const relu = designer.node('ReLU relu1');
  const picture = () => designer.picture(relu);
  await expect(legend(page)).toBeVisible();
  // The ramp has more colours than a histogram's bars.
  await expect.poll(async () => (await picture()).colours).toBeGreaterThan(40);
  await relu.hover();
  await expect(relu.locator('.card')).toHaveAttribute('title', /rows of channels over steps 1 to/);
  await expect(page.getByText(/Finished/).first()).toBeVisible();

  await page.reload();
  await goAfar(page, designer);
  await expect(legend(page)).toContainText('the run so far');
  await expect.poll(async () => (await picture()).colours).toBeGreaterThan(40);
  await designer.rests();
  const whole = await picture();
  await page.keyboard.press('Alt+Home');
  await expect(legend(page)).toContainText(/up to step \d+/);
  await expect.poll(async () => (await picture()).checksum).not.toBe(whole.checksum);
  await page.keyboard.press('Alt+End');
  await expect.poll(async () => (await picture()).checksum).toBe(whole.checksum);
  expect(app.errors).toEqual([]);
});
