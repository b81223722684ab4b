/** Rule: a trained network leaves from the window with the proof that the file answers as it does here. */
import { readFileSync } from 'node:fs';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

test('trained, proven, exported; a node is answered too; weights leave alone', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await designer.setting('Epochs').fill('10');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();

  await page.keyboard.press('Control+Shift+e');
  const dialog = page.getByRole('dialog', { name: 'Export Moons' });
  const verdict = dialog.getByRole('status');
  await expect(verdict).toHaveText('same answers');
  await expect(dialog.getByRole('rowheader', { name: 'logits' })).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: 'Weights' })).toHaveText(/^Best, step/);

  await dialog.getByRole('combobox', { name: 'Add a node as output' }).click();
  await page.getByRole('option', { name: 'ReLU relu1' }).click();
  await expect(dialog.getByRole('rowheader', { name: 'relu1' })).toBeVisible();
  await expect(verdict).toHaveText('same answers');

  await dialog.getByRole('combobox', { name: 'Precision' }).click();
  await page.getByRole('option', { name: 'int8' }).click();
  await expect(verdict).toHaveText(/with int8/);
  await expect(dialog.getByText(/accuracy (stays|rises|falls)/)).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Precision' }).click();
  await page.getByRole('option', { name: 'float32' }).click();
  await expect(verdict).toHaveText('same answers');

  await dialog.getByRole('switch', { name: 'Model card' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^Moons.*\.onnx$/);
  const bytes = readFileSync(await file.path());
  // IR version 8, and the network's own names inside.
  expect([...bytes.subarray(0, 2)]).toEqual([8, 8]);
  expect(bytes.includes('relu1')).toBe(true);
  await expect(dialog).toHaveCount(0);

  await page.keyboard.press('Control+Shift+e');
  await dialog.getByRole('button', { name: /^safetensors/ }).click();
  await expect(dialog.getByText('Files of this format are not run here.')).toBeVisible();
  expect(app.errors).toEqual([]);
});
