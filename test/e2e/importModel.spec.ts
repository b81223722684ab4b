/** Rule: a model that left comes in by a drop as a project with a run of its weights, and leaves as the same bytes. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { dropFile } from './dropFile.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

async function exportAs(page: Page, format: RegExp): Promise<Buffer> {
  await page.keyboard.press('Control+Shift+e');
  const dialog = page.getByRole('dialog', { name: /^Export/ });
  await dialog.getByRole('button', { name: format }).click();
  await expect(dialog.getByText('Files of this format are not run here.')).toBeVisible();
  const card = dialog.getByRole('switch', { name: 'Model card' });
  if (await card.isChecked()) await card.click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  await expect(dialog).toHaveCount(0);
  return readFileSync(await file.path());
}

test('JSON and safetensors come back', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await designer.setting('Epochs').fill('5');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
  const model = await exportAs(page, /^Netloom JSON/);
  const weights = await exportAs(page, /^safetensors/);

  await designer.openExample('XOR');
  await dropFile(page, 'far.model.json', model);
  await expect(page.getByRole('button', { name: 'Project Moons' })).toBeVisible();
  await expect(page.getByText('Weights from far.model.json').first()).toBeVisible();
  expect(await exportAs(page, /^Netloom JSON/)).toEqual(model);

  await dropFile(page, 'far.safetensors', weights);
  await expect(page.getByText('Weights from far.safetensors').first()).toBeVisible();
  expect(await exportAs(page, /^safetensors/)).toEqual(weights);

  await designer.openExample('XOR');
  await dropFile(page, 'far.safetensors', weights);
  await expect(page.getByText(/These are not the weights of this network/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train from those that fit' })).toBeVisible();
  expect(app.errors).toEqual([]);
});
