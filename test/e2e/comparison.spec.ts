/**
 * Rule: runs in groups are said to differ where they do, a brush keeps some of them, a comparison is kept by
 * name, is found in the palette by it after the server was killed, and its report opens from disk without asking
 * anything of a network.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { ServerClient } from '../support/serverClient.ts';
import { expect, test } from './fixtures.ts';
import { exampleDocument, train, trainedWith } from './training.ts';

/** Of two rates, four seeds each. */
async function trainRuns(client: ServerClient): Promise<void> {
  const moons = await exampleDocument(client, 'moons');
  for (const lr of ['0.00001', '0.05']) {
    for (const seed of [1, 2, 3, 4]) {
      const settings = { lr: Number(lr), seed, epochs: 3 };
      await train(client, `lr${lr} s${seed}`, trainedWith(moons, settings));
    }
  }
}

interface Kept {
  readonly view: {
    readonly comparisons: { readonly name: string }[];
    readonly chosenRuns: unknown[];
  };
}
function keptNames(file: string) {
  const { view } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  return { comparisons: view.comparisons.map(({ name }) => name), chosen: view.chosenRuns.length };
}

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(title);
  await page.keyboard.press('Enter');
}

const goToCompare = (page: Page): Promise<void> =>
  page
    .getByRole('button', { name: 'Compare', exact: true })
    .or(page.getByRole('radio', { name: 'Compare', exact: true }))
    .first()
    .click();

test('groups, brush, name and report', async ({ page, app }) => {
  await app.ask(trainRuns);
  await page.reload();
  await goToCompare(page);
  for (const lr of ['0.00001', '0.05']) {
    for (const seed of ['1', '2', '3', '4']) {
      await page.locator('.side-run', { hasText: `lr${lr} s${seed}` }).click();
    }
  }
  const groups = section(page, 'Groups');
  await groups.getByRole('combobox', { name: 'Judged by' }).click();
  await page.getByRole('option', { name: 'validation loss, best' }).click();
  await expect(groups.getByText(/^lr 0\.05 is better by .*4 and 4 runs, p = 0\.029/)).toBeVisible();

  const grouping = groups.getByRole('combobox', { name: 'Grouped by' });
  await expect(grouping).toHaveText('all but the seed');
  await grouping.click();
  await page.getByRole('option', { name: 'lr', exact: true }).click();
  await expect(grouping).toHaveText('lr');

  // The keyboard brushes as the pointer does.
  const parallel = section(page, 'Parallel coordinates');
  const axis = parallel.getByRole('slider', { name: 'Keep runs by lr' });
  await axis.focus();
  await page.keyboard.press('ArrowUp');
  await expect(parallel.getByText('Brush keeps 4 of 8')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(parallel.getByText('8 runs')).toBeVisible();
  await expect(section(page, 'Importance').getByRole('row', { name: /^lr/ })).toBeVisible();

  await command(page, 'Keep or open a comparison');
  await page.getByRole('textbox', { name: 'Name of this comparison' }).fill('Rates <1>');
  await page.keyboard.press('Enter');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Report as HTML' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.html$/);
  const path = join(app.home, 'report.html');
  await download.saveAs(path);

  const report = await page.context().newPage();
  const asked: string[] = [];
  report.on('request', (request) => asked.push(request.url()));
  const said: string[] = [];
  report.on('console', (message) => said.push(message.text()));
  await report.goto(`file://${path}`);
  await expect(report.getByRole('heading', { name: 'Rates <1>' })).toBeVisible();
  await expect(report.getByText(/^lr 0\.05 is better by .*4 and 4 runs/)).toBeVisible();
  await expect(report.getByRole('img', { name: 'Loss over steps' }).first()).toBeVisible();
  expect(asked).toEqual([`file://${path}`]);
  expect(said).toEqual([]);
  await report.close();

  // The curves as they are shown, as a picture.
  const picturing = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Curves as SVG' }).click();
  const svg = readFileSync(await (await picturing).path(), 'utf8');
  expect(svg).toContain('>Loss<');
  expect(svg).toContain('>lr0.05 s4<');

  // Sections fold and move by the keyboard, and stay where they were put.
  const names = () => page.locator('.compare-section h2').allInnerTexts();
  await section(page, 'Scatter').getByRole('button', { name: 'Fold Scatter' }).press('Enter');
  await expect(section(page, 'Scatter').getByRole('group')).toHaveCount(0);
  const fold = section(page, 'Groups').getByRole('button', { name: 'Fold Groups' });
  const before = (await names()).indexOf('Groups');
  await fold.press('Alt+ArrowUp');
  await expect.poll(async () => (await names()).indexOf('Groups')).toBe(before - 1);
  await expect(fold).toBeFocused();

  await command(page, 'Compare: take all runs out');
  await expect(section(page, 'Groups')).toHaveCount(0);
  // What is kept is on disk by then: another server on the same folder has it.
  const settings = join(app.home, 'settings.json');
  await expect.poll(() => keptNames(settings)).toEqual({ comparisons: ['Rates <1>'], chosen: 0 });
  await app.restart();
  await page.locator('.react-flow__node').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Compare: Rates');
  await page.getByRole('option', { name: /^Compare: Rates <1>/ }).click();
  await expect(page.locator('.run-chip')).toHaveCount(8);
  await expect(groups.getByText(/^lr 0\.05 is better by/)).toBeVisible();
  await expect(section(page, 'Scatter').getByRole('group')).toHaveCount(0);
  expect((await names()).indexOf('Groups')).toBe(before - 1);
  expect(app.errors).toEqual([]);
});
