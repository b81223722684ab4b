/** Rule: of a GAN one sees what became of the same noise, column by column, and a column takes the clock there. */
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

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
  await expect(page.getByText(/Finished/).first()).toBeVisible({ timeout: 60_000 });
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
  expect(app.errors).toEqual([]);
});
