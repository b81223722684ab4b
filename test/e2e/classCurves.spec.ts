/** Rule: a threshold is found on the curves of a class, and the confusion matrix follows it. */
import { readFile } from 'node:fs/promises';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

test('ROC and precision-recall: a threshold is dragged, read, followed and cleared', async ({
  page,
  app,
}) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await designer.setting('Epochs').fill('3');
  await designer.setting('Epochs').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Finished/).first()).toBeVisible();
  await designer.dock('ROC').click();
  const panel = page.getByRole('tabpanel', { name: 'ROC' });
  await expect(panel.getByText(/^AUC 0\.\d{4}$/)).toHaveCount(2);
  await expect(panel.getByText(/^The most likely class wins/)).toBeVisible();

  // From one end of the curve to the other: nearly all is taken for the class, then nearly nothing.
  const roc = panel.getByRole('img', { name: /^ROC:/ });
  const box = (await roc.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const slider = panel.getByRole('slider', { name: 'Threshold of 1' });
  const threshold = async (): Promise<number> =>
    Number(await slider.getAttribute('aria-valuetext'));
  await page.mouse.move(box.x + box.width - 2, box.y + 2);
  await page.mouse.down();
  await expect.poll(threshold).toBeLessThan(0.3);
  await page.mouse.move(box.x + 2, box.y + box.height - 2, { steps: 4 });
  await page.mouse.up();
  await expect.poll(threshold).toBeGreaterThan(0.7);

  const field = panel.getByRole('spinbutton', { name: 'Threshold' });
  await field.fill('0');
  await field.press('Enter');
  // All are taken for it: none is missed.
  await expect(panel.getByText('recall 100%')).toBeVisible();
  await expect(panel.getByText('specificity 0.0%')).toBeVisible();

  await designer.dock('Confusion').click();
  const matrix = page.getByRole('table', { name: 'Confusion matrix' });
  await expect(matrix.getByTitle(/^0 taken for 0: 0 /)).toBeVisible();
  await page.getByRole('button', { name: 'By class' }).click();
  const report = page.getByRole('table', { name: 'Precision, recall and F1 by class' });
  await expect(report.getByRole('row', { name: /^1 .* 100% / })).toBeVisible();
  await page.getByRole('button', { name: 'By class' }).click();
  await page.getByRole('button', { name: 'Most likely class' }).click();
  await expect(matrix.getByTitle(/^0 taken for 0: 0 /)).toHaveCount(0);

  await designer.dock('ROC').click();
  await page.getByRole('button', { name: 'Export curves of classes' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text).toMatch(/^class,threshold,tp,fp,fn,tn,/);
  expect(app.errors).toEqual([]);
});
