/** Rule: each kind of network shows what it is about while it learns. */
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures.ts';
import { Designer, distance } from './designer.ts';

test.use({ shared: true });

test('XOR: a boundary between the classes', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  await designer.dock('Samples').click();
  const boundary = page.getByRole('img', { name: /^Decision boundary between 2 classes/ });
  await expect(boundary).toBeVisible();
  // Opposite corners are of one class, neighbouring ones are not: that is what it has learnt.
  const corner = (x: number, y: number) => designer.colourAt(boundary, x, y);
  const [a, b, c, d] = [
    await corner(0.25, 0.25),
    await corner(0.75, 0.25),
    await corner(0.75, 0.75),
    await corner(0.25, 0.75),
  ];
  expect(distance(a, b)).toBeGreaterThan(30);
  expect(distance(c, d)).toBeGreaterThan(30);
  expect(distance(a, c)).toBeLessThan(distance(a, b) / 2);
  expect(distance(b, d)).toBeLessThan(distance(a, b) / 2);
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
    await expect(samples.getByText(row, { exact: true }).first()).toBeVisible();
  }
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  // Pictures in greys, and the output is not the input.
  const [input, output] = [
    await designer.drawing(samples.getByRole('row').nth(0)),
    await designer.drawing(samples.getByRole('row').nth(2)),
  ];
  for (const row of [input, output]) {
    expect(row.ink).toBeGreaterThan(0.95);
    expect(row.colours).toBeGreaterThan(30);
  }
  expect(output.checksum).not.toBe(input.checksum);
  expect(app.errors).toEqual([]);
});

test('classifier: confusion, histograms, gradient flow', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('LeNet on digits');
  await designer.setting('Epochs').fill('1');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  // A histogram's bars fill some of their panel in one hue, the strip most of it in the ramp's.
  for (const [tab, ink, colours] of [
    ['Histograms', 0.1, 3],
    ['Gradient flow', 0.3, 20],
  ] as const) {
    await designer.dock(tab).click();
    const panel = page.getByRole('tabpanel', { name: tab });
    await expect.poll(async () => (await designer.drawing(panel)).ink).toBeGreaterThan(ink);
    expect((await designer.drawing(panel)).colours).toBeGreaterThan(colours);
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
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  const saved = async (kind: string): Promise<{ name: string; content: Buffer }> => {
    await page.getByRole('button', { name: 'Curve settings' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: `Export curves as ${kind}` }).click(),
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
