/**
 * Rule: networks of other families than classifiers show what they are for: a place of a latent plane its picture, a
 * language model writes on from a beginning, and tables and series train to figures in their own units.
 */
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

async function train(designer: Designer, example: string): Promise<void> {
  await designer.openExample(example);
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await designer.page.keyboard.press('Control+Enter');
  await expect(designer.page.getByText(/^Finished/).first()).toBeVisible();
}

test('a place of the latent plane shows its picture, and the next one another', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await train(designer, 'Variational autoencoder');
  await designer.dock('Latent plane').click();
  const plane = page.getByRole('img', {
    name: /^Latent plane of z at step 76: .* places decoded$/,
  });
  await expect(plane).toBeVisible();
  const drawn = async (): Promise<number> => (await designer.drawing(plane.locator('..'))).checksum;
  const bare = await drawn();
  await plane.hover();
  await expect.poll(drawn).not.toBe(bare);
  const [first, box] = [await drawn(), await plane.boundingBox()];
  await plane.press('ArrowLeft');
  await expect.poll(drawn).not.toBe(first);
  await page.mouse.move((box?.x ?? 0) - 40, (box?.y ?? 0) - 60);
  await expect.poll(drawn).toBe(bare);
  expect(app.errors).toEqual([]);
});

test('a language model writes on, and another text with another seed', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('A small GPT');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  // It need not write well: what it knows after a few steps is kept when it is stopped.
  const step = page.getByRole('slider', { name: 'Step shown' });
  await expect
    .poll(async () => Number(await step.getAttribute('aria-valuenow')))
    .toBeGreaterThan(3);
  await page.keyboard.press('Control+.');
  await expect(page.getByText(/^Stopped/).first()).toBeVisible();
  await designer.dock('Try it').click();
  const written = page.getByRole('region', { name: 'What it writes' });
  await written.getByRole('spinbutton', { name: 'Length' }).fill('24');
  await written.getByRole('spinbutton', { name: 'Length' }).press('Enter');
  await written.getByRole('button', { name: 'Write' }).click();
  const text = written.getByRole('group', { name: 'Text' });
  const beginning = (await text.locator('span').textContent()) ?? '';
  const first = (await text.textContent()) ?? '';
  expect(first.length).toBe(beginning.length + 24);
  await written.getByRole('button', { name: 'Another text' }).click();
  await expect(text).not.toHaveText(first);
  expect(app.errors).toEqual([]);
});

test('a table of prices and a series train to their errors', async ({ page, app }) => {
  const designer = new Designer(page);
  for (const [example, nodes] of [
    ['What a flat costs', 6],
    ['An LSTM that forecasts', 5],
  ] as const) {
    await train(designer, example);
    await expect.poll(() => designer.nodes.count()).toBeGreaterThanOrEqual(nodes);
    await expect(page.getByRole('img', { name: /^RMSE.* over training$/ })).toBeVisible();
    await designer.dock('Samples').click();
    await expect(
      page.getByRole('img', { name: /^Prediction (against|over)/ }).first(),
    ).toBeVisible();
    await designer.dock('Curves').click();
  }
  expect(app.errors).toEqual([]);
});
