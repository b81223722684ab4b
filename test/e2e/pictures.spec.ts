/** Rule: the pictures of all cards are on one canvas, and yet each is a part of its card. */
import { expect, test } from './fixtures.ts';
import { Designer, settled } from './designer.ts';
import type { Locator, Page } from '@playwright/test';

test.use({ shared: true });

/** Takes a card by its header and holds it over a place; the mouse is still down. */
async function drag(page: Page, card: Locator, by: { x: number; y: number }): Promise<void> {
  const box = (await card.boundingBox())!;
  const [x, y] = [box.x + 40, box.y + 14];
  await page.mouse.move(x, y);
  await page.mouse.down();
  // The first movement only takes it up.
  await page.mouse.move(x + 4, y + 4);
  await page.mouse.move(x + by.x, y + by.y);
  await expect.poll(async () => (await card.boundingBox())!.y - box.y).not.toBe(0);
}

test('one canvas carries the pictures, and a card in hand its own', async ({ page, app }) => {
  const designer = new Designer(page);
  const fc1 = designer.node('Linear fc1');
  await expect(fc1).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: '100%' })).toBeVisible();
  const picture = () => designer.picture(fc1);
  await expect.poll(async () => (await picture()).ink).toBeGreaterThan(0.05);
  // The camera rests; then the sheet has been drawn for it.
  await designer.rests();
  await expect(designer.canvas.locator('.react-flow canvas')).toHaveCount(1);

  // The sheet is drawn some frames after the camera has come to rest.
  await settled(async () => (await picture()).checksum);
  const before = await picture();
  await drag(page, fc1, { x: 32, y: 80 });
  await expect.poll(picture).toEqual(before);
  await page.mouse.up();
  await expect.poll(picture).toEqual(before);
  expect(app.errors).toEqual([]);
});

test('a card hides the pictures of those below it', async ({ page, app }) => {
  const designer = new Designer(page);
  const below = designer.node('Linear fc1');
  const above = designer.node('ReLU relu1');
  await expect(below).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: '100%' })).toBeVisible();
  await designer.rests();
  await settled(async () => (await designer.picture(below)).checksum);
  const [lower, upper] = [await designer.picture(below), await designer.picture(above)];
  expect(lower.checksum).not.toBe(upper.checksum);
  const [to, from] = [(await below.boundingBox())!, (await above.boundingBox())!];
  await drag(page, above, { x: to.x - from.x + 60, y: to.y - from.y + 20 });
  // The curve of the one above is whole, and of the one below only what is not covered is left.
  const over = (await above.boundingBox())!.x - to.x;
  expect(over).toBeGreaterThan(30);
  expect(over).toBeLessThan(100);
  await expect.poll(() => designer.picture(above)).toEqual(upper);
  expect((await designer.picture(below)).ink).toBeLessThan(lower.ink + upper.ink);
  expect((await designer.picture(below)).checksum).not.toBe(lower.checksum);
  await page.mouse.up();
  expect(app.errors).toEqual([]);
});

