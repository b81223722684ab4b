/**
 * Rule: there is one clock. Dragged into the past or live, while training and afterwards, every panel, the
 * cards and the inspector show its step, or the last that was known before it, and say which. Another
 * document shows nothing of the run.
 */
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

const clockOf = (page: Page) => page.getByRole('slider', { name: 'Step shown' });
const numberIn = (text: string | null): number => Number((text ?? '').replace(/\D/g, ''));
const shownStep = async (page: Page): Promise<number> =>
  numberIn(await clockOf(page).getAttribute('aria-valuenow'));

/** To a share of what is planned. */
async function dragTo(page: Page, share: number): Promise<number> {
  const box = (await clockOf(page).boundingBox())!;
  await page.mouse.move(box.x + 3, box.y + 25);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * share, box.y + 25, { steps: 5 });
  await page.mouse.up();
  return shownStep(page);
}

const WHILE_TRAINING = ['Curves', 'Histograms', 'Gradient flow', 'Samples'];
/** Confusion comes with the first evaluation. */
const PANELS = [...WHILE_TRAINING, 'Confusion'];

/**
 * The panels are read one after the other: what has just been looked back to may be on its way to one of them,
 * on a busy machine for seconds.
 */
const expectAgreementOf = (
  page: Page,
  designer: Designer,
  tabs: readonly string[],
  clock: number,
): Promise<void> =>
  expect(async () => expectAgreement(await panelSteps(page, designer, tabs), clock)).toPass();

/** What each panel says that it shows. */
async function panelSteps(
  page: Page,
  designer: Designer,
  tabs: readonly string[],
): Promise<Record<string, number>> {
  const steps: Record<string, number> = {};
  for (const tab of tabs) {
    await designer.dock(tab).click();
    const group = page.locator('.dv-groupview').filter({ has: designer.dock(tab) });
    const said = group.locator('.panel-step').or(group.getByText(/^Nothing of this was recorded/));
    const text = await said.first().textContent();
    if (!text?.startsWith('Nothing')) steps[tab] = numberIn(text);
  }
  const fact = page
    .getByRole('tabpanel', { name: 'Inspector' })
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
  await designer.openExample('MLP on digits');
  await designer.setting('Epochs').fill('40');
  await designer.setting('Epochs').press('Enter');
  await page.locator('[data-node="fc1"]').click();
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => clockOf(page).count()).toBe(1);
  await expect.poll(() => shownStep(page)).toBeGreaterThan(20);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.keyboard.press('Alt+Home');
  await expect(page.locator('.run-clock.past')).toHaveCount(1);
  const past = await shownStep(page);
  await expectAgreementOf(page, designer, WHILE_TRAINING, past);
  // Looking back stops nothing, and what comes in changes nothing of the past.
  const newest = async () => numberIn(await clockOf(page).getAttribute('aria-valuemax'));
  const before = await newest();
  expect(past).toBeLessThan(before);
  await page.keyboard.press('Control+Enter');
  await expect.poll(newest).toBeGreaterThan(800);
  expect(await shownStep(page)).toBe(past);
  await expectAgreementOf(page, designer, WHILE_TRAINING, past);
  await page.keyboard.press('Control+.');
  await expect(page.getByText(/^(Stopped|Finished)/).first()).toBeVisible();
  expect(await shownStep(page)).toBe(past);

  // The first record is the nearest one; farther on a busy machine may have none before the newest.
  for (const share of [0.001, 0.12]) {
    const step = await dragTo(page, share);
    const isPast = (await page.locator('.run-clock.past').count()) > 0;
    expect(isPast || share > 0.1).toBe(true);
    if (isPast) await expectAgreementOf(page, designer, PANELS, step);
  }
  await page.keyboard.press('Alt+l');
  const last = await shownStep(page);
  expect(last).toBe(await newest());
  // A run that was stopped has been watched for the last time some steps before.
  // The last of it may be on its way while the panels are read one after the other.
  await expect(async () => {
    const live = await panelSteps(page, designer, PANELS);
    const watched = live['Inspector'] ?? 0;
    expect([watched, watched]).toEqual([live['Histograms'], live['Gradient flow']]);
    for (const step of Object.values(live)) expect(step).toBeLessThanOrEqual(last);
  }).toPass();
  await page.keyboard.press('Alt+ArrowLeft');
  expect(await shownStep(page)).toBeLessThan(last);
  await page.keyboard.press('Alt+Home');
  expect(await shownStep(page)).toBe(1);

  // Another document of the same name and network is another one.
  await designer.openExample('MLP on digits');
  await expect(clockOf(page)).toBeHidden();
  await expect(page.getByText('Not trained yet', { exact: true })).toBeVisible();
  expect(app.errors).toEqual([]);
});
