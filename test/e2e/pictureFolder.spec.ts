/** Rule: a folder of pictures is chosen in the Data node, shown there, and what was left out is said. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

test('a folder of pictures is chosen and shown, what was left out is said', async ({
  app,
  page,
}) => {
  const designer = new Designer(page);
  const folder = join(app.home, 'shapes');
  for (const [i, name] of ['dark', 'light'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let n = 0; n < 8; n++) {
      const background = { r: 120 * i + 10 * n, g: 200 * i, b: 30 * n };
      const picture = sharp({ create: { width: 28, height: 28, channels: 3, background } });
      writeFileSync(join(folder, name, `${n}.png`), await picture.png().toBuffer());
    }
  }
  writeFileSync(join(folder, 'light', 'broken.jpg'), 'no picture');

  await designer.select('Data data');
  await page.getByRole('combobox', { name: 'Source' }).click();
  await page.getByRole('option', { name: 'Folder of pictures' }).click();
  await page.getByLabel('Folder', { exact: true }).fill(folder);
  await page.getByLabel('Folder', { exact: true }).press('Enter');
  await expect(
    page.getByText('It is no PNG, JPEG, WebP, TIFF or GIF: light/broken.jpg.'),
  ).toBeVisible();
  await expect(page.getByText('Pictures are in colours, 28 high and 28 wide')).toBeVisible();
  expect(app.errors).toEqual([]);
});
