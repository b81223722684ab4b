/** Rule: a link lets one window in and leaves no trace; a window without one says what to do. */
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true, unused: true });

test('the link leaves the address, the window stays let in, no cookie is kept', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await expect(designer.nodes.first()).toBeVisible();
  expect(new URL(page.url()).hash).toBe('');
  expect(await page.evaluate('history.length')).toBe(2);
  await page.reload();
  await expect(designer.nodes.first()).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  expect(app.errors).toEqual([]);
});

test('a copied address is not let in; a link put into it is', async ({ page, app }) => {
  await expect(new Designer(page).nodes.first()).toBeVisible();
  const address = page.url();
  const second = await page.context().newPage();
  await second.goto(address);
  await expect(second.getByRole('heading', { name: 'This window needs a link' })).toBeVisible();
  await expect(second.getByText('npm run -s netloom -- open')).toBeVisible();

  const link = app.opened();
  // The same page with another part after #: the browser loads nothing by itself.
  await second.evaluate((url) => location.assign(url), link);
  await expect(new Designer(second).nodes.first()).toBeVisible();
  expect(second.url()).toBe(address);

  const third = await page.context().newPage();
  await third.goto(link);
  await expect(third.getByText('used already')).toBeVisible();
  expect(app.errors).toEqual([]);
});
