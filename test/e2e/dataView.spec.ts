/** Rule: data that is dropped is understood, mended and trained on in a few clicks, and each of them can be undone. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';

const view = (page: Page) => page.getByRole('main');

async function toData(page: Page): Promise<void> {
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('button', { name: 'Data' }).click();
  await expect(page.getByRole('complementary', { name: 'Data sets' })).toBeVisible();
}

async function train(page: Page): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: 'Design' })
    .click();
  const designer = new Designer(page);
  await designer.setting('Epochs').fill('2');
  await designer.setting('Epochs').press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
}

/** Who is fit is known by strength; `copy` says the answer, and speed has gaps. */
function patients(): string {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const strength = (i * 37) % 100;
    const isFit = strength + ((i * 13) % 9) > 52;
    const speed = i % 6 === 0 ? '' : String(((i * 17) % 50) / 10);
    return [100_000 + i * 7, strength, speed, i % 3 === 0 ? 'north' : 'south', isFit ? 'yes' : 'no']
      .concat(isFit ? 'fit' : 'unfit')
      .join();
  });
  return ['patient_id,strength,speed,town,is_fit,copy', ...rows, ''].join('\n');
}

test('a table: dropped, its target chosen, a leak mended, trained on, undone', async ({
  app,
  page,
}) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await toData(page);
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'patients.csv'));
    return data;
  }, patients());
  await view(page).dispatchEvent('drop', { dataTransfer: transfer });

  const columns = page.getByRole('grid', { name: 'Columns' });
  await expect(columns.getByRole('button', { name: 'strength', exact: true })).toBeVisible();
  await columns.getByRole('button', { name: 'is_fit', exact: true }).click();
  await page.keyboard.press('t');
  await expect(columns.getByRole('button', { name: 'Role of is_fit: Target' })).toBeVisible();

  const warnings = page.getByRole('list', { name: 'Warnings' });
  const leak = warnings.locator('[data-code="profile.leak"]');
  await expect(leak).toContainText('copy');
  await leak.getByRole('button', { name: /copy/i }).last().click();
  await expect(leak).toHaveCount(0);
  await expect(columns.getByRole('button', { name: 'Role of copy: Ignore' })).toBeVisible();

  await columns.getByRole('button', { name: /^Missing values of speed/ }).click();
  await page.getByRole('menuitemradio', { name: /^Median/ }).click();
  const after = page.getByRole('region', { name: 'Rows as the network gets them' });
  await expect(after.locator('.filled').first()).toBeVisible();
  await expect(after.getByText('left out')).toHaveCount(0);

  await train(page);
  await new Designer(page).dock('Try it').click();
  const tried = page.getByRole('group', { name: 'Try it' });
  await tried.getByRole('textbox', { name: 'strength' }).fill('95');
  const answer = tried.getByRole('region', { name: 'Answer' });
  await expect(answer).toContainText(/is_fit\s*(yes|no)/);
  await expect(tried.getByRole('textbox', { name: 'copy' })).toHaveCount(0);
  await toData(page);
  const undo = page.getByRole('button', { name: /^Undo/ });
  // The epochs of the training come last.
  await expect(async () => {
    const label = await undo.getAttribute('aria-label');
    if (label !== 'Undo Fill speed: Median') await undo.click();
    expect(label).toBe('Undo Fill speed: Median');
  }).toPass();
  await undo.click();
  await expect(after.getByText('left out').first()).toBeVisible();
  await undo.click();
  await expect(leak).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('the table with traps: all that is proposed is taken at once and given back by one click', async ({
  app,
  page,
}) => {
  await new Designer(page).openExample('Moons');
  await toData(page);
  const sets = page.getByRole('complementary', { name: 'Data sets' });
  await sets.getByRole('button', { name: /^Machines/ }).click();
  const warnings = page.getByRole('list', { name: 'Warnings' });
  await expect(warnings.locator('[data-code="profile.leak"]')).toContainText('repair_hours');
  const before = await warnings.getByRole('listitem').count();
  await page.getByRole('button', { name: 'Suggest' }).click();
  await expect(page.getByRole('list', { name: 'What is suggested' })).toContainText(
    'Ignore repair_hours',
  );
  await page.getByRole('button', { name: /^Apply \d changes/ }).click();
  await expect(warnings.locator('[data-code="profile.leak"]')).toHaveCount(0);
  const columns = page.getByRole('grid', { name: 'Columns' });
  await expect(columns.getByRole('button', { name: 'Role of repair_hours: Ignore' })).toBeVisible();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(warnings.getByRole('listitem')).toHaveCount(before);
  expect(app.errors).toEqual([]);
});

