/**
 * Rule: panels dock. Each can be dragged, moved, split off, maximised, closed and brought back, by pointer
 * and by command; the layout outlives a reload; every tab can be reached in a small window; what cannot be
 * seen does no work.
 */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test.use({ shared: true });

const panel = (page: Page, name: string): Locator => page.getByRole('tabpanel', { name });
const canvasOf = (page: Page): Locator => page.getByRole('application', { name: 'Graph' });

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('not on screen');
  return box;
}
const middle = (box: { x: number; y: number; width: number; height: number }) => ({
  x: box.x + box.width / 2,
  y: box.y + box.height / 2,
});

/** By its tab, to a point; `drop` is where it is let go. */
async function dragTab(page: Page, tab: Locator, drop: { x: number; y: number }): Promise<void> {
  const from = middle(await boxOf(tab));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 20, from.y - 30, { steps: 4 });
  await page.mouse.move(drop.x, drop.y, { steps: 8 });
  // Where it would go is shown, and taken from there.
  await expect(page.locator('.dv-drop-target-anchor, .dv-drop-target-selection')).not.toHaveCount(
    0,
  );
  await page.mouse.up();
}

async function menuOf(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `Panel ${name}` }).click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

test('a tab is dragged beside the canvas, stays there, and goes back', async ({ page, app }) => {
  const designer = new Designer(page);
  const before = await boxOf(canvasOf(page));
  await dragTab(page, designer.dock('Samples'), {
    x: before.x + before.width - 40,
    y: before.y + before.height / 2,
  });
  const beside = async (): Promise<void> => {
    const [canvas, samples] = [await boxOf(canvasOf(page)), await boxOf(panel(page, 'Samples'))];
    expect(samples.x).toBeGreaterThanOrEqual(canvas.x + canvas.width);
    expect(samples.y).toBeLessThan(canvas.y + canvas.height);
  };
  await beside();
  await expect(designer.dock('Problems')).toBeVisible();

  // Kept with the settings, which are written after a quiet moment.
  await expect.poll(() => JSON.stringify(app.view())).toContain('"panels":["samples"]');
  await page.goto(await app.link());
  await expect(designer.nodes.first()).toBeVisible();
  await beside();

  await designer.command('Reset layout');
  const [canvas, samples] = [await boxOf(canvasOf(page)), await boxOf(panel(page, 'Samples'))];
  expect(samples.y).toBeGreaterThan(canvas.y + canvas.height);
  expect(canvas.width).toBeCloseTo(before.width, 0);
  expect(app.errors).toEqual([]);
});

