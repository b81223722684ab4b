/** Rule: each kind of network shows what it is about while it learns. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { Designer } from './designer.ts';

test('XOR: a boundary between the classes', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible({ timeout: 60_000 });
  await designer.dock('Samples').click();
  const samples = page.getByRole('tabpanel', { name: 'Samples' });
  expect((await designer.drawing(samples)).length).toBeGreaterThan(2_000);
  expect(app.errors).toEqual([]);
});

test('autoencoder: input, corrupted and output side by side', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('Denoising autoencoder');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await designer.dock('Samples').click();
  const samples = page.getByRole('tabpanel', { name: 'Samples' });
  for (const row of ['Input', 'Corrupted', 'Output', 'PSNR, dB']) {
    await expect(samples.getByText(row, { exact: true })).toBeVisible();
  }
  await expect(page.getByText(/Finished/).first()).toBeVisible({ timeout: 60_000 });
  expect(app.errors).toEqual([]);
});

test('classifier: confusion, histograms, gradient flow', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('LeNet on digits');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible({ timeout: 90_000 });
  for (const tab of ['Histograms', 'Gradient flow']) {
    await designer.dock(tab).click();
    const panel = page.getByRole('tabpanel', { name: tab });
    await expect.poll(() => designer.drawing(panel)).not.toBe('');
  }
  await designer.dock('Confusion').click();
  const confusion = page.getByRole('table', { name: 'Confusion matrix' });
  await expect(confusion.getByRole('cell').first()).toBeVisible();
  const counts = (await confusion.getByRole('cell').allInnerTexts()).map(Number);
  expect(counts.reduce((sum, count) => sum + (count || 0), 0)).toBeGreaterThan(500);
  expect(app.errors).toEqual([]);
});

test('curves leave as a table and as a picture', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible({ timeout: 60_000 });
  const saved = async (kind: string): Promise<{ name: string; content: Buffer }> => {
    await page.getByRole('button', { name: 'Curve settings' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: `Save the curves as ${kind}` }).click(),
    ]);
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  };
  const csv = await saved('CSV');
  expect(csv.name).toMatch(/^XOR.* curves\.csv$/);
  expect(csv.content.toString()).toMatch(/^split,step,epoch,seconds,loss,accuracy/);
  expect((await saved('SVG')).content.toString()).toMatch(/^<svg .*>Loss<.*<\/svg>$/s);
  const { content } = await saved('PNG');
  expect(content.subarray(1, 4).toString()).toBe('PNG');
  expect(content.length).toBeGreaterThan(10_000);
  expect(app.errors).toEqual([]);
});
