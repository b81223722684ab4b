/** Rule: of a GAN one sees what became of the same noise, column by column, and a column takes the clock there. */
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

test('a strip of samples through time, the clock by its columns, and curves by objective', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('GAN on digits');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  await designer.dock('Samples').click();
  const strip = page.getByRole('group', { name: 'Generated samples through time' });
  const columns = strip.getByRole('button');
  const shown = strip.locator('[aria-current]');
  await expect(shown).toHaveAccessibleName(/^Step 151$/);
  const [first, last] = [columns.first(), columns.last()];
  expect((await designer.drawing(last)).checksum).not.toBe(
    (await designer.drawing(first)).checksum,
  );

  await first.click();
  await expect(first).toHaveAttribute('aria-current', 'step');
  await expect(page.locator('.panel-step.past').first()).toBeVisible();
  await last.click();
  await expect(shown).toHaveAccessibleName(/^Step 151$/);
  await expect(page.locator('.panel-step.past')).toHaveCount(0);

  await expect(
    page.getByRole('img', { name: 'Loss over training: Discriminator, Generator' }),
  ).toBeVisible();

  // In a small window too: no field of the bar is cut, how long it took is read whole, and badges stand below pictures.
  await page.setViewportSize({ width: 1280, height: 800 });
  const bar = page.getByRole('region', { name: 'Training', exact: true });
  await expect(bar.getByRole('spinbutton', { name: 'Learning rate of Generator' })).toBeVisible();
  const cutFields = await bar.locator('.training-field').evaluateAll((fields) =>
    fields.flatMap((field) => {
      const [own, around] = [field, field.parentElement!].map((it) => it.getBoundingClientRect());
      return own!.top < around!.bottom && own!.right > around!.right + 1 ? [field.textContent] : [];
    }),
  );
  expect(cutFields).toEqual([]);
  await expect(bar.getByText(/^151 steps in/)).toBeVisible();
  const room = await bar
    .getByText(/^151 steps in/)
    .evaluate((took) => took.clientWidth - took.scrollWidth);
  expect(room).toBeGreaterThanOrEqual(0);
  const card = await designer.restingBox(designer.node('Linear g1'));
  const badge = await designer.node('Linear g1').locator('.objective-badge').boundingBox();
  // The picture ends 121 below the top of a card of 128.
  expect(badge?.y ?? 0).toBeGreaterThanOrEqual(card.y + (121 / 128) * card.height - 1);
  expect(app.errors).toEqual([]);
});
