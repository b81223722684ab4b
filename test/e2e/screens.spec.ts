/** Rule: no name, figure or button is cut off or covered, in a small window as in a large one. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test.use({ shared: true });

/** Texts of what matches that are wider than the room they have. */
async function cut(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const clipped = element.scrollWidth > element.clientWidth + 1;
      const own = element.getBoundingClientRect();
      const around = element.parentElement?.getBoundingClientRect() ?? own;
      const outside = own.right > around.right + 1 || own.left < around.left - 1;
      return clipped || outside ? [element.textContent] : [];
    }),
  );
}

for (const [width, height] of [
  [1280, 800],
  [1920, 1080],
] as const) {
  test(`nothing is cut at ${width}x${height}`, async ({ page, app }) => {
    await page.setViewportSize({ width, height });
    const designer = new Designer(page);
    await designer.openExample('XOR');
    for (const category of ['Sequence', 'Loss', 'Normalisation', 'Pooling', 'Convolution']) {
      const head = page.getByRole('button', { name: new RegExp(`^${category}`) });
      if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
    }
    expect(await cut(page, '.palette-layer .ellipsis')).toEqual([]);

    await page.keyboard.press('Control+Enter');
    await expect(page.getByText(/^Finished/).first()).toBeVisible();
    // The test part is measured at the end: three names, three figures.
    await expect(page.locator('.curve-legend').first()).toContainText(/train.*val.*test/);
    expect(await cut(page, '.curve-value')).toEqual([]);
    await expect(page.locator('.curve-value > span').first()).toBeVisible();

    // No card under the switch, and a warning is read whole.
    const switches = await page.locator('.canvas-head').boundingBox();
    const canvas = await designer.canvas.boundingBox();
    expect((switches?.y ?? 0) + (switches?.height ?? 0)).toBeLessThanOrEqual((canvas?.y ?? 0) + 1);
    await designer.select('CrossEntropyLoss loss');
    await expect(designer.canvas.getByRole('img', { name: /^Output .* of loss/ })).toHaveCount(0);
    await designer.select('Linear fc2');
    await page.keyboard.press('Shift+Delete');
    await expect(page.locator('.card-figures.warn')).toHaveText(
      'Nothing uses the output of tanh1.',
    );
    expect(await cut(page, '.card-figures.warn')).toEqual([]);

    // A long name leaves room for the button that discards, and a path is read from left to right.
    await page.getByRole('tab', { name: 'Document' }).click();
    const name = page.getByRole('textbox', { name: 'Name' });
    await name.fill('A rather long name that says all about the experiment of last week, and why');
    await name.press('Enter');
    await expect(page.getByRole('spinbutton', { name: 'Threads' })).toHaveValue('Automatic');
    await designer.command('Save as');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText(/^Saved/).first()).toBeVisible();
    await designer.command('Open');
    const dialog = page.getByRole('dialog', { name: 'Open a project' });
    await expect(dialog.locator('.path').first()).toBeVisible();
    expect(await cut(page, '.project-list li > *')).toEqual([]);
    const reads = await dialog
      .locator('.path bdi')
      .first()
      .evaluate((path) => {
        const range = document.createRange();
        const text = path.firstChild;
        if (!text) throw new Error('no path');
        const at = (index: number): number => {
          range.setStart(text, index);
          range.setEnd(text, index + 1);
          return range.getBoundingClientRect().left;
        };
        const { length } = text.textContent ?? '';
        return at(0) < at(1) && at(length - 2) < at(length - 1);
      });
    expect(reads).toBe(true);
    expect(app.errors).toEqual([]);
  });
}

test('a row of reconstructions ends with a whole picture', async ({ page, app }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const designer = new Designer(page);
  await designer.openExample('Denoising autoencoder');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await page.keyboard.press('Control+Enter');
  const list = page.getByRole('group', { name: 'Reconstructions' });
  await expect(list).toBeVisible();
  const overhang = await list.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(overhang).toBeLessThanOrEqual(0);
  expect(app.errors).toEqual([]);
});

test('node, wire and canvas have a menu each', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  const items = page.getByRole('menuitem');
  const fc1 = designer.node('Linear fc1');
  await fc1.click({ button: 'right', position: { x: 40, y: 12 } });
  await expect(items.filter({ hasText: 'Duplicate' })).toBeVisible();
  await expect(items.filter({ hasText: 'Show everything' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(items).toHaveCount(0);

  const card = await designer.restingBox(fc1);
  const box = await designer.canvas.boundingBox();
  if (!box) throw new Error('nothing to press');
  await page.mouse.click(box.x + 20, box.y + 20, { button: 'right' });
  await expect(items.filter({ hasText: 'Show everything' })).toBeVisible();
  await expect(items.filter({ hasText: 'Duplicate' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(items).toHaveCount(0);

  // A menu that is opened the moment another one is gone stays, though that one still has the focus to give back.
  await page.mouse.click(box.x + 20, box.y + 20, { button: 'right' });
  await expect(items.filter({ hasText: 'Show everything' })).toBeVisible();
  await page.evaluate(() => {
    const canvas = document.querySelector('.canvas')!;
    const press = { bubbles: true, clientX: 400, clientY: 300 };
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('[role="menu"]')) return;
      observer.disconnect();
      canvas.dispatchEvent(new MouseEvent('contextmenu', press));
      document.body.dataset['reopened'] = 'true';
    }).observe(document.body, { childList: true, subtree: true });
  });
  await page.keyboard.press('Escape');
  // Until then the items may be those of the one that is about to go.
  await expect(page.locator('body')).toHaveAttribute('data-reopened', 'true');
  await expect(items.first()).toBeVisible();
  // The one that is gone gives the focus back in a turn of its own, which the other would answer within some more.
  await page.evaluate(async () => {
    for (let i = 0; i < 20; i++) {
      await new Promise((done) => setTimeout(done));
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
  await expect(items.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(items).toHaveCount(0);

  // Half-way between two cards, at the height of their ports.
  const scale = card.height / 128;
  await page.mouse.click(card.x + card.width + 20 * scale, card.y + 64 * scale, {
    button: 'right',
  });
  await items.filter({ hasText: 'Remove the wire' }).click();
  await expect(designer.canvas.locator('[data-wire]')).toHaveCount(4);
  expect(app.errors).toEqual([]);
});
