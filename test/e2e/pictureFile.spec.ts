/** Rule: a picture of the graph that left the window is the project again when it is dropped on it. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { dropFile } from './dropFile.ts';
import { expect, test } from './fixtures.ts';

test.use({ shared: true });

async function exportPicture(page: Page, format: RegExp): Promise<Buffer> {
  await page.keyboard.press('Control+Shift+e');
  const dialog = page.getByRole('dialog', { name: /^Export/ });
  await dialog.getByRole('button', { name: format }).click();
  await expect(dialog.getByRole('img', { name: 'The graph as it is drawn' })).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  await expect(dialog).toHaveCount(0);
  return readFileSync(await file.path());
}

test('exported, dropped on another project, and the same picture again', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  const svg = await exportPicture(page, /^SVG picture/);
  expect(svg.toString()).toContain('CrossEntropyLoss');
  const png = await exportPicture(page, /^PNG picture/);
  for (const [name, picture] of [
    ['graph.svg', svg],
    ['graph.png', png],
  ] as const) {
    await designer.openExample('XOR');
    await dropFile(page, name, picture);
    await expect(page.getByRole('button', { name: 'Project Moons' })).toBeVisible();
    expect(await exportPicture(page, /^SVG picture/)).toEqual(svg);
  }
  await dropFile(page, 'bare.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await expect(page.getByText('This picture carries no project.')).toBeVisible();
  await dropFile(page, 'table.csv', Buffer.from('a,b\n1,2\n'));
  await expect(page.getByText(/^Learn from table.csv/)).toBeVisible();
  expect(app.errors).toEqual([]);
});