test('a panel is moved, split off and maximised by its menu', async ({ page, app }) => {
  const designer = new Designer(page);
  const canvas = await boxOf(canvasOf(page));
  await menuOf(page, 'Curves', 'Split to the right');
  const [histograms, curves] = [panel(page, 'Histograms'), panel(page, 'Curves')];
  expect((await boxOf(curves)).x).toBeGreaterThan((await boxOf(histograms)).x);

  await menuOf(page, 'Curves', 'Move to the left side');
  await expect(curves).toBeVisible();
  expect((await boxOf(curves)).x).toBeLessThan(canvas.x);

  await designer.dock('Problems').dblclick();
  await expect(canvasOf(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Train', exact: true }).first()).toBeVisible();
  await expect(designer.dock('Curves')).toBeHidden();
  const whole = await boxOf(panel(page, 'Problems'));
  expect(whole.width).toBeGreaterThan(1400);
  await page.getByRole('button', { name: 'Restore the panels' }).click();
  await expect(canvasOf(page)).toBeVisible();
  await expect(curves).toBeVisible();

  // Over the others, and back.
  await menuOf(page, 'Problems', 'Float');
  await expect(
    page.locator('.dv-resize-container').getByRole('tab', { name: /^Problems/ }),
  ).toBeVisible();
  await menuOf(page, 'Problems', 'Dock');
  await expect(page.locator('.dv-resize-container')).toHaveCount(0);
  await expect(panel(page, 'Problems')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('a panel that was closed stays away, and comes back where it was', async ({ page, app }) => {
  const designer = new Designer(page);
  const place = await boxOf(designer.dock('Gradient flow'));
  await menuOf(page, 'Gradient flow', 'Close');
  await expect(designer.dock('Gradient flow')).toHaveCount(0);
  await expect(panel(page, 'ROC')).toBeVisible();
  await expect.poll(() => JSON.stringify(app.view()['panelsAway'])).toContain('"gradients"');
  await page.goto(await app.link());
  await expect(designer.nodes.first()).toBeVisible();
  await expect(designer.dock('Confusion')).toBeVisible();
  await expect(designer.dock('Gradient flow')).toHaveCount(0);
  await designer.command('Show Gradient flow');
  await expect(panel(page, 'Gradient flow')).toBeVisible();
  expect((await boxOf(designer.dock('Gradient flow'))).x).toBeCloseTo(place.x, 0);

  // With the keyboard: the key that deletes a node closes the tab that has the focus.
  await designer.dock('Log').focus();
  await page.keyboard.press('Delete');
  await expect(designer.dock('Log')).toHaveCount(0);
  await page.getByRole('button', { name: 'Panel Samples' }).click();
  await page.getByRole('menuitem', { name: 'Log', exact: true }).click();
  await expect(panel(page, 'Log')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('what a network has nothing for is not there, and is in front again', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.dock('Confusion').click();
  await expect(panel(page, 'Confusion')).toBeVisible();
  await designer.openExample('Denoising autoencoder');
  await expect(designer.dock('Confusion')).toHaveCount(0);
  await expect(panel(page, 'Gradient flow')).toBeVisible();
  await designer.openExample('XOR');
  await expect(panel(page, 'Confusion')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('lines move by arrow keys, F6 goes from panel to panel', async ({ page, app }) => {
  const designer = new Designer(page);
  const line = page.getByRole('separator', { name: /^Width of Inspector/ });
  const before = await boxOf(panel(page, 'Inspector'));
  await line.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(line).toHaveAttribute('aria-valuenow', String(before.width + 32));
  expect((await boxOf(panel(page, 'Inspector'))).width).toBe(before.width + 32);
  await line.dblclick();
  expect((await boxOf(panel(page, 'Inspector'))).width).toBe(before.width);

  await designer.dock('Curves').focus();
  await page.keyboard.press('F6');
  await expect(designer.dock('Gradient flow')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(panel(page, 'Confusion')).toBeVisible();
  await page.keyboard.press('Shift+F6');
  await expect(designer.dock('Curves')).toBeFocused();
  expect(app.errors).toEqual([]);
});

test('what cannot be seen is not in the page', async ({ page, app }) => {
  const designer = new Designer(page);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
  const drawings = page.locator('.dock-body canvas');
  const curves = panel(page, 'Curves').locator('canvas');
  await expect(curves).not.toHaveCount(0);
  await designer.dock('Histograms').click();
  await expect(page.locator('.curves-panel')).toHaveCount(0);
  await page.keyboard.press('Control+j');
  await expect(designer.dock('Histograms')).toBeHidden();
  await expect(drawings).toHaveCount(0);
  await page.keyboard.press('Control+j');
  await expect(panel(page, 'Histograms').locator('canvas')).not.toHaveCount(0);
  expect(app.errors).toEqual([]);
});

test('at 1024 px the left side gives way, and every tab can be reached', async ({ page, app }) => {
  const designer = new Designer(page);
  await page.setViewportSize({ width: 1024, height: 768 });
  await expect(designer.dock('Layers')).toBeHidden();
  const reachAll = async (): Promise<void> => {
    const bottom = [
      'Histograms',
      'Curves',
      'Confusion',
      'Gradient flow',
      'ROC',
      'Problems',
      'Log',
      'Samples',
    ];
    for (const name of [...bottom, 'Document', 'Inspector']) {
      const tab = designer.dock(name);
      const box = await boxOf(tab);
      expect(box.x + box.width, name).toBeLessThanOrEqual(1024);
      expect(await tab.locator('.ellipsis').evaluate((text) => text.scrollWidth - text.clientWidth))
        // Its name is whole.
        .toBeLessThanOrEqual(1);
      await tab.click();
      await expect(panel(page, name)).toBeVisible();
    }
  };
  await reachAll();
  // Tools that a run brings take no tab's room.
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.panel-step').first()).toBeVisible();
  await reachAll();
  await designer.dock('Curves').focus();
  await page.keyboard.press('ArrowRight');
  await expect(designer.dock('Histograms')).toBeFocused();
  await page.keyboard.press('Control+b');
  await expect(designer.dock('Outline')).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(designer.dock('Layers')).toBeVisible();
  expect((await boxOf(panel(page, 'Layers'))).width).toBe(168);
  expect(app.errors).toEqual([]);
});