/** By the wheel, with the pointer in the middle. */
async function zoomTo(page: Page, designer: Designer, percent: number): Promise<void> {
  const box = (await designer.canvas.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const readout = page.locator('.zoom-readout');
  const viewport = designer.canvas.locator('.react-flow__viewport');
  for (let i = 0; i < 200; i++) {
    const now = Number.parseInt(await readout.innerText(), 10);
    if (Math.abs(now - percent) <= 3) return;
    const before = (await viewport.getAttribute('style')) ?? '';
    await page.mouse.wheel(
      0,
      Math.sign(now - percent) * Math.min(120, 6 * Math.abs(now - percent)),
    );
    // A turn of the wheel that has not moved the camera yet would be made up for by another one.
    await expect(viewport).not.toHaveAttribute('style', before);
  }
  throw new Error(`the canvas does not come to ${percent} %`);
}

test('a card that is seen from further away is the same one: nothing of it is rendered', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await expect(designer.node('Linear fc1')).toBeVisible();
  // What is told of the data comes by itself.
  await expect(designer.node('Data data').locator('.card-figures')).toContainText('train');
  await page.evaluate(() => {
    const changes: string[] = [];
    Object.assign(window, { changes });
    const observer = new MutationObserver((records) => {
      // The box of the pointer's own moves with the camera.
      for (const { type, target, attributeName } of records)
        changes.push(`${type} ${attributeName ?? ''} ${(target as Element).className}`);
    });
    for (const card of document.querySelectorAll('.card'))
      observer.observe(card, { childList: true, attributes: true, subtree: true });
  });
  const detail = () => designer.canvas.getAttribute('data-detail');
  for (const [percent, level] of [
    [100, 'full'],
    [50, 'name'],
    [20, 'block'],
    [100, 'full'],
  ] as const) {
    await zoomTo(page, designer, percent);
    await expect.poll(detail).toBe(level);
  }
  expect(await page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual(
    [],
  );
  expect(app.errors).toEqual([]);
});

test('a block is taken, moved, marked and named as a card is', async ({ page, app }) => {
  const designer = new Designer(page);
  const fc1 = designer.node('Linear fc1');
  await expect(fc1).toBeVisible();
  await zoomTo(page, designer, 22);
  await expect.poll(async () => (await designer.picture(fc1)).ink).toBe(1);
  const box = (await fc1.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await designer.expectAt(/^Linear fc1/);
  await expect(fc1.locator('.card')).toHaveCSS('box-shadow', /^(?!none)/);
  await page.mouse.move(box.x + 10, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + 14, box.y + 12);
  await page.mouse.move(box.x + 10, box.y + 80);
  await expect.poll(async () => (await fc1.boundingBox())!.y - box.y).toBeGreaterThan(40);
  await expect.poll(async () => (await designer.picture(fc1)).ink).toBe(1);
  await page.mouse.up();
  await designer.canvas.focus();
  await page.keyboard.press('ArrowRight');
  await designer.expectAt(/^ReLU relu1/);
  expect(app.errors).toEqual([]);
});

test('a press while the camera moves reaches the card, its ports and the ground', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  const fc1 = designer.node('Linear fc1');
  await expect(fc1).toBeVisible();
  const whileMoving = async (press: () => Promise<void>): Promise<void> => {
    // What moves by itself takes the mark of it away when it rests.
    await designer.restingBox(fc1);
    // For as long as a hand would have to move the camera.
    await designer.canvas.evaluate((canvas) => canvas.classList.add('camera-moving'));
    // Polled: a project that has just been opened is still being put in its place.
    const under = async () => {
      const box = (await fc1.boundingBox())!;
      const at = [box.x + 40, box.y + 12] as const;
      return page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.className ?? 'none', at);
    };
    await expect.poll(under).toContain('react-flow__pane');
    await press();
    await designer.canvas.evaluate((canvas) => canvas.classList.remove('camera-moving'));
  };
  const press = async (x: number, y: number): Promise<void> => {
    const box = (await fc1.boundingBox())!;
    await page.mouse.click(box.x + x, box.y + y);
  };
  await whileMoving(() => press(40, 12));
  await designer.expectAt(/^Linear fc1/);
  await whileMoving(() => press(40, -24));
  await expect(fc1.locator('.card')).not.toHaveClass(/selected/);
  await whileMoving(async () => {
    const before = (await fc1.boundingBox())!;
    await drag(page, fc1, { x: 0, y: 80 });
    await page.mouse.up();
    await expect.poll(async () => (await fc1.boundingBox())!.y - before.y).toBeGreaterThan(40);
  });
  await whileMoving(async () => {
    const port = designer.canvas.getByRole('img', { name: /^Output y of fc1/ });
    const box = (await port.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 60, box.y + 60, { steps: 4 });
    await expect(page.locator('.wire-in-hand')).toHaveCount(1);
    await page.mouse.up();
    await page.keyboard.press('Escape');
  });
  expect(app.errors).toEqual([]);
});

test('a block is as strong in colour as what the overlay says of its node', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  const fc1 = designer.node('Linear fc1');
  await expect(fc1).toBeVisible();
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
  await zoomTo(page, designer, 22);
  await expect.poll(async () => (await designer.picture(fc1)).ink).toBe(1);
  const looks = new Set<number>();
  for (const overlay of ['Off', 'Activations', 'Gradients']) {
    await page.getByRole('radio', { name: overlay, exact: true }).click();
    await expect(designer.canvas).not.toHaveClass(/camera-moving/);
    await expect
      .poll(async () => {
        const { checksum } = await designer.picture(fc1);
        return looks.has(checksum) ? null : checksum;
      })
      .not.toBeNull();
    looks.add((await designer.picture(fc1)).checksum);
  }
  expect(app.errors).toEqual([]);
});
