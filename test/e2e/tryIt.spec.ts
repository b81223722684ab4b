/**
 * Rule: a run is tried where it was trained: a row is typed, the answer follows, beside the nearest training rows; a case
 * that is kept is judged, and there again after a restart; a digit is drawn.
 */
import type { Page } from '@playwright/test';
import { Designer } from './designer.ts';
import { expect, test } from './fixtures.ts';
import { objections } from './objections.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Warm where it is red or heavy. */
const TABLE = [
  'colour,weight,feel',
  ...Array.from({ length: 150 }, (_, i) => {
    const weight = (i * 7) % 20;
    const colour = ['red', 'green', 'blue'][i % 3];
    return [colour, weight, i % 3 === 0 || weight > 14 ? 'warm' : 'cold'].join(',');
  }),
].join('\n');

async function dropTable(page: Page): Promise<void> {
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('button', { name: 'Data' }).click();
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'feels.csv'));
    return data;
  }, TABLE);
  await page.getByRole('main').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByRole('grid', { name: 'Columns' })).toBeVisible();
  await views.getByRole('button', { name: 'Design' }).click();
}

async function train(page: Page): Promise<void> {
  const designer = new Designer(page);
  await designer.setting('Epochs').fill('2');
  await designer.setting('Epochs').press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
}

const tryIt = (page: Page) => page.getByRole('group', { name: 'Try it' });

test('a row is typed, answered, and kept as a case', async ({ app, page }) => {
  const designer = new Designer(page);
  await designer.openExample('Moons');
  await designer.dock('Try it').click();
  await expect(page.getByText(/Once .* was trained/)).toBeVisible();
  await dropTable(page);
  await train(page);

  const panel = tryIt(page);
  const weight = panel.getByRole('textbox', { name: 'weight' });
  await expect(weight).not.toHaveValue('');
  await expect(panel.getByText(/^From the validation data/)).toBeVisible();
  await weight.fill('19');
  const answer = panel.getByRole('region', { name: 'Answer' });
  await expect(answer.getByRole('listitem')).toHaveCount(2);
  await expect(answer).toContainText(/feel\s*(warm|cold)/);
  const near = panel.getByRole('region', { name: 'Nearest training samples' });
  await expect(near.getByRole('listitem')).toHaveCount(5);
  await expect(near).toContainText('weight 19');
  await weight.fill('190');
  await expect(panel.getByText('outside')).toBeVisible();
  await weight.fill('much');
  await expect(panel.getByRole('alert')).toContainText('"much" is not a number');
  await weight.fill('19');
  await expect(answer.getByRole('listitem')).toHaveCount(2);

  const cases = panel.getByRole('region', { name: 'Cases' });
  await cases.getByLabel('Name of the case').fill('Heavy');
  await cases.getByLabel('Expected feel').fill('warm');
  await cases.getByRole('button', { name: 'Keep case' }).click();
  await expect(cases.getByRole('button', { name: 'Heavy', exact: true })).toBeVisible();
  await expect(cases).toContainText(/[01] of 1 right/);
  await expect(panel.locator('[aria-busy="true"]')).toHaveCount(0);
  expect(await objections(page, 'Try it', '.try')).toEqual([]);

  await app.restart();
  await designer.dock('Try it').click();
  await expect(cases.getByRole('button', { name: 'Heavy', exact: true })).toBeVisible();
  await expect(cases).toContainText(/[01] of 1 right/);
  await cases.getByRole('button', { name: 'Delete Heavy' }).click();
  await expect(cases.getByRole('listitem')).toHaveCount(0);
  await cases.getByRole('button', { name: 'Put it back' }).click();
  await expect(cases.getByRole('listitem')).toHaveCount(1);
  expect(app.errors).toEqual([]);
});

test.describe(() => {
  test.use({ shared: true });
  test('a digit is drawn and answered', async ({ app, page }) => {
    const designer = new Designer(page);
    await designer.openExample('MLP on digits');
    await train(page);
    await designer.dock('Try it').click();
    const panel = tryIt(page);
    const answer = panel.getByRole('region', { name: 'Answer' });
    await expect(answer.getByRole('listitem')).toHaveCount(10);
    await panel.getByRole('button', { name: 'Clear' }).click();
    const pad = panel.getByRole('img', { name: 'The picture as the network gets it' });
    const box = await pad.boundingBox();
    if (!box) throw new Error('no pad');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.8, { steps: 8 });
    await page.mouse.up();
    await expect(panel.getByText(/^From the/)).toHaveCount(0);
    await expect(answer).toContainText(/label\s*\d/);
    await expect(
      panel.getByRole('region', { name: 'Nearest training samples' }).getByRole('listitem'),
    ).toHaveCount(5);
    await expect(panel.locator('[aria-busy="true"]')).toHaveCount(0);
    expect(await objections(page, 'Try it with pictures', '.try')).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});
