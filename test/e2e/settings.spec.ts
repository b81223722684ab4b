/** Rule: settings of the program are kept at once, hold after a reload, and what is no address is not taken. */
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

test('theme, threads and mirror are set, kept and there again', async ({ app, page }) => {
  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByRole('radio', { name: 'Light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  const threads = dialog.getByRole('spinbutton', { name: 'Threads' });
  await threads.fill('2');
  await threads.press('Enter');
  const mirror = dialog.getByRole('textbox', { name: 'Mirror' });
  await mirror.fill('no address');
  await expect(dialog.getByText('http:// or https://')).toBeVisible();
  await mirror.press('Enter');
  await expect(mirror).toHaveValue('');
  await mirror.fill('http://127.0.0.1:9/sets/');
  await mirror.press('Enter');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /^Project/ }).click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  await expect(mirror).toHaveValue('http://127.0.0.1:9/sets/');
  await expect(threads).toHaveValue('2');
  await expect(dialog.getByRole('radio', { name: 'Light' })).toBeChecked();
  expect(app.errors).toEqual([]);
});
