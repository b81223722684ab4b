/**
 * Rule: every run can be found, looked at again as it was, named, deleted and had back, with keys alone; those
 * of other programs too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';
import { runModule } from './modules.ts';

const table = (page: Page): Locator =>
  page.getByRole('grid', { name: 'Runs' }).or(page.getByRole('treegrid', { name: 'Runs' }));
const lines = (page: Page): Locator => table(page).locator('[data-index]');
const line = (page: Page, name: string): Locator =>
  lines(page).filter({ has: page.getByText(name, { exact: true }) });
const goTo = (page: Page, view: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();

async function train(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await goTo(page, 'Runs');
  await expect(line(page, name).getByText('Finished')).toBeVisible();
  await goTo(page, 'Design');
}

/** Until the settings hold the group. */
async function settingsSaved(page: Page, home: string): Promise<void> {
  const saved = join(home, 'settings.json');
  await expect
    .poll(() => (existsSync(saved) ? readFileSync(saved, 'utf8') : ''))
    .toContain('training.optimizer.lr');
  await expect(table(page)).toBeVisible();
}

test('without runs the view says what to do', async ({ page, app }) => {
  await goTo(page, 'Runs');
  await expect(page.getByText(/There are no runs yet/)).toBeVisible();
  await page.getByRole('button', { name: 'Go to Design and train' }).click();
  await expect(new Designer(page).canvas).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('three runs are made, found, opened again, deleted and had back', async ({ page, app }) => {
  const designer = new Designer(page);
  await designer.openExample('XOR');
  await designer.setting('Epochs').fill('4');
  await designer.setting('Epochs').press('Enter');
  for (const [i, seed] of ['1', '2', '3'].entries()) {
    await designer.setting('Seed').fill(seed);
    await designer.setting('Seed').press('Enter');
    await designer.canvas.focus();
    await train(page, `XOR ${i + 1}`);
  }
  await goTo(page, 'Runs');
  await expect(lines(page)).toHaveCount(3);

  // A fault is said at its place and hides nothing; what is right finds.
  const filter = page.getByRole('combobox', { name: 'Filter runs' });
  await page.keyboard.press('/');
  await expect(filter).toBeFocused();
  await filter.fill('seed > > 1');
  await expect(page.getByRole('alert').getByText(/cannot be read at character 8/)).toBeVisible();
  await expect(lines(page)).toHaveCount(3);
  await filter.fill('see');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type(' = 2');
  await expect(lines(page)).toHaveCount(1);
  await expect(line(page, 'XOR 2')).toBeVisible();

  // Opened by keys: its document is open, so it is shown there.
  await page.keyboard.press('Enter');
  await expect(lines(page).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(designer.canvas).toBeVisible();
  await expect(page.getByRole('button', { name: 'Project XOR' })).toBeVisible();

  await goTo(page, 'Runs');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(lines(page)).toHaveCount(3);
  await line(page, 'XOR 3').click();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Name of XOR 3' }).fill('the last one');
  await page.keyboard.press('Enter');
  await expect(line(page, 'the last one')).toBeFocused();
  await page.keyboard.press('s');
  await expect(line(page, 'the last one').getByRole('button', { pressed: true })).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(lines(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(line(page, 'the last one')).toBeVisible();

  // Put away, shown all the same, and had back.
  await line(page, 'XOR 2').click();
  await page.keyboard.press('e');
  await expect(lines(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Show 1 archived run' }).click();
  await expect(line(page, 'XOR 2').getByText('archived')).toBeVisible();
  await line(page, 'XOR 2').click();
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Hide archived runs' }).click();
  await expect(lines(page)).toHaveCount(3);

  // What thinning frees is said before.
  await page.keyboard.press('t');
  const thin = page.getByRole('dialog', { name: 'Thin out XOR 2' });
  await expect(thin.getByText(/on disk now/)).toBeVisible();
  await thin.getByRole('radio', { name: /^All go.*frees \d/ }).check();
  await thin.getByRole('button', { name: /^Free \d/ }).click();
  await expect(page.getByText(/freed: XOR 2/)).toBeVisible();

  // Branched from a checkpoint with a changed setting: what fitted is said, and whose weights they were.
  await line(page, 'XOR 1').click();
  const details = page.getByRole('complementary', { name: 'Details' });
  await details
    .getByRole('button', { name: /^Branch from step/ })
    .last()
    .click();
  await expect(designer.canvas).toBeVisible();
  await expect(page.getByText(/^From XOR 1, step/)).toBeVisible();
  await designer.setting('Seed').fill('4');
  await designer.setting('Seed').press('Enter');
  await designer.canvas.focus();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/(\d+) of \1 weights are those of XOR 1, step/)).toBeVisible();
  await goTo(page, 'Runs');
  await expect(line(page, 'XOR 4').getByText('Finished')).toBeVisible();
  await goTo(page, 'Design');
  await expect(page.getByText(/^From XOR 1, step/)).toBeHidden();

  // At a past step of it the same is offered, and let go of again.
  await page.keyboard.press('Alt+Home');
  await page.getByRole('button', { name: /^Branch from \d/ }).click();
  await expect(page.getByText(/^From XOR 4, step/)).toBeVisible();
  await page.getByRole('button', { name: 'Begin from scratch' }).click();
  await expect(page.getByText(/^From XOR 4, step/)).toBeHidden();

  // Trained on: for more epochs, as a run of its own.
  await goTo(page, 'Runs');
  await line(page, 'XOR 4').click();
  await expect(details.getByRole('button', { name: 'XOR 1', exact: true })).toBeVisible();
  await details
    .getByRole('button', { name: /^Train on from step/ })
    .last()
    .click();
  const trainOn = page.getByRole('dialog', { name: 'Train XOR 4 on' });
  await trainOn.getByRole('spinbutton', { name: 'More epochs' }).fill('3');
  await trainOn.getByRole('spinbutton', { name: 'More epochs' }).press('Enter');
  await goTo(page, 'Runs');
  const on = line(page, 'XOR 5');
  await expect(on.getByText('Finished')).toBeVisible();
  await expect(on.getByRole('img', { name: /^Trained on from XOR 4/ })).toBeVisible();

  // Into a file and back from it, deleted in between.
  await line(page, 'XOR 1').click();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export and import' }).click();
  await page.getByRole('menuitem', { name: 'Export this run' }).click();
  const file = join(app.home, 'run.zip');
  await (await saving).saveAs(file);
  await line(page, 'XOR 1').click();
  await page.keyboard.press('Delete');
  await expect(line(page, 'XOR 1')).toHaveCount(0);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Export and import' }).click();
  await page.getByRole('menuitem', { name: 'Import runs' }).click();
  await (await choosing).setFiles(file);
  await expect(line(page, 'XOR 1')).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('runs of other programs are opened as they were, arranged and chosen', async ({
  page,
  app,
}) => {
  runModule('recordManyRuns', app.home, '120');
  await goTo(page, 'Runs');
  await expect(page.getByText('120 runs')).toBeVisible();
  expect(await lines(page).count()).toBeLessThan(80);

  // Chosen with keys, and the reason said while there are too few.
  const compare = page.getByRole('button', { name: /^Compare/ }).last();
  await expect(compare).toHaveAttribute('aria-disabled', 'true');
  await line(page, 'Moons 120').click();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(compare).toHaveText('Compare 3');
  await page.keyboard.press('End');
  await expect(line(page, 'Moons 1')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(line(page, 'Moons 120')).toBeFocused();

  await page.getByRole('button', { name: /^Group by/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'lr' }).click();
  await expect(table(page)).toHaveRole('treegrid');
  await expect(lines(page).first()).toContainText('30 runs');
  await lines(page).first().click();
  await expect(lines(page).nth(1)).toContainText('30 runs');
  await page.keyboard.press('ArrowRight');
  await expect(lines(page).first()).toHaveAttribute('aria-expanded', 'true');

  // How it is looked at is there after a reload.
  await settingsSaved(page, app.home);
  await page.reload();
  await expect(table(page)).toHaveRole('treegrid');
  await page.getByRole('button', { name: /^Group by/ }).click();
  await page.getByRole('menuitemradio', { name: 'Nothing' }).click();

  await page.getByRole('button', { name: /^Best accuracy/ }).click();
  await expect(page.getByRole('columnheader', { name: /^Best accuracy/ })).toHaveAttribute(
    ...(['aria-sort', 'descending'] as const),
  );
  // A column is dragged before another, and goes back by keys.
  const heads = (): Promise<string[]> => page.locator('[data-column]').allInnerTexts();
  const before = await heads();
  const parameters = page.getByRole('button', { name: /^Parameters/ });
  await parameters.dragTo(page.locator('.runs-sort', { hasText: /^Data/ }), {
    targetPosition: { x: 4, y: 10 },
    steps: 5,
  });
  const at = before.indexOf('Data');
  await expect
    .poll(heads)
    .toEqual([
      ...before.slice(0, at),
      ...['Parameters', 'Data'],
      ...before.slice(at + 1).filter((label) => label !== 'Parameters'),
    ]);
  await parameters.focus();
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await expect.poll(async () => (await heads()).indexOf('Parameters')).toBe(at + 1);

  // A filter is kept under a name and chosen again.
  const filter = page.getByRole('combobox', { name: 'Filter runs' });
  await filter.fill('name = "Moons 7"');
  await expect(lines(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Kept filters' }).click();
  await page.getByRole('menuitem', { name: 'Keep this filter' }).click();
  await page.getByRole('textbox', { name: 'Name of this filter' }).fill('the seventh');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect(page.getByText('120 runs')).toBeVisible();
  await page.getByRole('button', { name: 'Kept filters' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'the seventh' }).click();
  await expect(filter).toHaveValue('name = "Moons 7"');
  await expect(lines(page)).toHaveCount(1);
  await line(page, 'Moons 7').dblclick();
  const designer = new Designer(page);
  await expect(designer.canvas).toBeVisible();
  await expect(page.getByRole('button', { name: 'Project Moons 7' })).toBeVisible();
  await designer.dock('Curves').click();
  await expect(page.locator('.curve-value').first()).toBeVisible();
  // It is still that run after a reload, not an empty project.
  await page.reload();
  await expect(designer.nodes.first()).toBeVisible();
  await expect(page.locator('.curve-value').first()).toBeVisible();
  expect(app.errors).toEqual([]);
});
