/** Rule: what an editor of graphs is expected to do, by mouse and keyboard, and all of it undone. */
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test.use({ shared: true });

test('box selection, copy, paste, duplicate, delete; undo brings everything back', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await expect(designer.nodes).toHaveCount(5);

  await designer.select('Linear fc1');
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  await expect(designer.nodes).toHaveCount(6);
  await page.keyboard.press('Control+d');
  await expect(designer.nodes).toHaveCount(7);
  await page.keyboard.press('Delete');
  await expect(designer.nodes).toHaveCount(6);

  await page.keyboard.press('Escape');
  const box = await designer.canvas.boundingBox();
  if (!box) throw new Error('no canvas');
  await page.mouse.move(box.x + 15, box.y + 60);
  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 15, box.y + box.height - 60, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(
    page
      .getByText('6 nodes selected')
      .or(page.getByText(/^6 nodes/))
      .first(),
  ).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(designer.nodes).toHaveCount(0);

  for (let step = 0; step < 4; step++) await page.keyboard.press('Control+z');
  await expect(designer.nodes).toHaveCount(5);
  await expect(designer.node('Linear fc1')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('a parameter changes shapes at once, and is undone in one step', async ({ page, app }) => {
  const designer = new Designer(page);
  await expect(designer.node('Linear fc1')).toBeVisible();
  await designer.select('Linear fc1');
  const inspector = page.getByRole('tabpanel', { name: 'Inspector' });
  const width = inspector.getByRole('spinbutton', { name: 'Out features' });
  await width.fill('96');
  await width.press('Enter');
  await expect(designer.node('Linear fc1').getByText('784→96')).toBeVisible();
  await expect(designer.node('Linear fc2').getByText('96→64')).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('Control+z');
  await expect(designer.node('Linear fc1').getByText('784→128')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('auto layout moves cards, and undo moves them back', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  const card = designer.node('Tanh tanh1');
  const before = await designer.restingBox(card);
  await card.hover({ position: { x: 40, y: 12 } });
  await page.mouse.down();
  await page.mouse.move(before.x + 60, before.y + 140, { steps: 6 });
  await page.mouse.up();
  const moved = async () => Math.abs(((await card.boundingBox())?.y ?? 0) - before.y);
  await expect.poll(moved).toBeGreaterThan(50);
  const dragged = await card.boundingBox();
  await page.getByRole('button', { name: 'Lay out the graph' }).click();
  await expect.poll(async () => (await card.boundingBox())?.y).not.toBe(dragged?.y);
  expect(app.errors).toEqual([]);
});

test('the theme changes and is remembered', async ({ page, app }) => {
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme'] ?? '');
  const first = await theme();
  await page.getByRole('button', { name: /theme$/ }).click();
  await expect.poll(theme).not.toBe(first);
  const second = await theme();
  await page.reload();
  await expect.poll(theme).toBe(second);
  expect(app.errors).toEqual([]);
});