test('a folder of pictures: read, its classes and parts shown, augmented, trained on', async ({
  app,
  page,
}) => {
  const folder = join(app.home, 'shapes');
  for (const [c, name] of ['dark', 'bright'].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 24; i++) {
      const pixels = Buffer.from(
        Array.from({ length: 64 }, (_, at) => (c * 110 + ((at * 29 + i * 53) % 120)) % 256),
      );
      const png = await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
        .png()
        .toBuffer();
      writeFileSync(join(folder, name, `${i}.png`), png);
    }
  }
  await toData(page);
  await page.getByRole('button', { name: 'Add data' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'A folder…' }).click();
  await (await chooser).setFiles(folder);

  const classes = page.getByRole('grid', { name: 'Classes' });
  await expect(classes.getByRole('rowheader', { name: 'bright' })).toBeVisible();
  await expect(classes.getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('img', { name: /^dark, picture/ }).first()).toBeVisible();
  await page.getByRole('radio', { name: 'Per channel' }).click();
  await expect(page.getByRole('contentinfo')).toContainText('48 pictures');
  const strip = page.getByRole('region', { name: 'Augmentation' });
  await strip.getByRole('button', { name: 'Add step' }).click();
  await page.getByRole('menuitem', { name: 'Flip' }).click();
  await expect(strip.getByRole('img', { name: /after step 1$/ })).toHaveCount(2);
  await expect(strip.getByRole('switch', { name: 'Flip on' })).toBeChecked();
  await train(page);
  expect(app.errors).toEqual([]);
});

test('a table dropped beside the canvas is offered as data; its recipe is set step by step', async ({
  app,
  page,
}) => {
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'patients.csv'));
    return data;
  }, patients());
  await page.locator('.react-flow').dispatchEvent('drop', { dataTransfer: transfer });
  await page.getByRole('button', { name: 'Use as data' }).click();
  await toData(page);
  const recipe = page.getByRole('group', { name: 'Steps of the recipe' });
  const after = page.getByRole('region', { name: 'Rows as the network gets them' });
  await expect(after.getByText('left out').first()).toBeVisible();
  const add = async (name: string): Promise<void> => {
    await recipe.getByRole('button', { name: 'Add step' }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  await add('Clip');
  await add('Fill gaps');
  await expect(after.getByText('left out')).toHaveCount(0);
  await recipe.getByRole('button', { name: 'More of Fill gaps' }).click();
  await page.getByRole('menuitem', { name: 'Move up' }).click();
  await expect(recipe.locator('.steps-name').first()).toHaveText('Fill gaps');
  // Before the recipe the gaps are still there.
  const shown = page.getByRole('list', { name: 'Rows are shown after' });
  await shown.getByRole('button', { name: 'Rows before the recipe' }).click();
  await expect(after.getByText('left out').first()).toBeVisible();
  await shown.getByRole('button', { name: /all steps/ }).click();
  await expect(after.getByText('left out')).toHaveCount(0);
  await page.getByRole('radio', { name: 'Prepared' }).click();
  await expect(page.getByRole('radio', { name: 'Prepared' })).toBeChecked();
  expect(app.errors).toEqual([]);
});

test('prepared rows are taken along; they are read as steps of series, and as samples again', async ({
  app,
  page,
}) => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 30}`);
  const transfer = await page.evaluateHandle(
    (text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'sales.csv'));
      return data;
    },
    ['day,sold', ...rows, ''].join('\n'),
  );
  await toData(page);
  await view(page).dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByRole('grid', { name: 'Columns' })).toBeVisible();
  await page.getByRole('button', { name: 'Export what was prepared' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Prepared samples as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('sales-prepared.csv');
  expect(readFileSync(await file.path(), 'utf8').split('\n')).toHaveLength(62);
  const rowsAre = page.getByRole('combobox', { name: 'What rows are' });
  await rowsAre.click();
  await page.getByRole('option', { name: 'Time steps' }).click();
  await expect(page.getByRole('img', { name: /over \d+ steps/ }).first()).toBeVisible();
  await rowsAre.click();
  await page.getByRole('option', { name: 'Samples' }).click();
  await expect(page.getByRole('grid', { name: 'Columns' })).toBeVisible();
  expect(app.errors).toEqual([]);
});

test('points, series and texts are shown as what they are', async ({ app, page }) => {
  await toData(page);
  const sets = page.getByRole('complementary', { name: 'Data sets' });
  await sets.getByRole('button', { name: /^Moons/ }).click();
  await expect(page.getByRole('img', { name: /^500 samples by x and y/ })).toBeVisible();
  await page.getByRole('radio', { name: 'Parts' }).click();
  await sets.getByRole('button', { name: /^Series/ }).click();
  await expect(page.getByRole('img', { name: /^value over 40 steps/ })).toBeVisible();
  await sets.getByRole('button', { name: /^Tales/ }).click();
  await expect(page.getByRole('list', { name: 'Samples' }).getByRole('listitem')).toHaveCount(12);
  expect(app.errors).toEqual([]);
});
