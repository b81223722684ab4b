/**
 * Rule: there is one clock. Dragged into the past or live, while training and afterwards, every panel, the
 * cards and the inspector show its step, or the last that was known before it, and say which. Another
 * document shows nothing of the run.
 */
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

const clockOf = (page: Page) => page.getByRole('slider', { name: 'Step shown' });
const numberIn = (text: string | null): number => Number((text ?? '').replace(/\D/g, ''));
const shownStep = async (page: Page): Promise<number> =>
  numberIn(await clockOf(page).getAttribute('aria-valuenow'));

async function dragTo(page: Page, share: number): Promise<number> {
  const clock = clockOf(page);
  const box = (await clock.boundingBox())!;
  await page.mouse.move(box.x + 3, box.y + 25);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * share, box.y + 25, { steps: 5 });
  await page.mouse.up();
  return shownStep(page);
}

const WHILE_TRAINING = ['Curves', 'Histograms', 'Gradient flow', 'Samples'];
/** Confusion comes with the first evaluation. */
const PANELS = [...WHILE_TRAINING, 'Confusion'];

/** What each panel says that it shows. */
async function panelSteps(
  page: Page,
  designer: Designer,
  tabs: readonly string[],
): Promise<Record<string, number>> {
  const steps: Record<string, number> = {};
  for (const tab of tabs) {
    await designer.dock(tab).click();
    const group = page.locator('section.panel').filter({ has: designer.dock(tab) });
    steps[tab] = numberIn(await group.locator('.panel-step').textContent());
  }
  const fact = page
    .locator('.frame-right')
    .getByText(/^step /)
    .first();
  steps['Inspector'] = numberIn(await fact.textContent());
  return steps;
}

/** These come with every record; samples and confusion more rarely. */
const AT_ONCE = ['Curves', 'Histograms', 'Gradient flow', 'Inspector'];

function expectAgreement(steps: Record<string, number>, clock: number): void {
  for (const [panel, step] of Object.entries(steps)) {
    if (AT_ONCE.includes(panel)) expect([panel, step]).toEqual([panel, clock]);
    else expect(step, panel).toBeLessThanOrEqual(clock);
  }
}

test('every panel follows the clock, while training and afterwards', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('LeNet on digits');
  await designer.setting('Epochs').fill('2');
  await designer.setting('Epochs').press('Enter');
  await page.locator('[data-node="conv1"]').click();
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  // A few records are there, and the run goes on.
  await expect(designer.dock('Curves')).toBeVisible();
  await expect
    .poll(() => page.locator('.curve-value').count(), { timeout: 60_000 })
    .toBeGreaterThan(0);
  await expect.poll(() => shownStep(page), { timeout: 60_000 }).toBeGreaterThan(20);
  const past = await dragTo(page, 0.01);
  const newest = async () => numberIn(await clockOf(page).getAttribute('aria-valuemax'));
  const before = await newest();
  expect(past).toBeLessThan(before);
  expectAgreement(await panelSteps(page, designer, WHILE_TRAINING), past);
  // Looking back stops nothing.
  await expect.poll(newest, { timeout: 60_000 }).toBeGreaterThan(before);
  expect(await shownStep(page)).toBe(past);
  await expect(page.getByText(/Finished/).first()).toBeVisible({ timeout: 90_000 });
  expect(await shownStep(page)).toBe(past);

  for (const share of [0.3, 0.7]) {
    const step = await dragTo(page, share);
    expectAgreement(await panelSteps(page, designer, PANELS), step);
  }
  await page.keyboard.press('Alt+l');
  const last = await shownStep(page);
  expect(last).toBe(await newest());
  for (const step of Object.values(await panelSteps(page, designer, PANELS)))
    expect(step).toBe(last);
  await page.keyboard.press('Alt+ArrowLeft');
  expect(await shownStep(page)).toBeLessThan(last);
  await page.keyboard.press('Alt+Home');
  expect(await shownStep(page)).toBe(1);

  // Another document of the same name and network is another one.
  await designer.openExample('LeNet on digits');
  await expect(clockOf(page)).toBeHidden();
  await expect(page.getByText('Not trained yet')).toBeVisible();
  expect(app.errors).toEqual([]);
});
